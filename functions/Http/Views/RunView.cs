using System.Text.Json.Nodes;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Http.Views;

/// <summary>A run.</summary>
public sealed record RunView
{
    /// <summary>The id.</summary>
    public required string RunId { get; init; }

    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>Who owns the thread.</summary>
    public required string Tenant { get; init; }

    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Hash of the definition that the run keeps.</summary>
    public required string AgentHash { get; init; }

    /// <summary>What is to be done.</summary>
    public required string Goal { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why it stands there.</summary>
    public string? Reason { get; init; }

    /// <summary>The run that spawned it.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>The root of its tree.</summary>
    public required string RootRunId { get; init; }

    /// <summary>0 for a root run.</summary>
    public int Depth { get; init; }

    /// <summary>Most USD that it and its descendants may spend.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>What it and its descendants may use at most; what is missing is left to the supervisor, the thread and the department.</summary>
    public required BudgetLimits Limits { get; init; }

    /// <summary>The limit that it waits for, while it is paused for budget.</summary>
    public RunShortage? Shortage { get; init; }

    /// <summary>How urgent it is.</summary>
    public required RunPriority Priority { get; init; }

    /// <summary>UTC time at which it was admitted first; missing while it is queued.</summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>Where it stands among those that wait to be admitted; missing where it does not.</summary>
    public QueuePlaceView? Queue { get; init; }

    /// <summary>UTC time at which it expires.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC time of its last change.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>UTC time of its end.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>0 at first, and greater after each rollback.</summary>
    public int Branch { get; init; }

    /// <summary>The checkpoint that it is being returned to.</summary>
    public long? RollingBackTo { get; init; }

    /// <summary>Its plan with states, steps that a replan replaced included.</summary>
    public required IReadOnlyList<StepView> Steps { get; init; }

    /// <summary>The runs that it has spawned.</summary>
    public required ChildrenView Children { get; init; }

    /// <summary>How often it has replanned.</summary>
    public int Replans { get; init; }

    /// <summary>What it and its descendants have used.</summary>
    public required RunUsage Usage { get; init; }

    /// <summary>What it has used itself.</summary>
    public required RunUsage OwnUsage { get; init; }

    /// <summary>Checkpoints of its tree that this process has made.</summary>
    public int StepsExecuted { get; init; }

    /// <summary>Checkpoints of its tree that earlier processes have made and that were not executed again.</summary>
    public int StepsReplayed { get; init; }

    /// <summary>The result.</summary>
    public JsonNode? Result { get; init; }

    /// <summary>Failed steps that the result rests on.</summary>
    public required IReadOnlyList<FailedStep> RestsOnFailedSteps { get; init; }
}

/// <summary>A step.</summary>
/// <param name="Id">The id.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it failed or was skipped.</param>
/// <param name="DependsOn">Steps that must have ended well before.</param>
/// <param name="Tool">The tool of a tool step.</param>
/// <param name="Agent">The agent of an agent or fan-out step.</param>
/// <param name="Description">What the human of an approval is asked.</param>
/// <param name="Generation">0 for the first plan, one more for each replan.</param>
/// <param name="Children">The runs of a fan-out, by status.</param>
public sealed record StepView(
    string Id,
    StepKind Kind,
    StepStatus Status,
    string? Reason,
    IReadOnlyList<string> DependsOn,
    string? Tool,
    string? Agent,
    string? Description,
    int Generation,
    IReadOnlyDictionary<string, int>? Children);

/// <summary>The runs that a run has spawned.</summary>
/// <param name="Total">How many.</param>
/// <param name="Finished">How many of them have ended.</param>
/// <param name="ByStatus">How many are in which status.</param>
/// <param name="Items">The runs, by id.</param>
public sealed record ChildrenView(int Total, int Finished, IReadOnlyDictionary<string, int> ByStatus, IReadOnlyList<ChildView> Items);

/// <summary>A spawned run.</summary>
/// <param name="RunId">The id.</param>
/// <param name="StepId">The step that spawned it.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it stands there.</param>
/// <param name="CostUsd">What it has used itself, USD.</param>
public sealed record ChildView(string RunId, string? StepId, string Agent, RunStatus Status, string? Reason, decimal CostUsd);

/// <summary>A failed step that a result rests on.</summary>
/// <param name="Id">The step.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record FailedStep(string Id, string? Reason);

/// <summary>A run's place among those that wait to be admitted.</summary>
/// <param name="Position">From 1: how many runs of its tenant are to be admitted up to it.</param>
/// <param name="WaitSeconds">For how long it has been waiting since it was accepted, in seconds.</param>
/// <param name="GoesOn">Whether it has been admitted before, and gave its place up for a human, for budget or suspended.</param>
public sealed record QueuePlaceView(int Position, double WaitSeconds, bool GoesOn);
