using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>
/// What an agent's loop holds of its run's budget: the slice that it began with, and when that is used up what it asks its run for.
/// Orchestrator code: deterministic, no I/O.
/// </summary>
public sealed class LoopBudget
{
    private readonly TaskOrchestrationContext context;
    private readonly RunHeader run;
    private readonly string stepId;
    private readonly string supervisor;
    private Task<bool> recalled;
    private Amounts held;
    private Amounts spentOfIt = Amounts.None;
    private BudgetLimits left;
    private DateTime until;
    private int asks;

    /// <summary>The budget of a loop that begins.</summary>
    /// <param name="context">The loop's orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="stepId">The step that it carries out.</param>
    /// <param name="slice">What its run has handed to it.</param>
    public LoopBudget(TaskOrchestrationContext context, RunHeader run, string stepId, BudgetSlice slice)
    {
        (this.context, this.run, this.stepId) = (context, run, stepId);
        recalled = context.WaitForExternalEvent<bool>(RunEvents.BudgetRecalled);
        (held, left, supervisor) = (slice.Held, slice.Left, slice.From);
        until = context.CurrentUtcDateTime.AddSeconds(held.Seconds);
    }

    /// <summary>What the loop has spent in all.</summary>
    public Amounts Spent { get; private set; } = Amounts.None;

    /// <summary>What the loop holds and has not spent.</summary>
    public Amounts Rest => (held - spentOfIt) with { Seconds = Math.Max(0, (long)(until - context.CurrentUtcDateTime).TotalSeconds) };

    /// <summary>What all levels together have left for this loop.</summary>
    public BudgetLimits Left => left.Less(spentOfIt);

    /// <summary>Returns once at least that much is held; until then the loop waits and holds nothing.</summary>
    /// <param name="need">How much.</param>
    /// <param name="use">How much would be of use at once.</param>
    /// <param name="stateHash">Content hash of the state in which it waits.</param>
    /// <param name="keeps">What the loop cannot give back meanwhile, because a call of it is under way.</param>
    public async Task HoldAsync(Amounts need, Amounts use, string stateHash, Amounts? keeps = null)
    {
        if (!Rest.Covers(use) || recalled.IsCompleted)
        {
            await AskAsync(need, use, Amounts.Min(keeps ?? Amounts.None, Rest), isTentative: false, stateHash);
        }
    }

    /// <summary>As <see cref="HoldAsync"/>, but does not wait where there is not enough.</summary>
    /// <param name="need">How much.</param>
    /// <param name="use">How much would be of use at once.</param>
    /// <param name="keeps">What the loop does not give back for it.</param>
    /// <param name="stateHash">Content hash of the state.</param>
    /// <returns>Whether at least that much is held.</returns>
    public async Task<bool> TryHoldAsync(Amounts need, Amounts use, Amounts keeps, string stateHash) =>
        (Rest.Covers(use) && !recalled.IsCompleted) || await AskAsync(need, use, Amounts.Min(keeps, Rest), isTentative: true, stateHash);

    /// <summary>Notes what was spent.</summary>
    /// <param name="amounts">How much.</param>
    public void Spend(Amounts amounts)
    {
        Spent += amounts;
        spentOfIt += amounts;
    }

    /// <summary>Gives back what is held, while the loop waits for something else, such as a human.</summary>
    public void Release()
    {
        Send(Amounts.None, Amounts.None, keeps: Amounts.None, isTentative: true, stateHash: null, isResting: true);
        Take(Amounts.None);
    }

    private async Task<bool> AskAsync(Amounts need, Amounts use, Amounts keeps, bool isTentative, string stateHash)
    {
        if (recalled.IsCompleted)
        {
            recalled = context.WaitForExternalEvent<bool>(RunEvents.BudgetRecalled);
        }

        var kept = Amounts.Max(Amounts.None, keeps);
        var missing = Amounts.Max(Amounts.None, need - kept);
        var told = Spent;
        Send(missing, Amounts.Max(Amounts.None, use - kept), kept, isTentative, stateHash);
        if (missing == Amounts.None)
        {
            Take(kept);
            return true;
        }

        while (true)
        {
            var answer = await context.WaitForExternalEvent<BudgetAnswer>(RunEvents.BudgetAnswered);
            if (answer.Sequence == asks && (answer.Shortage is null || isTentative))
            {
                Take(answer.Held);
                spentOfIt = Spent - told;
                left = answer.Left;
                return answer.Shortage is null;
            }
        }
    }

    private void Send(Amounts need, Amounts use, Amounts keeps, bool isTentative, string? stateHash, bool isResting = false)
    {
        var want = need == Amounts.None ? Amounts.None : Amounts.Max(need, RunBudgetTerms.Portion(run.Limits));
        context.SendEvent(supervisor, RunEvents.BudgetAsked, new BudgetAsk(
            context.InstanceId, ++asks, run.RunId, Spent, keeps, need, want, isTentative, StepId: stepId, StateHash: stateHash) { Use = use, IsResting = isResting });
    }

    private void Take(Amounts amounts)
    {
        (held, spentOfIt) = (amounts, Amounts.None);
        until = context.CurrentUtcDateTime.AddSeconds(held.Seconds);
    }
}
