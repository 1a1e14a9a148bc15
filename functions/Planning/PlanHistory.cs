namespace AgentFunctions.Planning;

/// <summary>What earlier plans of a run have left for the next one.</summary>
/// <param name="Started">Ids of steps that were started: they stay theirs, so that the audit log means one step by one id.</param>
/// <param name="Referable">Ids of steps that have an output.</param>
public sealed record PlanHistory(IReadOnlySet<string> Started, IReadOnlySet<string> Referable)
{
    /// <summary>The history in a run's steps.</summary>
    /// <param name="steps">The steps, replaced ones included.</param>
    public static PlanHistory Of(IReadOnlyList<StepState> steps) => new(
        Ids(steps.Where(step => step.Status != StepStatus.Pending && (step.Status != StepStatus.Replaced || HasFailed(step)))),
        Ids(steps.Where(step => step.OutputHash is not null)));

    /// <summary>Whether a step has failed, also when it was replaced since.</summary>
    /// <param name="step">The step.</param>
    public static bool HasFailed(StepState step) =>
        step.Status == StepStatus.Failed || step is { Status: StepStatus.Replaced, Reason: not null };

    /// <summary>
    /// Steps whose failure is in the result: those that failed and were passed over, those that a later step builds on although they
    /// failed, and fan-outs that count as completed without some of their children.
    /// </summary>
    /// <param name="steps">The steps, replaced ones included.</param>
    public static IReadOnlyList<StepState> RestsOn(IReadOnlyList<StepState> steps)
    {
        var used = steps.Where(step => step.Status == StepStatus.Completed).SelectMany(step => Uses(step.Step)).ToHashSet(StringComparer.Ordinal);
        return [.. steps.Where(step => step.Status switch
        {
            StepStatus.Failed => true,
            StepStatus.Completed => step.Reason is not null,
            _ => HasFailed(step) && used.Contains(step.Step.Id),
        })];
    }

    private static IEnumerable<string> Uses(PlanStep step) =>
        step.DependsOn.Concat(References.Of(step).Select(each => each.Reference.StepId).OfType<string>());

    private static HashSet<string> Ids(IEnumerable<StepState> steps) => steps.Select(step => step.Step.Id).ToHashSet(StringComparer.Ordinal);
}
