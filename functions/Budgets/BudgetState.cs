namespace AgentFunctions.Budgets;

/// <summary>How close a budget is to its limit.</summary>
public enum BudgetLevel
{
    /// <summary>Below 80%.</summary>
    Ok,

    /// <summary>80% or more is spent; one alert was raised.</summary>
    Warning,

    /// <summary>Nothing is left, or runs wait for more.</summary>
    Exhausted,
}

/// <summary>State of the <c>Budget</c> entity of one thread. The entity's key is the thread's id.</summary>
public sealed record BudgetState
{
    /// <summary>The limit in USD.</summary>
    public decimal LimitUsd { get; init; }

    /// <summary>What was committed, in USD.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>What running runs hold, in USD, by run id.</summary>
    public IReadOnlyDictionary<string, BudgetHold> Holds { get; init; } = new Dictionary<string, BudgetHold>();

    /// <summary>Own limits of root runs, by run id.</summary>
    public IReadOnlyDictionary<string, RunCap> Caps { get; init; } = new Dictionary<string, RunCap>();

    /// <summary>Runs that wait for budget, in the order in which they came.</summary>
    public IReadOnlyList<BudgetWaiter> Waiters { get; init; } = [];

    /// <summary>Whether the alert of this limit was raised.</summary>
    public bool AlertRaised { get; init; }

    /// <summary>What all running runs hold, in USD.</summary>
    public decimal ReservedUsd => Holds.Values.Sum(hold => hold.Usd);

    /// <summary>What can still be reserved, in USD; never negative.</summary>
    public decimal AvailableUsd => Math.Max(0m, LimitUsd - SpentUsd - ReservedUsd);

    /// <summary>How close it is to its limit.</summary>
    public BudgetLevel Level =>
        Waiters.Count > 0 || SpentUsd >= LimitUsd ? BudgetLevel.Exhausted
        : SpentUsd >= LimitUsd * 0.8m ? BudgetLevel.Warning
        : BudgetLevel.Ok;
}

/// <summary>What a run holds.</summary>
/// <param name="Usd">USD, not yet spent.</param>
/// <param name="RootRunId">The root of its tree, whose cap counts.</param>
public sealed record BudgetHold(decimal Usd, string RootRunId);

/// <summary>A root run's own limit.</summary>
/// <param name="LimitUsd">Most USD of it and its descendants.</param>
/// <param name="SpentUsd">What they have committed.</param>
public sealed record RunCap(decimal LimitUsd, decimal SpentUsd);

/// <summary>A run that waits for budget.</summary>
/// <param name="RunId">The run, also the instance id that waits.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="NeedUsd">The least that lets it go on, in USD.</param>
public sealed record BudgetWaiter(string RunId, string RootRunId, decimal NeedUsd);
