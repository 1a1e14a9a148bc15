using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>What a thread's budget has to tell runs.</summary>
/// <param name="Answers">Answers to their asks.</param>
/// <param name="Recalls">Runs that are to give back what they do not need at once.</param>
public sealed record BudgetNews(IReadOnlyList<BudgetAnswer> Answers, IReadOnlyList<string> Recalls);

/// <summary>What happens around the budget entities.</summary>
public static class BudgetOrchestrations
{
    /// <summary>Changes limits. See <see cref="Orchestrations.ChangeBudget"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="BudgetChange"/>.</param>
    [Function(nameof(ChangeBudget))]
    public static async Task<BudgetAccount?> ChangeBudget([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var change = context.GetInput<BudgetChange>()!;

        // First on record, so that what it wakes comes after it; and a run that starts in between reads its limits from there.
        var instance = await context.CallActivityAsync<string?>(
            nameof(BudgetActivities.RecordBudgetChange), new BudgetChangeRecord(context.InstanceId, change), Activities.Retried);
        switch (change.Scope)
        {
            case BudgetScope.Department:
                return await context.Entities.CallEntityAsync<BudgetAccount>(
                    DepartmentEntity.For(change.Id), DepartmentEntity.SetLimits, change);
            case BudgetScope.Thread:
                return await context.Entities.CallEntityAsync<BudgetAccount>(BudgetEntity.For(change.Id), BudgetEntity.SetLimits, change);
            case BudgetScope.Run or BudgetScope.ChildRun:
                if (instance is not null)
                {
                    context.SendEvent(instance, RunEvents.BudgetLimitsChanged, change.Limits);
                }

                return null;
            default:
                throw new InvalidOperationException($"Unknown level '{change.Scope}'.");
        }
    }

    /// <summary>Tells runs what their thread's budget answers. Input: <see cref="BudgetNews"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(TellHolders))]
    public static Task TellHolders([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var news = context.GetInput<BudgetNews>()!;
        foreach (var answer in news.Answers)
        {
            context.SendEvent(answer.ReplyTo ?? answer.HolderId, RunEvents.BudgetAnswered, answer);
        }

        foreach (var holder in news.Recalls)
        {
            context.SendEvent(holder, RunEvents.BudgetRecalled, payload: true);
        }

        return Task.CompletedTask;
    }

    /// <summary>Puts an alert on record and tells it by webhook. Input: <see cref="BudgetAlert"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(RaiseBudgetAlert))]
    public static Task RaiseBudgetAlert([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(
            nameof(BudgetActivities.RecordBudgetAlert), context.GetInput<BudgetAlert>(), Activities.Retried);
}
