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
    /// <summary>Share of the limit at which the alert is raised.</summary>
    public const decimal AlertShare = 0.8m;

    /// <summary>The limit in USD.</summary>
    public decimal LimitUsd { get; init; }

    /// <summary>Whether the first limit was set.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What root runs and their descendants have committed, by root run id.</summary>
    public IReadOnlyDictionary<string, RootBudget> Roots { get; init; } = new Dictionary<string, RootBudget>();

    /// <summary>What is held for calls to come, by holder: the instance id of the orchestration that makes the calls.</summary>
    public IReadOnlyDictionary<string, BudgetHold> Holds { get; init; } = new Dictionary<string, BudgetHold>();

    /// <summary>Holders that wait for budget, in the order in which they came.</summary>
    public IReadOnlyList<BudgetWaiter> Waiters { get; init; } = [];

    /// <summary>Whether the alert of this limit was raised.</summary>
    public bool AlertRaised { get; init; }

    /// <summary>What was committed, in USD.</summary>
    public decimal SpentUsd => Roots.Values.Sum(root => root.SpentUsd);

    /// <summary>What all holders hold, in USD.</summary>
    public decimal ReservedUsd => Holds.Values.Sum(hold => hold.Usd);

    /// <summary>What can still be reserved, in USD; never negative.</summary>
    public decimal AvailableUsd => Math.Max(0m, LimitUsd - SpentUsd - ReservedUsd);

    /// <summary>How close it is to its limit. A run that waits only because its own limit is reached says nothing of the thread's.</summary>
    public BudgetLevel Level =>
        Waiters.Any(waiter => waiter.NeedUsd > AvailableUsd) || (IsOpen && SpentUsd >= LimitUsd) ? BudgetLevel.Exhausted
        : SpentUsd >= LimitUsd * AlertShare ? BudgetLevel.Warning
        : BudgetLevel.Ok;
}

/// <summary>What a tree of runs has used.</summary>
/// <param name="SpentUsd">What they have committed, USD.</param>
/// <param name="LimitUsd">The root run's own limit, USD; <see langword="null"/> for what the thread has.</param>
/// <param name="IsSettled">Whether its total is final: what a terminated holder still tells or asks for counts no more.</param>
public sealed record RootBudget(decimal SpentUsd, decimal? LimitUsd, bool IsSettled = false);

/// <summary>What a holder holds.</summary>
/// <param name="Usd">USD, not yet spent.</param>
/// <param name="RootRunId">The root of its tree.</param>
public sealed record BudgetHold(decimal Usd, string RootRunId);

/// <summary>A holder that waits for budget.</summary>
/// <param name="HolderId">The instance id that waits for the event.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="NeedUsd">The least that lets it go on, in USD.</param>
public sealed record BudgetWaiter(string HolderId, string RootRunId, decimal NeedUsd);
