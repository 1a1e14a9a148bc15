using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Budgets;

/// <summary>The <c>Budget</c> entity's name and operations.</summary>
public static class BudgetEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Budget";

    /// <summary>Sets the first limits. Input: <see cref="BudgetOpening"/>. Idempotent.</summary>
    public const string Open = nameof(Open);

    /// <summary>Changes the limits. Input: <see cref="BudgetChange"/>. Returns <see cref="BudgetAccount"/>.</summary>
    public const string SetLimits = nameof(SetLimits);

    /// <summary>
    /// Asks for budget. Input: <see cref="BudgetAsk"/> of a root run. Returns <see cref="BudgetAnswer"/>, or <see langword="null"/>
    /// where the department is asked first; that answer, and a grant that follows a refusal, comes as <see cref="Runs.RunEvents.BudgetAnswered"/>.
    /// </summary>
    public const string Ask = nameof(Ask);

    /// <summary>Takes the department's answer. Input: <see cref="BudgetAnswer"/>.</summary>
    public const string Answer = nameof(Answer);

    /// <summary>Gives back to the department what is not needed at once. No input.</summary>
    public const string Recall = nameof(Recall);

    /// <summary>Sets the total of a tree that has ended. Input: <see cref="BudgetSettlement"/>.</summary>
    public const string Settle = nameof(Settle);

    /// <summary>The entity of a thread.</summary>
    /// <param name="threadId">The thread.</param>
    public static EntityInstanceId For(string threadId) => new(Name, threadId);
}

/// <summary>The <c>DepartmentBudget</c> entity's name and operations.</summary>
public static class DepartmentEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "DepartmentBudget";

    /// <summary>Changes the limits. Input: <see cref="BudgetChange"/>. Returns <see cref="BudgetAccount"/>.</summary>
    public const string SetLimits = nameof(SetLimits);

    /// <summary>Asks for budget. Input: <see cref="BudgetAsk"/> of a thread, which is answered by <see cref="BudgetEntity.Answer"/>.</summary>
    public const string Ask = nameof(Ask);

    /// <summary>The entity of a department.</summary>
    /// <param name="department">The department; names are the same for all tenants.</param>
    public static EntityInstanceId For(string department) => new(Name, department);
}
