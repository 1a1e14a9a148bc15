using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentFunctions.Budgets;

/// <summary>How close a budget is to its limit.</summary>
public enum BudgetLevel
{
    /// <summary>Below the share at which the alert is raised.</summary>
    Ok,

    /// <summary>That share or more of a limit is spent; one alert was raised.</summary>
    Warning,

    /// <summary>Nothing is left of a limit, or work waits for more.</summary>
    Exhausted,
}

/// <summary>
/// The budget of one department, thread or run. It hands parts to its holders (a department to threads, a thread to runs, a run to
/// its loops and children), and where it is not the topmost it holds itself a part of the budget above.
/// </summary>
public sealed record BudgetAccount
{
    /// <summary>Share of a limit at which the alert is raised, where none is configured.</summary>
    public const decimal DefaultAlertAt = 0.8m;

    /// <summary>Its level.</summary>
    public BudgetScope Scope { get; init; }

    /// <summary>The department, thread or run.</summary>
    public string Id { get; init; } = "";

    /// <summary>Instance id of the orchestration that keeps it, where it is a run's.</summary>
    public string? Address { get; init; }

    /// <summary>Whether it gives anything yet: a thread's budget does so once it was opened.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Its own limits.</summary>
    public BudgetLimits Limits { get; init; } = BudgetLimits.None;

    /// <summary>Share of a limit at which the alert is raised.</summary>
    public decimal AlertAt { get; init; } = DefaultAlertAt;

    /// <summary>The limits for which an alert was raised, by kind.</summary>
    public ImmutableDictionary<BudgetKind, decimal> Alerted { get; init; } = ImmutableDictionary<BudgetKind, decimal>.Empty;

    /// <summary>The department of a thread's budget, if it has one.</summary>
    public string? Above { get; init; }

    /// <summary>Up to what it may spend and reserve by the level above; <see langword="null"/> where there is none.</summary>
    public Amounts? Ceiling { get; init; }

    /// <summary>The least to ask the level above for, so that it is not asked often.</summary>
    public Amounts Portion { get; init; } = Amounts.None;

    /// <summary>What is asked of the level above, or was asked last.</summary>
    public BudgetAsk? Asked { get; init; }

    /// <summary>The waiter for whose sake that was asked.</summary>
    public string? AskedFor { get; init; }

    /// <summary>What was spent when the level above was told so for good, and this holder closed there.</summary>
    public Amounts ClosedAbove { get; init; } = Amounts.None;

    /// <summary>Whether that is not answered yet.</summary>
    public bool IsAsking { get; init; }

    /// <summary>What the levels above had left for it when they answered last.</summary>
    public BudgetLimits LeftAbove { get; init; } = BudgetLimits.None;

    /// <summary>What was spent at that time.</summary>
    public Amounts SpentThen { get; init; } = Amounts.None;

    /// <summary>Holders by their id: a thread's, the instance id of an orchestration, or a step of the run itself.</summary>
    public ImmutableDictionary<string, BudgetHolder> Holders { get; init; } = ImmutableDictionary<string, BudgetHolder>.Empty;

    /// <summary>What waits, in the order in which it came.</summary>
    public ImmutableList<BudgetWaiter> Waiters { get; init; } = [];

    /// <summary>What holders have spent that are gone.</summary>
    public Amounts SpentByGone { get; init; } = Amounts.None;

    /// <summary>What holders have spent that are still here.</summary>
    public Amounts SpentByHolders { get; init; } = Amounts.None;

    /// <summary>What holders hold and have not spent.</summary>
    public Amounts Reserved { get; init; } = Amounts.None;

    /// <summary>Seconds that a run was at work; its holders work at the same time, so theirs do not add up.</summary>
    public long Clock { get; init; }

    /// <summary>What may be handed out without asking the level above, kind by kind; <see langword="null"/> where nothing limits it.</summary>
    /// <param name="kind">The kind.</param>
    public decimal? Free(BudgetKind kind) => BudgetRules.Least(FreeHere(kind), Ceiling is null ? null : Ceiling[kind] - Used(kind));

    /// <summary>What this account's own limit leaves; below 0 where it was lowered under what is used.</summary>
    /// <param name="kind">The kind.</param>
    public decimal? FreeHere(BudgetKind kind) => !IsOpen ? 0m : Limits[kind] - Used(kind);

    /// <summary>Whether it is of a run.</summary>
    [JsonIgnore]
    public bool IsOfRun => Scope is BudgetScope.Run or BudgetScope.ChildRun;

    /// <summary>What was spent.</summary>
    [JsonIgnore]
    public Amounts Spent => SpentByGone + SpentByHolders + new Amounts { Seconds = IsOfRun ? Clock : 0 };

    /// <summary>Why all that was at work waits for budget; <see langword="null"/> where something is at work, or nothing waits.</summary>
    [JsonIgnore]
    public BudgetShortage? Stall => HasWork || Waiters.Exists(waiter => waiter.Shortage is null) ? null
        : Waiters.FirstOrDefault()?.Shortage ?? Holders.Values.FirstOrDefault(IsPaused)?.Shortage;

    /// <summary>Whether nothing here waits for budget alone.</summary>
    [JsonIgnore]
    public bool GoesOn => HasWork || (Waiters.IsEmpty && !Holders.Values.Any(IsPaused));

    /// <summary>Whether a holder is at work.</summary>
    [JsonIgnore]
    public bool HasWork => Holders.Values.Any(IsWorking);

    /// <summary>Whether somebody here waits for something else than budget, and nobody works or waits for budget.</summary>
    [JsonIgnore]
    public bool Rests => !HasWork && GoesOn && Holders.Values.Any(holder => holder.State == HolderState.Resting);

    /// <summary>How close it is to a limit of its own. Work that waits for another level says nothing of this one.</summary>
    [JsonIgnore]
    public BudgetLevel Level =>
        Waiters.Exists(waiter => BudgetRules.OwnShortage(this, waiter.Ask) is not null)
        || (IsOpen && Amounts.Kinds.Any(kind => Limits[kind] is { } limit && Spent[kind] >= limit)) ? BudgetLevel.Exhausted
        : Amounts.Kinds.Any(kind => Limits[kind] is { } limit && limit > 0m && Spent[kind] >= limit * AlertAt) ? BudgetLevel.Warning
        : BudgetLevel.Ok;

    private decimal Used(BudgetKind kind) => Spent[kind] + Reserved[kind];

    private static bool IsPaused(BudgetHolder holder) => holder.State == HolderState.Paused;

    private static bool IsWorking(BudgetHolder holder) => holder.State == HolderState.Working;
}

/// <summary>What a holder does.</summary>
public enum HolderState
{
    /// <summary>It works.</summary>
    Working,

    /// <summary>It waits for budget.</summary>
    Waiting,

    /// <summary>It waits for something else, such as a human, and holds nothing.</summary>
    Resting,

    /// <summary>A run that is paused for a limit of its own, or of one of its descendants.</summary>
    Paused,

    /// <summary>A tree of runs that has ended: its total is final, and what it still asks for counts no more.</summary>
    Settled,
}

/// <summary>Somebody who spends a part of a budget.</summary>
/// <param name="State">What it does.</param>
/// <param name="Held">What it holds and has not spent, as far as it has told.</param>
/// <param name="Spent">What it has spent, as far as it has told.</param>
/// <param name="SettledAt">UTC time of its settlement.</param>
/// <param name="Shortage">The limit for which it is paused.</param>
/// <param name="ReplyTo">Instance id under which it is told; <see langword="null"/> where that is its id.</param>
public sealed record BudgetHolder(
    HolderState State, Amounts Held, Amounts Spent, DateTime? SettledAt = null, BudgetShortage? Shortage = null, string? ReplyTo = null);

/// <summary>A holder that waits.</summary>
/// <param name="Ask">What it asks for.</param>
/// <param name="Shortage">What it was told to wait for; <see langword="null"/> where it was not told to yet.</param>
public sealed record BudgetWaiter(BudgetAsk Ask, BudgetShortage? Shortage = null);
