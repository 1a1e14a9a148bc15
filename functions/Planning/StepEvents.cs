using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Planning;

/// <summary>Audit events of steps.</summary>
public static class StepEvents
{
    /// <summary>The beginning of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="data">What carries it out.</param>
    public static AuditDraft Started(PlanStep step, JsonObject data) =>
        new("step.started", AuditActor.Runtime) { StepId = step.Id, Data = data, CausedBy = AuditCause.OfStep(step) };

    /// <summary>The end of a step.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="actor">Who ended it.</param>
    /// <param name="outcome">How.</param>
    public static AuditDraft Ended(string stepId, AuditActor actor, StepOutcome outcome) => new(Type(outcome.Status), actor)
    {
        StepId = stepId,
        Reason = outcome.Reason,
        OutputHash = outcome.OutputHash,
    };

    private static string Type(StepStatus status) => status switch
    {
        StepStatus.Completed => "step.completed",
        StepStatus.Failed => "step.failed",
        StepStatus.Skipped => "step.skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A step does not end with this status."),
    };
}
