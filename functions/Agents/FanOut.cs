using AgentFunctions.Planning;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>One child run for each item of a list, a bounded number at a time. Orchestrator code.</summary>
public static class FanOut
{
    /// <summary>Spawns the children, runs them and joins what they came to.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="step">The step.</param>
    public static async Task<StepOutcome> RunAsync(TaskOrchestrationContext context, RunHeader run, PlanNode step)
    {
        var spawned = await context.CallActivityAsync<ChildrenSpawned>(
            nameof(SpawnActivities.SpawnChildren), new StepAddress(run.RunId, step.Id), Activities.Retried);
        if (spawned.Denied is { } denied)
        {
            return denied;
        }

        var queue = new Queue<string>(spawned.RunIds);
        var lanes = Math.Min(queue.Count, Math.Max(1, run.Limits.MaxParallelChildren));
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => LaneAsync(context, queue)));
        return await context.CallActivityAsync<StepOutcome>(
            nameof(SpawnActivities.JoinChildren), new JoinRequest(run.RunId, step.Id, step.OnFailure), Activities.Retried);
    }

    private static async Task LaneAsync(TaskOrchestrationContext context, Queue<string> queue)
    {
        while (queue.TryDequeue(out var child))
        {
            try
            {
                await context.CallSubOrchestratorAsync<RunOutcome>(
                    nameof(AgentRun), new RunInput(child), new SubOrchestrationOptions { InstanceId = child });
            }
            catch (TaskFailedException)
            {
                // The child was ended from outside or broke; its record says how, and joining reads the record.
                continue;
            }
        }
    }
}
