using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>The budget of one department. Its holders are the budgets of its threads, which ask it for large parts and seldom.</summary>
public sealed class DepartmentBudget : TaskEntity<BudgetAccount>
{
    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(DepartmentEntity.Name)]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<DepartmentBudget>();

    /// <summary>See <see cref="DepartmentEntity.SetLimits"/>.</summary>
    /// <param name="change">The new limits.</param>
    public BudgetAccount SetLimits(BudgetChange change)
    {
        Take(BudgetRules.SetLimits(State, change.Limits, change.AlertAt));
        return State;
    }

    /// <summary>See <see cref="DepartmentEntity.Ask"/>.</summary>
    /// <param name="ask">What a thread asks for.</param>
    public void Ask(BudgetAsk ask) => Take(BudgetRules.Ask(State, ask));

    /// <inheritdoc/>
    protected override BudgetAccount InitializeState(TaskEntityOperation entityOperation) =>
        new() { Scope = BudgetScope.Department, Id = entityOperation.Context.Id.Key, IsOpen = true };

    private void Take(BudgetTurn turn)
    {
        State = turn.Account;
        foreach (var answer in turn.Answers)
        {
            Context.SignalEntity(BudgetEntity.For(answer.HolderId), BudgetEntity.Answer, answer);
        }

        foreach (var thread in turn.Recalls)
        {
            Context.SignalEntity(BudgetEntity.For(thread), BudgetEntity.Recall);
        }

        foreach (var alert in turn.Alerts)
        {
            Context.ScheduleNewOrchestration(nameof(BudgetOrchestrations.RaiseBudgetAlert), alert);
        }
    }
}
