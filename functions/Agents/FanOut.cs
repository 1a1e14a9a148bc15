using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
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
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => LaneAsync(context, run, queue)));
        return await context.CallActivityAsync<StepOutcome>(
            nameof(SpawnActivities.JoinChildren), new JoinRequest(run.RunId, step.Id, step.OnFailure), Activities.Retried);
    }

    private static async Task LaneAsync(TaskOrchestrationContext context, RunHeader run, Queue<string> queue)
    {
        while (queue.TryDequeue(out var child))
        {
            for (int? branch = run.Branch; branch is { } present;)
            {
                branch = await RunAsync(context, child, present);
            }
        }
    }

    /// <summary>Runs a child on one of its branches, and returns the one on which it goes on where it was rolled back.</summary>
    private static async Task<int?> RunAsync(TaskOrchestrationContext context, string child, int branch)
    {
        try
        {
            await context.CallSubOrchestratorAsync<RunOutcome>(
                nameof(AgentRun), new RunInput(child), new SubOrchestrationOptions { InstanceId = RunInstances.Of(child, branch) });
            return null;
        }
        catch (TaskFailedException)
        {
            // The child was ended from outside or broke; its record says how, and joining reads the record. Or it was rolled back.
            var next = await context.CallActivityAsync<int?>(
                nameof(SpawnActivities.FindNextBranch), new RunInput(child), Activities.Retried);
            if (next is not { } ready || ready <= branch)
            {
                return null;
            }

            await context.WaitForExternalEvent<bool>(RunEvents.BranchReady(child, ready));
            return ready;
        }
    }
}
