using AgentFunctions.Agents;

namespace AgentFunctions.Planning;

/// <summary>How a step ended.</summary>
/// <param name="Status"><see cref="StepStatus.Completed"/>, <see cref="StepStatus.Failed"/> or <see cref="StepStatus.Skipped"/>.</param>
/// <param name="Reason">Why it failed or was skipped, or what it rests on.</param>
/// <param name="OutputHash">Content hash of its output; a failed fan-out has one too.</param>
/// <param name="Failure">The tool failure that it rests on, if a tool failed.</param>
/// <param name="LoopStop">Why its agent's loop was stopped, if it was stuck.</param>
public sealed record StepOutcome(
    StepStatus Status, string? Reason = null, string? OutputHash = null, ToolFailureKind? Failure = null, LoopStop? LoopStop = null)
{
    /// <summary>Whether doing the same again cannot help.</summary>
    public bool IsPermanent => Failure is { } kind && !ToolFailureException.IsTransient(kind);

    /// <summary>A failure.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="failure">The tool failure that it rests on.</param>
    public static StepOutcome Failed(string reason, ToolFailureKind? failure = null) => new(StepStatus.Failed, reason, Failure: failure);
}
