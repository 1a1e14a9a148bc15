using AgentFunctions.Runs;

namespace AgentFunctions.Budgets;

/// <summary>What a budget can limit.</summary>
public enum BudgetKind
{
    /// <summary>US dollars.</summary>
    Usd,

    /// <summary>Tokens of prompts and answers.</summary>
    Tokens,

    /// <summary>Calls that a model answered.</summary>
    ModelCalls,

    /// <summary>Tool calls that ended, well or not.</summary>
    ToolCalls,

    /// <summary>Steps that began.</summary>
    Steps,

    /// <summary>Seconds that runs were at work: from their start, without the time in which they were paused for budget.</summary>
    WallClock,
}

/// <summary>An amount of each <see cref="BudgetKind"/>: spent, held, needed or wanted.</summary>
public sealed record Amounts
{
    private static readonly BudgetKind[] AllKinds = Enum.GetValues<BudgetKind>();

    /// <summary>Nothing.</summary>
    public static Amounts None { get; } = new();

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<BudgetKind> Kinds => AllKinds;

    /// <summary>US dollars.</summary>
    public decimal Usd { get; init; }

    /// <summary>Tokens.</summary>
    public long Tokens { get; init; }

    /// <summary>Model calls.</summary>
    public long ModelCalls { get; init; }

    /// <summary>Tool calls.</summary>
    public long ToolCalls { get; init; }

    /// <summary>Steps.</summary>
    public long Steps { get; init; }

    /// <summary>Seconds at work.</summary>
    public long Seconds { get; init; }

    /// <summary>The amount of one kind.</summary>
    /// <param name="kind">The kind.</param>
    public decimal this[BudgetKind kind] => kind switch
    {
        BudgetKind.Usd => Usd,
        BudgetKind.Tokens => Tokens,
        BudgetKind.ModelCalls => ModelCalls,
        BudgetKind.ToolCalls => ToolCalls,
        BudgetKind.Steps => Steps,
        BudgetKind.WallClock => Seconds,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of amount."),
    };

    /// <summary>One tool call.</summary>
    /// <param name="usd">What it costs, USD.</param>
    public static Amounts OneToolCall(decimal usd) => new() { ToolCalls = 1, Usd = usd };

    /// <summary>What runs have used in all.</summary>
    /// <param name="runs">The runs.</param>
    public static Amounts UsedBy(IEnumerable<RunRecord> runs) => runs.Aggregate(None, (sum, run) => sum + Of(run.Usage));

    /// <summary>The sum of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Amounts operator +(Amounts left, Amounts right) => Of(kind => left[kind] + right[kind]);

    /// <summary>The difference of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">What is taken from it.</param>
    public static Amounts operator -(Amounts left, Amounts right) => Of(kind => left[kind] - right[kind]);

    /// <summary>So many times as much.</summary>
    /// <param name="amounts">The amounts.</param>
    /// <param name="factor">How many times.</param>
    public static Amounts operator *(Amounts amounts, int factor) => Of(kind => amounts[kind] * factor);

    /// <summary>The sum of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Amounts Add(Amounts left, Amounts right) => left + right;

    /// <summary>The difference of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">What is taken from it.</param>
    public static Amounts Subtract(Amounts left, Amounts right) => left - right;

    /// <summary>So many times as much.</summary>
    /// <param name="left">The amounts.</param>
    /// <param name="right">How many times.</param>
    public static Amounts Multiply(Amounts left, int right) => left * right;

    /// <summary>The greater of two, kind by kind.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Amounts Max(Amounts left, Amounts right) => Of(kind => Math.Max(left[kind], right[kind]));

    /// <summary>The lesser of two, kind by kind.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Amounts Min(Amounts left, Amounts right) => Of(kind => Math.Min(left[kind], right[kind]));

    /// <summary>Amounts by their kind; what is counted in whole numbers is cut to them.</summary>
    /// <param name="amount">The amount of a kind.</param>
    public static Amounts Of(Func<BudgetKind, decimal> amount) => new()
    {
        Usd = amount(BudgetKind.Usd),
        Tokens = (long)amount(BudgetKind.Tokens),
        ModelCalls = (long)amount(BudgetKind.ModelCalls),
        ToolCalls = (long)amount(BudgetKind.ToolCalls),
        Steps = (long)amount(BudgetKind.Steps),
        Seconds = (long)amount(BudgetKind.WallClock),
    };

    /// <summary>What a run's record says that it has used; its time at work is not part of that.</summary>
    /// <param name="usage">The usage.</param>
    public static Amounts Of(RunUsage usage) => new()
    {
        Usd = usage.CostUsd,
        Tokens = usage.InputTokens + usage.OutputTokens,
        ModelCalls = usage.ModelCalls,
        ToolCalls = usage.ToolCalls,
        Steps = usage.Steps,
    };

    /// <summary>Whether it is at least so much of every kind of which something is needed.</summary>
    /// <param name="need">How much.</param>
    public bool Covers(Amounts need) => AllKinds.All(kind => need[kind] <= 0m || this[kind] >= need[kind]);
}
