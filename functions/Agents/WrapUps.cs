using AgentFunctions.Budgets;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Agents;

/// <summary>The turn in which a model sums up before its run is paused for budget.</summary>
internal static class WrapUps
{
    /// <summary>What the model is told.</summary>
    public const string Request =
        "The budget is used up: the work is paused after this answer. Sum up what you have found so far and what is still to be done, "
        + "in plain text. No tool can be called now.";

    private const int MaxOutputTokens = 512;
    private const int RequestTokens = 200;

    /// <summary>What it may cost, after a turn's own estimate.</summary>
    /// <param name="turn">The estimate of the turn that cannot be paid for.</param>
    public static CallEstimate Estimate(CallEstimate turn)
    {
        var request = new Amounts { Usd = turn.InputUsd * RequestTokens / Math.Max(1, turn.InputTokens), Tokens = RequestTokens };
        return turn.Plus(request) with { MaxOutputTokens = Math.Min(turn.MaxOutputTokens, MaxOutputTokens) };
    }

    /// <summary>The conversation with the request; calls that were not made are answered as such, because a provider refuses open ones.</summary>
    /// <param name="messages">The conversation.</param>
    public static IReadOnlyList<ChatMessage> Messages(IReadOnlyList<ChatMessage> messages)
    {
        var open = Transcript.PendingCalls(messages);
        return
        [
            .. messages,
            .. open.Count == 0
                ? Array.Empty<ChatMessage>()
                : [new ChatMessage(ChatRole.Tool, [.. open.Select(call => new FunctionResultContent(call.CallId, "Not called: the budget is used up."))])],
            new(ChatRole.User, Request),
        ];
    }
}
