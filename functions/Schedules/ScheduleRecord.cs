using System.Text.Json.Serialization;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;

namespace AgentFunctions.Schedules;

/// <summary>What becomes of a fire time while the run of an earlier one goes on.</summary>
public enum OverlapPolicy
{
    /// <summary>It is skipped.</summary>
    Skip,

    /// <summary>It waits until that run has ended.</summary>
    Queue,

    /// <summary>That run is cancelled, and then it runs. Of several that wait the newest runs.</summary>
    CancelPrevious,
}

/// <summary>Why a schedule fires.</summary>
public enum FireKind
{
    /// <summary>Its time has come.</summary>
    Scheduled,

    /// <summary>Someone triggered it.</summary>
    Manual,
}

/// <summary>Why a fire time has no run.</summary>
public enum MissReason
{
    /// <summary>It lay behind the catch-up window when the app came to it.</summary>
    TooLate,

    /// <summary>The run of an earlier one was still going on.</summary>
    Overlap,

    /// <summary>A newer one took its place.</summary>
    Superseded,

    /// <summary>Too many were waiting.</summary>
    TooMany,

    /// <summary>The run was refused; see the detail.</summary>
    Refused,
}

/// <summary>What a schedule runs.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Goal">What is to be done.</param>
/// <param name="InputHash">Content hash of the input JSON, if there is one.</param>
/// <param name="PlanHash">Content hash of the plan, if there is one.</param>
/// <param name="Limits">What each run may use at most.</param>
/// <param name="DeadlineAfter">Each run expires so long after its fire time.</param>
/// <param name="Priority">The place of each run among its tenant's that wait.</param>
public sealed record ScheduledWork(
    string Agent,
    string Goal,
    string? InputHash,
    string? PlanHash,
    BudgetLimits Limits,
    TimeSpan? DeadlineAfter,
    RunPriority Priority = RunPriority.Normal);

/// <summary>The schedule that a run was started by.</summary>
/// <param name="ScheduleId">The schedule.</param>
/// <param name="FireTime">UTC.</param>
/// <param name="OwnerId">Instance id of the orchestration that is told of the run's end.</param>
public sealed record ScheduleOrigin(string ScheduleId, DateTimeOffset FireTime, string OwnerId);

/// <summary>A fire time whose run has not started yet.</summary>
/// <param name="At">UTC; of a manual one when it was triggered.</param>
/// <param name="Kind">Why it fires.</param>
/// <param name="TriggerId">Tells manual ones apart.</param>
public sealed record ScheduledFire(DateTimeOffset At, FireKind Kind = FireKind.Scheduled, string? TriggerId = null)
{
    /// <summary>The id of its run: the same however often it is started, so a crash never makes two of one. Another tenant's schedule of the
    /// same name, which there may be once this one is deleted, has others.</summary>
    /// <param name="schedule">The schedule.</param>
    public string RunId(ScheduleRecord schedule) => Identifiers.Derive(
        "run", "schedule", schedule.Tenant, schedule.ScheduleId, TriggerId ?? $"{At.UtcDateTime:O}");
}

/// <summary>A fire time with its run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="FireTime">UTC.</param>
/// <param name="Kind">Why it fired.</param>
/// <param name="StartedAt">UTC time at which the run was put on the queue.</param>
public sealed record FiredRun(string RunId, DateTimeOffset FireTime, FireKind Kind, DateTimeOffset StartedAt);

/// <summary>Fire times without a run.</summary>
/// <param name="From">The first, UTC.</param>
/// <param name="To">The last, UTC.</param>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What exactly, where there is more to say.</param>
public sealed record MissedFires(DateTimeOffset From, DateTimeOffset To, long Count, MissReason Reason, string? Detail = null);

/// <summary>Where a schedule stands.</summary>
public sealed record ScheduleState
{
    /// <summary>UTC; all fire times up to it are decided.</summary>
    public required DateTimeOffset Considered { get; init; }

    /// <summary>Whether it was paused. Fire times while it is paused are no missed ones.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The run that was started last, while it may still be going on.</summary>
    public string? ActiveRunId { get; init; }

    /// <summary>Fire times whose run has not started, in their order.</summary>
    public IReadOnlyList<ScheduledFire> Pending { get; init; } = [];

    /// <summary>The newest runs, newest first.</summary>
    public IReadOnlyList<FiredRun> Runs { get; init; } = [];

    /// <summary>How many runs it has started.</summary>
    public long RunCount { get; init; }

    /// <summary>The newest fire times without a run, newest first.</summary>
    public IReadOnlyList<MissedFires> Missed { get; init; } = [];

    /// <summary>How many fire times had no run.</summary>
    public long MissedCount { get; init; }
}

/// <summary>A schedule.</summary>
public sealed record ScheduleRecord
{
    /// <summary>The id.</summary>
    public required string ScheduleId { get; init; }

    /// <summary>The thread that its runs belong to.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The tenant that owns the thread.</summary>
    public required string Tenant { get; init; }

    /// <summary>What it runs.</summary>
    public required ScheduledWork Work { get; init; }

    /// <summary>When it fires.</summary>
    public required ScheduleTiming Timing { get; init; }

    /// <summary>What becomes of a fire time while an earlier run goes on.</summary>
    public required OverlapPolicy Overlap { get; init; }

    /// <summary>Fire times that the app comes to later than this are missed; all others are run.</summary>
    public required TimeSpan CatchUpWindow { get; init; }

    /// <summary>Hash of the request's body.</summary>
    public required string RequestHash { get; init; }

    /// <summary>Grows with every change that somebody makes.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Grows with every write.</summary>
    public long Revision { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC time of the last change that somebody made.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Where it stands.</summary>
    public required ScheduleState State { get; init; }

    /// <summary>Instance id of the orchestration that owns it: one for each schedule, and another one when its id is used again.</summary>
    [JsonIgnore]
    public string OwnerId => Identifiers.Derive("schedule", ScheduleId, $"{CreatedAt.UtcDateTime:O}");
}

/// <summary>Something that happened to a schedule.</summary>
/// <param name="Sequence">From 1, without gaps, also over deletions.</param>
/// <param name="At">UTC.</param>
/// <param name="Type">Such as <c>schedule.fired</c>.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="RunId">The run that it is about.</param>
/// <param name="FireTime">The fire time that it is about, UTC; of several the first.</param>
/// <param name="Count">How many fire times it is about.</param>
public sealed record ScheduleEvent(
    long Sequence,
    DateTimeOffset At,
    string Type,
    string By,
    string? Reason = null,
    string? RunId = null,
    DateTimeOffset? FireTime = null,
    long? Count = null)
{
    /// <summary>An event that the runtime makes; its number is given when it is stored.</summary>
    /// <param name="at">UTC.</param>
    /// <param name="type">Such as <c>schedule.fired</c>.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    public static ScheduleEvent New(DateTimeOffset at, string type, string by, string? reason = null) => new(0, at, type, by, reason);
}
