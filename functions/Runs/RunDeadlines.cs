using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Runs;

/// <summary>Ends runs at their deadline.</summary>
public static class RunDeadlines
{
    /// <summary>The instance id of a run's deadline.</summary>
    /// <param name="runId">The run.</param>
    public static string InstanceId(string runId) => $"deadline-{runId}";

    /// <summary>Waits for the run's end or its deadline, whichever comes first. See <see cref="Orchestrations.RunDeadline"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="Runs.RunDeadline"/>.</param>
    [Function(Orchestrations.RunDeadline)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var deadline = context.GetInput<RunDeadline>()!;
        using var ended = new CancellationTokenSource();
        var timer = context.CreateTimer(deadline.At, ended.Token);
        var first = await Task.WhenAny(timer, context.WaitForExternalEvent<bool>(RunEvents.RunEnded));
        if (first == timer)
        {
            await context.CallSubOrchestratorAsync(
                Orchestrations.EndRun,
                new EndRunRequest(deadline.RunId, RunStatus.Expired, EndRunRequest.Runtime, FormattableString.Invariant($"The deadline {deadline.At:O} has passed.")),
                new SubOrchestrationOptions { InstanceId = RunEnding.InstanceId(deadline.RunId, RunStatus.Expired) });
        }
        else
        {
            // Not CancelAsync: that leaves the orchestrator's thread, and an orchestrator awaits only tasks of its context.
            ended.Cancel();
        }
    }
}
