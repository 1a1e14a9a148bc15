using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Journal;

/// <summary>What changes often of a run, without its steps: kept apart from what never changes, so that a commit rewrites little.</summary>
internal sealed record RunState(
    RunStatus Status,
    string? Reason,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt,
    int Replans,
    RunUsage Usage,
    string? ResultHash,
    int Branch = 0,
    long? RollingBackTo = null,
    RunInstruction? Instruction = null,
    BudgetLimits? Limits = null,
    RunShortage? Shortage = null,
    DateTimeOffset? AdmittedAt = null)
{
    public static RunState Of(RunRecord run) => new(
        run.Status,
        run.Reason,
        run.UpdatedAt,
        run.CompletedAt,
        run.Replans,
        run.Usage,
        run.ResultHash,
        run.Branch,
        run.RollingBackTo,
        run.Instruction,
        run.Limits,
        run.Shortage,
        run.AdmittedAt);

    /// <summary>The run in this state.</summary>
    /// <param name="run">The run as it was created.</param>
    /// <param name="steps">Its steps.</param>
    public RunRecord Apply(RunRecord run, IReadOnlyList<StepState> steps) => run with
    {
        Status = Status,
        Reason = Reason,
        UpdatedAt = UpdatedAt,
        CompletedAt = CompletedAt,
        Replans = Replans,
        Usage = Usage,
        ResultHash = ResultHash,
        Branch = Branch,
        RollingBackTo = RollingBackTo,
        Instruction = Instruction,
        Limits = Limits ?? BudgetLimits.None,
        Shortage = Shortage,
        AdmittedAt = AdmittedAt,
        Steps = steps,
    };
}
