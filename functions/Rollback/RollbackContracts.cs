using AgentFunctions.Planning;
using AgentFunctions.Storage;

namespace AgentFunctions.Rollback;

/// <summary>Returns a run to one of its checkpoints.</summary>
/// <param name="RollbackId">Unique for the request.</param>
/// <param name="RunId">The run.</param>
/// <param name="Checkpoint">The checkpoint's number.</param>
/// <param name="By">Who; <see langword="null"/> for the runtime itself.</param>
/// <param name="Reason">Why.</param>
/// <param name="PlanHash">Content hash of the plan that takes the place of what was not done at the checkpoint.</param>
/// <param name="Instruction">What the agent, or its planner, is told in addition to the goal.</param>
/// <param name="Failed">The step whose failure has led to it.</param>
public sealed record RollbackRequest(
    string RollbackId,
    string RunId,
    long Checkpoint,
    string? By,
    string Reason,
    string? PlanHash = null,
    string? Instruction = null,
    StepChange? Failed = null)
{
    /// <summary>Who, as the audit log names them.</summary>
    public string Actor => By is null ? "runtime" : $"user:{By}";
}

/// <summary>What the new branch is told or given to do, as it is on record.</summary>
/// <param name="Plan">The plan that takes the place of what was not done at the checkpoint.</param>
/// <param name="Instruction">What the agent, or its planner, is told.</param>
public sealed record RollbackAsked(Plan? Plan, string? Instruction);

/// <summary>A compensation to be made.</summary>
/// <param name="Abandoned">What was abandoned.</param>
/// <param name="Call">The call to be compensated.</param>
public sealed record CompensationAsk(BranchAbandoned Abandoned, EffectCall Call);

/// <summary>How a compensation ended.</summary>
/// <param name="Problem">Why it failed; <see langword="null"/> where it did not.</param>
/// <param name="WasNeeded">Whether there was anything to compensate.</param>
public sealed record CompensationEnd(string? Problem, bool WasNeeded);

/// <summary>A rollback to be completed.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Abandoned">What was abandoned.</param>
/// <param name="Compensated">How many calls were compensated.</param>
public sealed record RollbackCompletion(RollbackRequest Request, BranchAbandoned Abandoned, int Compensated);

/// <summary>A rollback that cannot be completed.</summary>
/// <param name="Abandoned">What was abandoned.</param>
/// <param name="Problem">Why.</param>
public sealed record RollbackFailure(BranchAbandoned Abandoned, string Problem);

/// <summary>A step that failed and wants its run to be rolled back.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Outcome">How it failed.</param>
public sealed record StepRollback(string RunId, string StepId, StepOutcome Outcome);
