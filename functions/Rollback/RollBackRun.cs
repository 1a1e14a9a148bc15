using AgentFunctions.Budgets;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Rollback;

/// <summary>Returns a run to one of its checkpoints, from where it goes on as another branch.</summary>
public static class RollBackRun
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>The instance id of the orchestration that ends a branch of a run by a rollback.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="branch">The branch that is abandoned.</param>
    public static string InstanceId(string runId, int branch) => FormattableString.Invariant($"rollback-{runId}-{branch}");

    /// <summary>
    /// First the record, so that nothing of the old branch counts any more; then the orchestrations are ended, and calls that are on
    /// their way are waited for; then effects are compensated, newest first, one after the other; then state and files return.
    /// </summary>
    /// <param name="context">The orchestration. Input: <see cref="RollbackRequest"/>.</param>
    [Function(Orchestrations.RollBackRun)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var request = context.GetInput<RollbackRequest>()!;
        var abandoned = await context.CallActivityAsync<BranchAbandoned>(
            nameof(RollbackActivities.AbandonBranch), request, Activities.Retried);
        if (abandoned.Problem is not null)
        {
            return;
        }

        await context.CallActivityAsync(nameof(RollbackActivities.TerminateBranch), abandoned, Activities.Retried);
        while (await context.CallActivityAsync<bool>(nameof(CompensationActivities.AreCallsOpen), abandoned, Activities.Retried))
        {
            await context.CreateTimer(BetweenLooks, CancellationToken.None);
        }

        var (compensated, problem) = await CompensateAsync(context, abandoned);
        if (problem is not null)
        {
            await context.CallActivityAsync(
                nameof(RollbackActivities.GiveUpRollback), new RollbackFailure(abandoned, problem), Activities.Retried);
            await SettleAsync(context, abandoned, isFinal: abandoned.Parent is null);
            if (abandoned.Parent is null)
            {
                await context.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.End, new SlotEnd(abandoned.RunId));
            }

            return;
        }

        var completion = new RollbackCompletion(request, abandoned, compensated);
        if (await context.CallActivityAsync<bool>(nameof(RollbackActivities.RestoreBranch), completion, Activities.Retried))
        {
            await SettleAsync(context, abandoned, isFinal: false);
            await context.CallActivityAsync(nameof(RollbackActivities.BeginBranch), abandoned, Activities.Retried);
            if (abandoned.Parent is { } parent)
            {
                context.SendEvent(parent, RunEvents.BranchReady(abandoned.RunId, abandoned.Branch), payload: true);
            }
        }
    }

    private static async Task<(int Compensated, string? Problem)> CompensateAsync(TaskOrchestrationContext context, BranchAbandoned abandoned)
    {
        var calls = await context.CallActivityAsync<EffectCall[]>(
            nameof(CompensationActivities.ListEffects), abandoned, Activities.Retried);
        var compensated = 0;
        foreach (var call in calls)
        {
            var end = await context.CallActivityAsync<CompensationEnd>(
                nameof(CompensationActivities.Compensate), new CompensationAsk(abandoned, call), Activities.Retried);
            if (end.Problem is { } problem)
            {
                return (compensated, problem);
            }

            compensated += end.WasNeeded ? 1 : 0;
        }

        return (compensated, null);
    }

    /// <summary>What the ended orchestrations held of the budget is free again, and what they have spent is told.</summary>
    private static async Task SettleAsync(TaskOrchestrationContext context, BranchAbandoned abandoned, bool isFinal)
    {
        var settlement = await context.CallActivityAsync<BudgetSettlement>(
            nameof(RollbackActivities.SpentByTree), abandoned, Activities.Retried);
        await context.Entities.CallEntityAsync(
            BudgetEntity.For(abandoned.ThreadId), BudgetEntity.Settle, settlement with { IsFinal = isFinal, Holders = abandoned.Instances });
    }
}
