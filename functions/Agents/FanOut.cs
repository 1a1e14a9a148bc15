using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>One child run for each item of a list, a bounded number at a time, each with a slice of the run's own budget. Orchestrator code.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="run">Its run.</param>
/// <param name="budget">The run's budget.</param>
public sealed class FanOut(TaskOrchestrationContext context, RunHeader run, RunBudget budget)
{
    /// <summary>Spawns the children, runs them and joins what they came to.</summary>
    /// <param name="step">The step.</param>
    public async Task<StepOutcome> RunAsync(PlanNode step)
    {
        var spawned = await context.CallActivityAsync<ChildrenSpawned>(
            nameof(SpawnActivities.SpawnChildren), new StepAddress(run.RunId, step.Id), Activities.Retried);
        if (spawned.Denied is { } denied)
        {
            return denied;
        }

        var queue = new Queue<string>(spawned.RunIds);
        var lanes = Math.Min(queue.Count, Math.Max(1, run.Limits.MaxParallelChildren));
        if (lanes > 0)
        {
            await budget.FetchAsync(spawned.Portion, lanes);
        }

        await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => LaneAsync(queue, lanes, lanes - lane, spawned.Portion)));
        return await context.CallActivityAsync<StepOutcome>(
            nameof(SpawnActivities.JoinChildren), new JoinRequest(run.RunId, step.Id, step.OnFailure), Activities.Retried);
    }

    private async Task LaneAsync(Queue<string> queue, int lanes, int beginning, Amounts portion)
    {
        while (queue.TryDequeue(out var child))
        {
            if (beginning == 1 && !budget.CanSlice(portion))
            {
                await budget.FetchAsync(portion, Math.Min(lanes, queue.Count + 1));
            }

            await budget.WakeAsync();
            await RunChildAsync(child, portion, beginning);
            beginning = 1;
        }

        await budget.RestWithOthersAsync();
    }

    /// <summary>Runs a child, on another branch wherever it was rolled back, and takes back what it did not use.</summary>
    private async Task RunChildAsync(string child, Amounts portion, int beginning)
    {
        var before = run.Branch == 0 ? Amounts.None : await SpentAsync(child);
        for (int? branch = run.Branch; branch is { } present; beginning = 1)
        {
            var instance = RunInstances.Of(child, present);
            var slice = budget.Slice(child, portion, beginning, instance);
            try
            {
                var report = await context.CallSubOrchestratorAsync<RunReport>(
                    nameof(AgentRun), new RunInput(child, slice), new SubOrchestrationOptions { InstanceId = instance });
                budget.Close(child, report.Spent);
                return;
            }
            catch (TaskFailedException)
            {
                // The child was ended from outside or broke; its record says how, and joining reads the record. Or it was rolled back.
                var spent = await SpentAsync(child);
                budget.Close(child, spent - before);
                before = spent;
                branch = await NextBranchAsync(child, present);
            }
        }
    }

    private Task<Amounts> SpentAsync(string child) =>
        context.CallActivityAsync<Amounts>(nameof(BudgetActivities.SpentByRun), child, Activities.Retried);

    /// <summary>The branch on which a child goes on, once it is ready; <see langword="null"/> where it was not rolled back.</summary>
    private async Task<int?> NextBranchAsync(string child, int branch)
    {
        var next = await context.CallActivityAsync<int?>(nameof(SpawnActivities.FindNextBranch), new RunInput(child), Activities.Retried);
        if (next is not { } ready || ready <= branch)
        {
            return null;
        }

        await context.WaitForExternalEvent<bool>(RunEvents.BranchReady(child, ready));
        return ready;
    }
}
