using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>The budget of one thread. Operations come one at a time, so no two runs can be promised the same money.</summary>
public sealed class Budget : TaskEntity<BudgetAccount>
{
    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(BudgetEntity.Name)]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Budget>();

    /// <summary>See <see cref="BudgetEntity.Open"/>.</summary>
    /// <param name="opening">How it begins.</param>
    public void Open(BudgetOpening opening) => Take(BudgetRules.Open(State, opening), askedBy: null);

    /// <summary>See <see cref="BudgetEntity.SetLimits"/>.</summary>
    /// <param name="change">The new limits.</param>
    public BudgetAccount SetLimits(BudgetChange change)
    {
        Take(BudgetRules.SetLimits(State, change.Limits, change.AlertAt), askedBy: null);
        return State;
    }

    /// <summary>See <see cref="BudgetEntity.Ask"/>.</summary>
    /// <param name="ask">What is asked for.</param>
    public BudgetAnswer? Ask(BudgetAsk ask) => Take(BudgetRules.Ask(State, ask), ask.HolderId);

    /// <summary>See <see cref="BudgetEntity.Answer"/>.</summary>
    /// <param name="answer">The department's answer.</param>
    public void Answer(BudgetAnswer answer)
    {
        Take(BudgetRules.Answer(State, answer), askedBy: null);
        if (State.Waiters.IsEmpty && !State.HasWork)
        {
            Take(BudgetRules.GiveBack(State, isClosing: true), askedBy: null);
        }
    }

    /// <summary>See <see cref="BudgetEntity.Recall"/>.</summary>
    public void Recall()
    {
        Take(BudgetRules.GiveBack(State), askedBy: null);
        Tell([], BudgetRules.Active(State));
    }

    /// <summary>See <see cref="BudgetEntity.Settle"/>.</summary>
    /// <param name="settlement">The total.</param>
    public void Settle(BudgetSettlement settlement)
    {
        Take(BudgetRules.Settle(State, settlement), askedBy: null);
        Take(BudgetRules.GiveBack(State, isClosing: !State.HasWork, settlement.RootRunId), askedBy: null);
    }

    /// <inheritdoc/>
    protected override BudgetAccount InitializeState(TaskEntityOperation entityOperation) =>
        new() { Scope = BudgetScope.Thread, Id = entityOperation.Context.Id.Key };

    /// <summary>The answer for the one who has asked goes back at once; all others are woken.</summary>
    private BudgetAnswer? Take(BudgetTurn turn, string? askedBy)
    {
        State = turn.Account;
        if (turn.Ask is { } ask)
        {
            Context.SignalEntity(DepartmentEntity.For(State.Above!), DepartmentEntity.Ask, ask);
        }

        Tell([.. turn.Answers.Where(answer => answer.HolderId != askedBy)], turn.Recalls);
        foreach (var alert in turn.Alerts)
        {
            Context.ScheduleNewOrchestration(nameof(BudgetOrchestrations.RaiseBudgetAlert), alert);
        }

        return turn.Answers.FirstOrDefault(answer => answer.HolderId == askedBy);
    }

    private void Tell(IReadOnlyList<BudgetAnswer> answers, IReadOnlyList<string> recalls)
    {
        if (answers.Count + recalls.Count > 0)
        {
            Context.ScheduleNewOrchestration(nameof(BudgetOrchestrations.TellHolders), new BudgetNews(answers, recalls));
        }
    }
}
