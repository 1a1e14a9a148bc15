using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>A new limit for a thread's budget, or for that of one of its root runs.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="LimitUsd">The new limit in USD; may be lower than what is spent.</param>
/// <param name="By">Who changes it.</param>
/// <param name="Reason">Why.</param>
/// <param name="RunId">The root run whose own limit it is; <see langword="null"/> for the thread's.</param>
public sealed record BudgetChange(string ThreadId, decimal LimitUsd, string By, string Reason, string? RunId = null);

/// <summary>Asks for budget, and tells what was spent of the last grant.</summary>
/// <param name="HolderId">The instance id of the orchestration that asks.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="RootLimitUsd">The root run's own limit, USD.</param>
/// <param name="SpentUsd">Spent since the last request, USD.</param>
/// <param name="NeedUsd">The least that is of use, USD.</param>
/// <param name="WantUsd">What would save further requests, USD; at least <paramref name="NeedUsd"/>.</param>
public sealed record BudgetRequest(
    string HolderId, string RootRunId, decimal? RootLimitUsd, decimal SpentUsd, decimal NeedUsd, decimal WantUsd);

/// <summary>The answer to a <see cref="BudgetRequest"/>.</summary>
/// <param name="HeldUsd">What the holder holds now, USD; 0 where it has to wait.</param>
/// <param name="Denied">Why it has to wait; <see langword="null"/> where it may go on.</param>
public sealed record BudgetGrant(decimal HeldUsd, string? Denied);

/// <summary>Gives back what is held, and tells what was spent of it.</summary>
/// <param name="HolderId">The holder.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="SpentUsd">Spent since the last request, USD.</param>
public sealed record BudgetRelease(string HolderId, string RootRunId, decimal SpentUsd);

/// <summary>The true total of a tree of runs that has ended, from its journal; corrects what a terminated holder could not tell.</summary>
/// <param name="RootRunId">The root.</param>
/// <param name="SpentUsd">What all its runs have used, USD.</param>
public sealed record BudgetSettlement(string RootRunId, decimal SpentUsd)
{
    /// <summary>Whether the tree has ended. Otherwise it was rolled back and goes on.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>Instance ids of the holders that were ended where the tree goes on: they, and the loops of their steps, hold nothing any more.</summary>
    public IReadOnlyList<string> Holders { get; init; } = [];
}

/// <summary>80% of a limit is spent.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="RootRunId">The tree of runs whose spending reached it.</param>
/// <param name="LimitUsd">The limit, USD.</param>
/// <param name="SpentUsd">What is spent, USD.</param>
public sealed record BudgetAlert(string ThreadId, string RootRunId, decimal LimitUsd, decimal SpentUsd);

/// <summary>The <c>Budget</c> entity's name and operations.</summary>
public static class BudgetEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Budget";

    /// <summary>Sets the first limit; later ones are <see cref="SetLimit"/>. Input: USD (decimal). Idempotent.</summary>
    public const string Open = nameof(Open);

    /// <summary>Changes the limit. Input: <see cref="BudgetChange"/>. Returns <see cref="BudgetState"/>.</summary>
    public const string SetLimit = nameof(SetLimit);

    /// <summary>Asks for budget. Input: <see cref="BudgetRequest"/>. Returns <see cref="BudgetGrant"/>.</summary>
    public const string Reserve = nameof(Reserve);

    /// <summary>Gives budget back. Input: <see cref="BudgetRelease"/>.</summary>
    public const string Release = nameof(Release);

    /// <summary>Corrects the total of a tree that has ended. Input: <see cref="BudgetSettlement"/>.</summary>
    public const string Settle = nameof(Settle);

    /// <summary>The entity of a thread.</summary>
    /// <param name="threadId">The thread.</param>
    public static EntityInstanceId For(string threadId) => new(Name, threadId);
}
