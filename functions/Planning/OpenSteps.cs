using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Planning;

/// <summary>Steps that have not ended, and never will.</summary>
/// <param name="Changes">Shows how they end.</param>
/// <param name="Events">Puts that on record.</param>
public sealed record OpenSteps(IReadOnlyList<StepChange> Changes, IReadOnlyList<AuditDraft> Events)
{
    /// <summary>What is left when a run ends: no step stands as if it were still to come.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why the run ended.</param>
    public static OpenSteps AtTheEndOf(RunRecord run, string? reason)
    {
        var changes = run.Steps.Where(IsOpen).Select(step => step.Status == StepStatus.Pending
            ? new StepChange(step.Step.Id, StepStatus.Skipped, "The run ended before this step could start.")
            : new StepChange(step.Step.Id, StepStatus.Failed, reason));
        return Of(changes, AuditActor.Runtime);
    }

    /// <summary>What is left when a run is ended from outside.</summary>
    /// <param name="actor">Who ends it.</param>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why.</param>
    public static OpenSteps EndedBy(AuditActor actor, RunRecord run, string reason) =>
        Of(run.Steps.Where(IsOpen).Select(step => new StepChange(step.Step.Id, StepStatus.Skipped, reason)), actor);

    /// <summary>What depends on a step that is skipped, directly or through others.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="actor">Who skips it.</param>
    public static OpenSteps Behind(RunRecord run, string stepId, AuditActor actor)
    {
        var open = run.Steps.Where(step => step.Status == StepStatus.Pending).Select(step => step.Step).ToList();
        var plan = new Plan(open);
        var reason = $"The step '{stepId}', on which it depends, was skipped.";
        return Of(
            open.Where(step => PlanGraph.DependsOn(plan, step, stepId)).Select(step => new StepChange(step.Id, StepStatus.Skipped, reason)),
            actor);
    }

    private static bool IsOpen(StepState step) => step.Status is StepStatus.Pending or StepStatus.Running or StepStatus.Waiting;

    private static OpenSteps Of(IEnumerable<StepChange> changes, AuditActor actor)
    {
        var all = changes.ToList();
        return new OpenSteps(
            all, [.. all.Select(change => StepEvents.Ended(change.StepId, actor, new StepOutcome(change.Status, change.Reason)))]);
    }
}
