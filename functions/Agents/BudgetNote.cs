using System.Globalization;
using AgentFunctions.Budgets;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Agents;

/// <summary>What a model is told of the budget that is left, where its agent's definition asks for it.</summary>
internal static class BudgetNote
{
    /// <summary>The message that ends the prompt; it is part of this one call only.</summary>
    /// <param name="left">What is left.</param>
    public static ChatMessage Of(BudgetLimits left) => new(ChatRole.System, $"Budget left: {Describe(left)}. The work is paused when it is used up.");

    private static string Describe(BudgetLimits left)
    {
        var known = Amounts.Kinds
            .Where(kind => left[kind] is not null)
            .Select(kind => string.Create(
                CultureInfo.InvariantCulture, $"{left[kind]!.Value:0.############} {BudgetShortage.Name(kind)}"));
        return string.Join(", ", known) is { Length: > 0 } text ? text : "not limited";
    }
}
