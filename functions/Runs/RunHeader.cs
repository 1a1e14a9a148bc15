using AgentFunctions.Agents;
using AgentFunctions.Budgets;

namespace AgentFunctions.Runs;

/// <summary>What an orchestrator needs to know of its run; everything else stays in the store.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="ParentRunId">The run that spawned it.</param>
/// <param name="Agent">The agent's name.</param>
/// <param name="Mode">How the agent works.</param>
/// <param name="Limits">The agent's bounds.</param>
/// <param name="PlanHash">Content hash of a plan that came with the request.</param>
/// <param name="PlanEstimate">What making a plan may cost.</param>
/// <param name="PlanApproval">Whether a human must accept the plan first.</param>
/// <param name="Budget">The run's budget.</param>
/// <param name="Outcome">How the run ended, where it has ended before it could start.</param>
/// <param name="Branch">0 at first, and greater after each rollback.</param>
public sealed record RunHeader(
    string RunId,
    string ThreadId,
    string RootRunId,
    string? ParentRunId,
    string Agent,
    AgentMode Mode,
    AgentLimits Limits,
    string? PlanHash,
    CallEstimate PlanEstimate,
    bool PlanApproval,
    RunBudgetTerms Budget,
    RunOutcome? Outcome,
    int Branch = 0)
{
    /// <summary>Whether a human must accept the result of its plan.</summary>
    public bool ResultApproval { get; init; }

    /// <summary>Steps that a branch before this one has begun, and counted.</summary>
    public IReadOnlyList<string> Begun { get; init; } = [];

    /// <summary>Whether no run spawned it.</summary>
    public bool IsRoot => RootRunId == RunId;
}

/// <summary>How a run ended.</summary>
/// <param name="Status">Its final status.</param>
/// <param name="Reason">Why, where it is not <see cref="RunStatus.Completed"/>.</param>
/// <param name="ResultHash">Content hash of its result.</param>
/// <param name="Failure">The tool failure that it rests on, if a tool failed.</param>
/// <param name="LoopStop">Why its agent's loop was stopped, if it was stuck.</param>
public sealed record RunOutcome(
    RunStatus Status, string? Reason, string? ResultHash, ToolFailureKind? Failure, LoopStop? LoopStop = null);

/// <summary>A run that waits for budget.</summary>
/// <param name="RunId">The run.</param>
/// <param name="PauseId">Unique for this wait.</param>
/// <param name="Shortage">What it waits for.</param>
/// <param name="Steps">The steps that wait.</param>
/// <param name="ExpiresAt">UTC time at which the run expires where nobody raises the limit.</param>
public sealed record RunPause(
    string RunId, string PauseId, BudgetShortage Shortage, IReadOnlyList<PausedStep> Steps, DateTime? ExpiresAt);

/// <summary>A step that waits for budget.</summary>
/// <param name="StepId">The step.</param>
/// <param name="StateHash">Content hash of the state in which it waits, such as a loop's transcript.</param>
public sealed record PausedStep(string StepId, string? StateHash);
