using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>A new limit for a thread's budget.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="LimitUsd">The new limit in USD; may be lower than what is spent.</param>
/// <param name="By">Who changes it.</param>
/// <param name="Reason">Why.</param>
public sealed record BudgetChange(string ThreadId, decimal LimitUsd, string By, string Reason);

/// <summary>The <c>Budget</c> entity's name and operations.</summary>
public static class BudgetEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Budget";

    /// <summary>Sets the first limit; later ones are <see cref="SetLimit"/>. Input: USD (decimal). Idempotent.</summary>
    public const string Open = nameof(Open);

    /// <summary>Changes the limit. Input: <see cref="BudgetChange"/>. Returns <see cref="BudgetState"/>.</summary>
    public const string SetLimit = nameof(SetLimit);

    /// <summary>The entity of a thread.</summary>
    /// <param name="threadId">The thread.</param>
    public static EntityInstanceId For(string threadId) => new(Name, threadId);
}
