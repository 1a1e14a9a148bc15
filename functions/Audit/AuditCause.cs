using AgentFunctions.Planning;

namespace AgentFunctions.Audit;

/// <summary>Where to find the event that led to another one: the newest of a commit, of a step, or of a run.</summary>
/// <param name="Key">The key of a commit; or with a <c>/</c> at its end what keys begin with, such as <c>STEP/</c>; empty for all of a run.</param>
/// <param name="RunId">The run; <see langword="null"/> for the run that the event belongs to.</param>
public readonly record struct AuditCause(string Key, string? RunId = null)
{
    private const string Plan = "plan/";

    /// <summary>The newest event of a run.</summary>
    /// <param name="runId">The run.</param>
    public static AuditCause Run(string runId) => new("", runId);

    /// <summary>What lets a step begin: the ends of the steps that it depends on, or the plan.</summary>
    /// <param name="step">The step.</param>
    public static IReadOnlyList<AuditCause> OfStep(PlanStep step) =>
        step.DependsOn.Count == 0 ? [new(Plan)] : [.. step.DependsOn.Select(id => new AuditCause($"{id}/"))];

    /// <summary>What led to a commit where it does not say so itself: what was committed last under keys of the same step.</summary>
    /// <param name="key">The key of the commit.</param>
    public static AuditCause Before(string key) => new($"{key.Split('/', 2)[0]}/");
}
