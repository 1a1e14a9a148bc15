using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>Asks a human.</summary>
/// <param name="RunId">The run that waits.</param>
/// <param name="StepId">The step that waits; <see cref="PlanStepId"/> and the generation for a plan.</param>
/// <param name="Generation">Which plan, where a plan is to be accepted; <see langword="null"/> for a step.</param>
public sealed record ApprovalAsk(string RunId, string StepId, string? Generation)
{
    /// <summary>Stands in an approval for the plan itself.</summary>
    public const string PlanStepId = "plan";

    /// <summary>The key of the question in its run.</summary>
    public string Key => Generation is null ? $"{StepId}/approval" : $"{StepId}/g{Generation}/approval";

    /// <summary>The approval's id.</summary>
    public string ApprovalId => Identifiers.Derive("apr", RunId, Key);

    /// <summary>Whether an approval is of a plan. A step may have the id <see cref="PlanStepId"/> too.</summary>
    /// <param name="approval">The approval.</param>
    public static bool IsOfPlan(ApprovalRecord approval) =>
        approval.StepId == PlanStepId
        && approval.ApprovalId != new ApprovalAsk(approval.RunId, approval.StepId, Generation: null).ApprovalId;
}

/// <summary>An answer, to be applied.</summary>
/// <param name="Ask">What was asked.</param>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Answer">The answer.</param>
public sealed record ApprovalDecision(ApprovalAsk Ask, string ApprovalId, ApprovalAnswer Answer);

/// <summary>Withdraws questions of a plan that cannot go on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepIds">The steps that wait.</param>
/// <param name="Reason">Why.</param>
public sealed record ApprovalWithdrawal(string RunId, IReadOnlyList<string> StepIds, string Reason);

/// <summary>What an answer means for a plan.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="Text">What the planner is told, for a <c>response</c>.</param>
/// <param name="PlanHash">Content hash of the changed plan, for an <c>edit</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record PlanDecision(ApprovalAnswerType Type, string? Text, string? PlanHash, string? Reason);
