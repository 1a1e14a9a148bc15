namespace AgentFunctions.Planning;

/// <summary>A failure with which a plan cannot go on.</summary>
/// <param name="Reason">Which step, and why.</param>
/// <param name="Failure">The tool failure that it rests on.</param>
/// <param name="MayReplan">Whether another plan may help.</param>
/// <param name="RollsBack">Whether what the step has done is to be undone first.</param>
public sealed record PlanFailure(string Reason, ToolFailureKind? Failure, bool MayReplan, bool RollsBack = false);

/// <summary>How far a run's plans have come. In memory only: an orchestrator rebuilds it by replay.</summary>
public sealed class PlanProgress
{
    private readonly Dictionary<string, StepOutcome> ended = new(StringComparer.Ordinal);
    private readonly HashSet<string> passable = new(StringComparer.Ordinal);
    private readonly List<PlanNode> waiting = [];
    private bool wasStuck;

    /// <summary>Takes over a new plan; what earlier ones have not started is dropped.</summary>
    /// <param name="plan">The plan.</param>
    public void Begin(PlanMade plan)
    {
        waiting.Clear();
        waiting.AddRange(plan.Steps);

        // A new plan may take up the id of a step that was never started; how that one ended is not its end.
        foreach (var step in plan.Steps)
        {
            ended.Remove(step.Id);
        }

        // A replan may build on what a failed step has left; it was told that it failed.
        passable.UnionWith(ended.Where(each => each.Value.OutputHash is not null).Select(each => each.Key));
    }

    /// <summary>Takes over what was done on the branch that this one goes on from.</summary>
    /// <param name="steps">The steps that have ended, oldest first.</param>
    public void Remember(IEnumerable<EndedStep> steps)
    {
        foreach (var step in steps)
        {
            ended[step.Node.Id] = step.Outcome;
            if (step.Outcome.Status == StepStatus.Completed)
            {
                passable.Add(step.Node.Id);
            }
        }
    }

    /// <summary>Goes on with a plan of which steps have ended.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="steps">Its steps that have ended.</param>
    /// <param name="mayReplan">Whether the run may replan once more.</param>
    /// <returns>The failure with which the plan cannot go on, if there was one.</returns>
    public PlanFailure? GoOn(PlanMade plan, IReadOnlyList<EndedStep> steps, bool mayReplan)
    {
        Begin(plan);
        waiting.RemoveAll(node => steps.Any(step => step.Node.Id == node.Id));
        return steps
            .Select(step => End(step.Node, step.Outcome, mayReplan))
            .OfType<PlanFailure>()
            .Select(failure => failure with { RollsBack = false })
            .FirstOrDefault();
    }

    /// <summary>Takes the steps that can start now. A step behind a skipped one is skipped with it.</summary>
    public IReadOnlyList<PlanNode> TakeReady()
    {
        while (waiting.Find(step => step.DependsOn.Any(IsSkipped)) is { } skipped)
        {
            waiting.Remove(skipped);
            ended[skipped.Id] = new StepOutcome(StepStatus.Skipped, "A step that it depends on was skipped.");
        }

        var ready = waiting.Where(step => step.DependsOn.All(passable.Contains)).ToList();
        waiting.RemoveAll(ready.Contains);
        return ready;
    }

    /// <summary>Notes the end of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="mayReplan">Whether the run may replan once more.</param>
    /// <returns>The failure with which the plan cannot go on, if it is one.</returns>
    public PlanFailure? End(PlanNode step, StepOutcome outcome, bool mayReplan)
    {
        ended[step.Id] = outcome;
        if (outcome.Status == StepStatus.Completed)
        {
            passable.Add(step.Id);
            return null;
        }

        return outcome.Status == StepStatus.Skipped ? null : Failed(step, outcome, mayReplan);
    }

    /// <summary>How a step ended; <see langword="null"/> where it has not.</summary>
    /// <param name="stepId">The step.</param>
    public StepOutcome? OutcomeOf(string stepId) => ended.GetValueOrDefault(stepId);

    private PlanFailure? Failed(PlanNode step, StepOutcome outcome, bool mayReplan)
    {
        // A stuck agent is told to the planner once. If its next plan gets stuck as well, more plans would only cost more.
        mayReplan &= outcome.LoopStop is null || !wasStuck;
        wasStuck |= outcome.LoopStop is not null;
        var failure = new PlanFailure($"The step '{step.Id}' failed: {outcome.Reason}", outcome.Failure, mayReplan);
        switch (step.OnFailure)
        {
            case FailureMode.Fail:
                return failure with { MayReplan = false };
            case FailureMode.Replan:
                return failure;
            case FailureMode.Rollback:
                return failure with { RollsBack = true };
            case FailureMode.ReplanThenContinue when mayReplan && !outcome.IsPermanent:
                return failure;
            case FailureMode.ReplanThenContinue:
            case FailureMode.Continue:
                passable.Add(step.Id);
                return null;
            default:
                throw new InvalidOperationException($"Unknown failure mode '{step.OnFailure}'.");
        }
    }

    private bool IsSkipped(string stepId) => ended.GetValueOrDefault(stepId)?.Status == StepStatus.Skipped;
}
