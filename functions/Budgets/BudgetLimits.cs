using System.Text.Json.Serialization;

namespace AgentFunctions.Budgets;

/// <summary>What one level of a budget caps; what is <see langword="null"/> is left to the levels above.</summary>
public sealed record BudgetLimits
{
    /// <summary>Caps nothing.</summary>
    public static BudgetLimits None { get; } = new();

    /// <summary>Most US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Most tokens of prompts and answers.</summary>
    public long? Tokens { get; init; }

    /// <summary>Most calls that a model answers.</summary>
    public long? ModelCalls { get; init; }

    /// <summary>Most tool calls.</summary>
    public long? ToolCalls { get; init; }

    /// <summary>Most steps.</summary>
    public long? Steps { get; init; }

    /// <summary>Most time at work, whole seconds; see <see cref="BudgetKind.WallClock"/>.</summary>
    [JsonConverter(typeof(Iso8601Duration))]
    public TimeSpan? WallClock { get; init; }

    /// <summary>The cap of one kind, in seconds for <see cref="BudgetKind.WallClock"/>.</summary>
    /// <param name="kind">The kind.</param>
    public decimal? this[BudgetKind kind] => kind switch
    {
        BudgetKind.Usd => Usd,
        BudgetKind.Tokens => Tokens,
        BudgetKind.ModelCalls => ModelCalls,
        BudgetKind.ToolCalls => ToolCalls,
        BudgetKind.Steps => Steps,
        BudgetKind.WallClock => (decimal?)WallClock?.TotalSeconds,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of amount."),
    };

    /// <summary>Limits by their kind; what is counted in whole numbers is cut to them.</summary>
    /// <param name="limit">The limit of a kind, in seconds for <see cref="BudgetKind.WallClock"/>.</param>
    public static BudgetLimits Of(Func<BudgetKind, decimal?> limit) => new()
    {
        Usd = limit(BudgetKind.Usd),
        Tokens = (long?)limit(BudgetKind.Tokens),
        ModelCalls = (long?)limit(BudgetKind.ModelCalls),
        ToolCalls = (long?)limit(BudgetKind.ToolCalls),
        Steps = (long?)limit(BudgetKind.Steps),
        WallClock = limit(BudgetKind.WallClock) is { } seconds ? TimeSpan.FromSeconds((long)seconds) : null,
    };

    /// <summary>These limits, and where they cap nothing the others.</summary>
    /// <param name="others">The others.</param>
    public BudgetLimits Or(BudgetLimits others) => Of(kind => this[kind] ?? others[kind]);

    /// <summary>The tighter of two, kind by kind.</summary>
    /// <param name="others">The others.</param>
    public BudgetLimits And(BudgetLimits others) => Of(kind => BudgetRules.Least(this[kind], others[kind]));

    /// <summary>What is left of these limits after something was taken; never negative.</summary>
    /// <param name="taken">What was taken.</param>
    public BudgetLimits Less(Amounts taken) => Of(kind => this[kind] is { } limit ? Math.Max(0m, limit - taken[kind]) : null);
}
