using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>The budget of one thread. Operations come one at a time, so no two runs can be promised the same money.</summary>
public sealed class Budget : TaskEntity<BudgetState>
{
    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(BudgetEntity.Name)]
    public static Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Budget>();

    /// <summary>See <see cref="BudgetEntity.Open"/>.</summary>
    /// <param name="limitUsd">USD.</param>
    public void Open(decimal limitUsd) => Next(BudgetRules.Open(State, limitUsd), causedBy: null);

    /// <summary>See <see cref="BudgetEntity.SetLimit"/>.</summary>
    /// <param name="change">The new limit.</param>
    public BudgetState SetLimit(BudgetChange change) => Next(
        change.RunId is null
            ? BudgetRules.SetLimit(State, change.LimitUsd)
            : BudgetRules.SetRootLimit(State, change.RunId, change.LimitUsd),
        causedBy: null);

    /// <summary>See <see cref="BudgetEntity.Reserve"/>.</summary>
    /// <param name="request">What is asked for.</param>
    public BudgetGrant Reserve(BudgetRequest request)
    {
        var (state, grant) = BudgetRules.Reserve(State, request);
        Next(state, request.RootRunId);
        return grant;
    }

    /// <summary>See <see cref="BudgetEntity.Release"/>.</summary>
    /// <param name="release">What is given back.</param>
    public void Release(BudgetRelease release) => Next(BudgetRules.Release(State, release), release.RootRunId);

    /// <summary>See <see cref="BudgetEntity.Settle"/>.</summary>
    /// <param name="settlement">The total.</param>
    public void Settle(BudgetSettlement settlement) => Next(BudgetRules.Settle(State, settlement), settlement.RootRunId);

    /// <inheritdoc/>
    protected override BudgetState InitializeState(TaskEntityOperation entityOperation) => new();

    private BudgetState Next(BudgetState state, string? causedBy)
    {
        var (awake, woken) = BudgetRules.Wake(state);

        // An alert is put on record in the run that caused it; a changed limit leaves it to the next one that spends.
        var (alerted, isDue) = causedBy is null ? (awake, false) : BudgetRules.Alert(awake);
        State = alerted;
        if (woken.Count > 0)
        {
            Context.ScheduleNewOrchestration(nameof(BudgetOrchestrations.WakeBudgetWaiters), woken);
        }

        if (isDue)
        {
            Context.ScheduleNewOrchestration(
                nameof(BudgetOrchestrations.RaiseBudgetAlert),
                new BudgetAlert(Context.Id.Key, causedBy!, State.LimitUsd, State.SpentUsd));
        }

        return State;
    }
}
