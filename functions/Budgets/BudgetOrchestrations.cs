using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>What happens around the <see cref="Budget"/> entity.</summary>
public static class BudgetOrchestrations
{
    /// <summary>Changes a thread's limit. See <see cref="Orchestrations.ChangeBudget"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="BudgetChange"/>.</param>
    [Function(nameof(ChangeBudget))]
    public static async Task<BudgetState> ChangeBudget([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var change = context.GetInput<BudgetChange>()!;
        var state = await context.Entities.CallEntityAsync<BudgetState>(
            BudgetEntity.For(change.ThreadId), BudgetEntity.SetLimit, change);
        await context.CallActivityAsync(
            nameof(BudgetActivities.RecordBudgetChange), new BudgetChangeRecord(context.InstanceId, change), Activities.Retried);
        return state;
    }

    /// <summary>Tells holders that they may ask again. Input: their instance ids.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(WakeBudgetWaiters))]
    public static Task WakeBudgetWaiters([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        foreach (var holder in context.GetInput<IReadOnlyList<string>>()!)
        {
            context.SendEvent(holder, RunEvents.BudgetChanged, payload: true);
        }

        return Task.CompletedTask;
    }

    /// <summary>Puts the 80% alert on record. Input: <see cref="BudgetAlert"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(RaiseBudgetAlert))]
    public static Task RaiseBudgetAlert([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(
            nameof(BudgetActivities.RecordBudgetAlert), context.GetInput<BudgetAlert>(), Activities.Retried);
}
