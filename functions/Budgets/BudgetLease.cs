using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>
/// What one orchestration holds of its thread's budget. It asks the entity only when its hold is used up, which keeps the entity
/// and the history small. Lives in orchestrator code: deterministic, no I/O.
/// </summary>
/// <param name="context">The orchestration that spends.</param>
/// <param name="run">Its run.</param>
public sealed class BudgetLease(TaskOrchestrationContext context, RunHeader run)
{
    private decimal heldUsd;
    private decimal spentUsd;
    private bool asked;
    private int pauses;

    /// <summary>Returns once at least that much is held; until then the run shows as paused and nothing runs.</summary>
    /// <param name="needUsd">What the next call may cost at most, USD.</param>
    public async Task EnsureAsync(decimal needUsd)
    {
        while (heldUsd - spentUsd < needUsd)
        {
            var grant = await context.Entities.CallEntityAsync<BudgetGrant>(
                BudgetEntity.For(run.ThreadId),
                BudgetEntity.Reserve,
                new BudgetRequest(
                    context.InstanceId, run.RootRunId, run.RootBudgetUsd, spentUsd, needUsd, Math.Max(needUsd, run.Limits.ReserveUsd)));
            (asked, heldUsd, spentUsd) = (true, grant.HeldUsd, 0m);
            if (grant.Denied is { } reason)
            {
                await WaitAsync(reason);
            }
        }
    }

    /// <summary>Notes the true cost of a call.</summary>
    /// <param name="usd">USD.</param>
    public void Spend(decimal usd) => spentUsd += usd;

    /// <summary>Gives back what is left. Nothing was asked for, nothing is given back.</summary>
    /// <remarks>A call, not a signal: a signal could reach the entity after the tree's settlement and be counted twice.</remarks>
    public async Task ReleaseAsync()
    {
        if (asked)
        {
            await context.Entities.CallEntityAsync(
                BudgetEntity.For(run.ThreadId),
                BudgetEntity.Release,
                new BudgetRelease(context.InstanceId, run.RootRunId, spentUsd));
            (asked, heldUsd, spentUsd) = (false, 0m, 0m);
        }
    }

    private async Task WaitAsync(string reason)
    {
        pauses++;
        var pause = new RunPause(run.RunId, run.RootRunId, $"{context.InstanceId}/{pauses}", reason);
        var changed = context.WaitForExternalEvent<bool>(RunEvents.BudgetChanged);
        await context.CallActivityAsync(nameof(PauseActivities.PauseForBudget), pause, Activities.Retried);
        await changed;
        await context.CallActivityAsync(nameof(PauseActivities.ResumeWithBudget), pause, Activities.Retried);
    }
}
