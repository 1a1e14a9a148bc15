using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentFunctions.Budgets;

/// <summary>A level of the hierarchy of budgets.</summary>
public enum BudgetScope
{
    /// <summary>A department: all its threads.</summary>
    Department,

    /// <summary>A thread: all its runs.</summary>
    Thread,

    /// <summary>A run that nobody spawned, with its descendants.</summary>
    Run,

    /// <summary>A spawned run, with its descendants.</summary>
    ChildRun,
}

/// <summary>Why work has to wait: one limit of one level, with its numbers.</summary>
/// <param name="Scope">The level.</param>
/// <param name="Id">The department, thread or run.</param>
/// <param name="Kind">What is used up.</param>
/// <param name="Limit">The limit, in the kind's unit.</param>
/// <param name="Spent">What is spent of it.</param>
/// <param name="Reserved">What others hold of it.</param>
/// <param name="Needed">The least that lets the work go on.</param>
public sealed record BudgetShortage(
    BudgetScope Scope, string Id, BudgetKind Kind, decimal Limit, decimal Spent, decimal Reserved, decimal Needed)
{
    /// <summary>What is left to be reserved; never negative.</summary>
    public decimal Left => Math.Max(0m, Limit - Spent - Reserved);

    /// <summary>The shortage in one sentence.</summary>
    public string Reason => string.Create(
        CultureInfo.InvariantCulture,
        $"{Owner} of {Plain(Limit)} {Unit} has {Plain(Left)} {Unit} left ({Plain(Spent)} spent, {Plain(Reserved)} reserved); {Plain(Needed)} {Unit} are needed.");

    private string Owner => Scope switch
    {
        BudgetScope.Department => $"The budget of the department '{Id}'",
        BudgetScope.Thread => "The thread's budget",
        BudgetScope.Run or BudgetScope.ChildRun => "The run's own budget",
        _ => throw new InvalidOperationException($"Unknown level '{Scope}'."),
    };

    private string Unit => Name(Kind);

    /// <summary>A kind's unit in a sentence.</summary>
    /// <param name="kind">The kind.</param>
    public static string Name(BudgetKind kind) => kind switch
    {
        BudgetKind.Usd => "USD",
        BudgetKind.Tokens => "tokens",
        BudgetKind.ModelCalls => "model calls",
        BudgetKind.ToolCalls => "tool calls",
        BudgetKind.Steps => "steps",
        BudgetKind.WallClock => "seconds at work",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of amount."),
    };

    /// <summary>The numbers as an event's data.</summary>
    public JsonObject ToData() => new()
    {
        ["level"] = Words.Of(Scope),
        ["of"] = Id,
        ["limit"] = Words.Of(Kind),
        ["limitValue"] = Limit,
        ["spent"] = Spent,
        ["reserved"] = Reserved,
        ["left"] = Left,
        ["needed"] = Needed,
    };

    /// <summary>Without the trailing zeros that sums of prices collect.</summary>
    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
