using AgentFunctions.Budgets;
using AgentFunctions.Models;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>Sees to it that a loop can pay for its next turn, and sizes the turn to what is left. Orchestrator code.</summary>
/// <param name="context">The loop's orchestration.</param>
/// <param name="start">Where it started.</param>
/// <param name="budget">Its budget.</param>
internal sealed class TurnRoom(TaskOrchestrationContext context, LoopStart start, LoopBudget budget)
{
    private CallEstimate estimate = start.Estimate;
    private bool mayBeCut = true;
    private int wrapUps;

    /// <summary>Returns the turn once it is paid for; until then the loop waits.</summary>
    /// <param name="turn">The turn.</param>
    public async Task<ModelTurn> MakeAsync(ModelTurn turn)
    {
        await HoldAsync(mayBeCut ? estimate.Least : estimate.Most, estimate.Most, turn, mayWrapUp: turn.Turn > 1);
        var affordable = estimate.AffordableTokens(start.WrapsUp ? budget.Rest - WrapUps.Estimate(estimate).Least : budget.Rest);
        return turn with
        {
            MaxOutputTokens = affordable < estimate.MaxOutputTokens ? affordable : null,
            Left = start.TellsBudget ? budget.Left : null,
        };
    }

    /// <summary>Returns once the calls that a turn asks for may be made.</summary>
    /// <param name="turn">The turn after it.</param>
    /// <param name="calls">How many.</param>
    /// <param name="usd">What their tools declare that they cost, USD.</param>
    public Task MakeAsync(ModelTurn turn, int calls, decimal usd) => calls == 0
        ? Task.CompletedTask
        : HoldAsync(new Amounts { ToolCalls = calls, Usd = usd, Seconds = 1 }, Amounts.None, turn, mayWrapUp: true);

    /// <summary>Takes what the next turn may cost from the one before and the results of its calls.</summary>
    /// <param name="end">The turn.</param>
    /// <param name="results">The results.</param>
    public void Expect(ModelTurnEnd end, IReadOnlyList<ToolCallEnd> results)
    {
        estimate = end.Next.Plus(results.Aggregate(Amounts.None, (sum, result) => sum + result.Prompt));
        mayBeCut = !end.IsCut;
    }

    /// <summary>
    /// An agent that sums up holds enough for that beside each of its turns. Where both cannot be paid for, it sums up, and goes on
    /// only once there is enough for both again.
    /// </summary>
    private async Task HoldAsync(Amounts need, Amounts most, ModelTurn turn, bool mayWrapUp)
    {
        var use = Amounts.Max(need, most);
        if (!start.WrapsUp)
        {
            await budget.HoldAsync(need, use, turn.TranscriptHash);
            return;
        }

        var wrapUp = WrapUps.Estimate(estimate);
        if (mayWrapUp && !await budget.TryHoldAsync(need + wrapUp.Least, use + wrapUp.Least, wrapUp.Least, turn.TranscriptHash))
        {
            await WrapUpAsync(turn, wrapUp);
        }

        await budget.HoldAsync(need + wrapUp.Least, use + wrapUp.Least, turn.TranscriptHash);
    }

    private async Task WrapUpAsync(ModelTurn turn, CallEstimate wrapUp)
    {
        var end = await ModelPatience.CallAsync<ModelTurnEnd>(context, nameof(ModelActivities.CallModel), turn with
        {
            WrapUp = ++wrapUps,
            MaxOutputTokens = Math.Max(wrapUp.LeastTokens, wrapUp.AffordableTokens(budget.Rest)),
            Left = budget.Left,
        });
        budget.Spend(end.Spent);
    }
}
