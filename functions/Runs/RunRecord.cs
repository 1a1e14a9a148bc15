using System.Text.Json.Serialization;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Schedules;

namespace AgentFunctions.Runs;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Accepted, not yet started.</summary>
    Queued,

    /// <summary>Its plan is being made.</summary>
    Planning,

    /// <summary>Its steps are being executed.</summary>
    Running,

    /// <summary>It waits for a human.</summary>
    Waiting,

    /// <summary>It waits for budget, or was suspended. Nothing runs, nothing is billed.</summary>
    Paused,

    /// <summary>It has its result.</summary>
    Completed,

    /// <summary>It ended without one; see the reason.</summary>
    Failed,

    /// <summary>Someone cancelled it, with all its descendants.</summary>
    Canceled,

    /// <summary>Its deadline passed.</summary>
    Expired,
}

/// <summary>One goal carried out in a thread. Its id is the orchestration's instance id.</summary>
public sealed record RunRecord
{
    /// <summary>The id.</summary>
    public required string RunId { get; init; }

    /// <summary>The thread.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The tenant that owns the thread.</summary>
    public required string Tenant { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>Hash of the definition that this run keeps.</summary>
    public required string AgentHash { get; init; }

    /// <summary>What is to be done.</summary>
    public required string Goal { get; init; }

    /// <summary>The goal as prompts show it, where values from tools or documents were put into it; they are marked as data there.</summary>
    public string? PromptGoal { get; init; }

    /// <summary>The goal as prompts show it.</summary>
    [JsonIgnore]
    public string ShownGoal => PromptGoal ?? Goal;

    /// <summary>Content hash of the input JSON, if there is one.</summary>
    public string? InputHash { get; init; }

    /// <summary>Content hash of a plan that came with the request, if there is one.</summary>
    public string? PlanHash { get; init; }

    /// <summary>The run that spawned this one; <see langword="null"/> for a root run.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>The parent's step that spawned it.</summary>
    public string? ParentStepId { get; init; }

    /// <summary>The root of its tree; its own id for a root run.</summary>
    public required string RootRunId { get; init; }

    /// <summary>0 for a root run.</summary>
    public int Depth { get; init; }

    /// <summary>The caller's idempotency key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of the request's body: the same key with another body is a conflict.</summary>
    public required string RequestHash { get; init; }

    /// <summary>What this run and its descendants may use at most; what is not limited is left to the supervisor or the thread.</summary>
    public BudgetLimits Limits { get; init; } = BudgetLimits.None;

    /// <summary>What it waits for, while it is paused for budget.</summary>
    public RunShortage? Shortage { get; init; }

    /// <summary>How urgent it is; its children are as urgent.</summary>
    public RunPriority Priority { get; init; } = RunPriority.Normal;

    /// <summary>The schedule that has started it, if one has.</summary>
    public ScheduleOrigin? Schedule { get; init; }

    /// <summary>
    /// The span that led to it, as W3C <c>traceparent</c>: of the request, or of the run that has spawned it; <see langword="null"/> where
    /// there was none, as for a run of a schedule.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>UTC time at which the run expires.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The department of its thread, whose limit of runs at the same time it counts against.</summary>
    public string? Department { get; init; }

    /// <summary>UTC time at which it was admitted first; <see langword="null"/> while it is queued.</summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>Whether a human must accept the plan first.</summary>
    public bool PlanApproval { get; init; }

    /// <summary>Whether a human must accept the result.</summary>
    public bool ResultApproval { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC time of the last change.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>UTC time of its end.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Why it stands there, where a reason is needed.</summary>
    public string? Reason { get; init; }

    /// <summary>The plan's steps with their states, replaced ones included.</summary>
    public IReadOnlyList<StepState> Steps { get; init; } = [];

    /// <summary>How often it has replanned.</summary>
    public int Replans { get; init; }

    /// <summary>What this run itself has used, without its descendants.</summary>
    public RunUsage Usage { get; init; } = RunUsage.None;

    /// <summary>Content hash of the result JSON.</summary>
    public string? ResultHash { get; init; }

    /// <summary>0 at first; each rollback begins another branch, with a greater number than any in the tree.</summary>
    public int Branch { get; init; }

    /// <summary>The checkpoint that it is being returned to; <see langword="null"/> where no rollback is under way.</summary>
    public long? RollingBackTo { get; init; }

    /// <summary>What its agent is told since a rollback.</summary>
    public RunInstruction? Instruction { get; init; }

    /// <summary>The statuses of runs that have not ended.</summary>
    public static IReadOnlyList<RunStatus> Unfinished { get; } = [.. Enum.GetValues<RunStatus>().Where(status => !IsFinal(status))];

    /// <summary>Whether it has ended for good.</summary>
    public bool IsFinished => IsFinal(Status);

    /// <summary>Whether a status is one that a run ends with.</summary>
    /// <param name="status">The status.</param>
    public static bool IsFinal(RunStatus status) =>
        status is RunStatus.Completed or RunStatus.Failed or RunStatus.Canceled or RunStatus.Expired;
}

/// <summary>What a human adds to a run's goal when they roll it back.</summary>
/// <param name="Text">The text.</param>
/// <param name="Branch">The branch that began with it.</param>
public sealed record RunInstruction(string Text, int Branch);

/// <summary>The limit that a paused run waits for, with its numbers.</summary>
/// <param name="Level">Whose limit it is.</param>
/// <param name="Of">The department, thread or run.</param>
/// <param name="Limit">What is limited.</param>
/// <param name="LimitValue">The limit: USD, a count, or seconds.</param>
/// <param name="Spent">What is spent of it.</param>
/// <param name="Reserved">What others hold of it.</param>
/// <param name="Left">What is left.</param>
/// <param name="Needed">The least that lets the run go on.</param>
/// <param name="ExpiresAt">UTC time at which the run expires where nobody raises the limit.</param>
public sealed record RunShortage(
    BudgetScope Level,
    string Of,
    BudgetKind Limit,
    decimal LimitValue,
    decimal Spent,
    decimal Reserved,
    decimal Left,
    decimal Needed,
    DateTimeOffset? ExpiresAt)
{
    internal static RunShortage From(BudgetShortage shortage, DateTime? expiresAt) => new(
        shortage.Scope, shortage.Id, shortage.Kind, shortage.Limit, shortage.Spent, shortage.Reserved, shortage.Left, shortage.Needed, expiresAt);
}

/// <summary>What model and tool calls have used.</summary>
/// <param name="CostUsd">Exact cost in USD.</param>
/// <param name="InputTokens">Tokens of prompts.</param>
/// <param name="OutputTokens">Tokens of answers.</param>
/// <param name="ModelCalls">Calls that a model answered.</param>
/// <param name="ToolCalls">Tool calls that ended, well or not; retries of a call are not counted again.</param>
/// <param name="FailedToolCalls">Those that ended as failed.</param>
/// <param name="Steps">Steps that began.</param>
public sealed record RunUsage(
    decimal CostUsd, long InputTokens, long OutputTokens, int ModelCalls, int ToolCalls, int FailedToolCalls, int Steps = 0)
{
    /// <summary>Nothing used.</summary>
    public static RunUsage None { get; } = new(0m, 0, 0, 0, 0, 0);

    /// <summary>One step that began.</summary>
    public static RunUsage OneStep { get; } = None with { Steps = 1 };

    /// <summary>The sum of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static RunUsage operator +(RunUsage left, RunUsage right) => new(
        left.CostUsd + right.CostUsd,
        left.InputTokens + right.InputTokens,
        left.OutputTokens + right.OutputTokens,
        left.ModelCalls + right.ModelCalls,
        left.ToolCalls + right.ToolCalls,
        left.FailedToolCalls + right.FailedToolCalls,
        left.Steps + right.Steps);

    /// <summary>The sum of two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static RunUsage Add(RunUsage left, RunUsage right) => left + right;
}
