using System.Text.Json.Serialization;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using AgentFunctions.Schedules;

namespace AgentFunctions.Http.Views;

/// <summary>Whether a schedule fires.</summary>
public enum ScheduleStatus
{
    /// <summary>It will fire.</summary>
    Active,

    /// <summary>It was paused.</summary>
    Paused,

    /// <summary>It has no fire time any more.</summary>
    Ended,
}

/// <summary>A schedule.</summary>
public sealed record ScheduleView
{
    private const int ShownFireTimes = 5;

    /// <summary>The id.</summary>
    public required string ScheduleId { get; init; }

    /// <summary>The thread that its runs belong to.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The tenant that owns the thread.</summary>
    public required string Tenant { get; init; }

    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>What is to be done.</summary>
    public required string Goal { get; init; }

    /// <summary>What each run may use at most.</summary>
    public required BudgetLimits Limits { get; init; }

    /// <summary>The place of each run among its tenant's that wait.</summary>
    public required RunPriority Priority { get; init; }

    /// <summary>Each run expires so long after its fire time.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public TimeSpan? DeadlineAfter { get; init; }

    /// <summary>The cron expression; missing where it has an interval.</summary>
    public string? Cron { get; init; }

    /// <summary>The zone in which the expression is read; missing where it has an interval.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Time from one fire time to the next; missing where it has a cron expression.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public TimeSpan? Interval { get; init; }

    /// <summary>UTC; it fires at or after it.</summary>
    public required DateTimeOffset StartAt { get; init; }

    /// <summary>UTC; it fires at or before it.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>What becomes of a fire time while an earlier run goes on.</summary>
    public required OverlapPolicy Overlap { get; init; }

    /// <summary>Fire times that the app comes to later than this are missed.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public required TimeSpan CatchUpWindow { get; init; }

    /// <summary>Whether it fires.</summary>
    public required ScheduleStatus Status { get; init; }

    /// <summary>Grows with every change; also the ETag.</summary>
    public required long Version { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The next fire times, UTC; empty while it is paused.</summary>
    public required IReadOnlyList<DateTimeOffset> NextFireTimes { get; init; }

    /// <summary>The run that is going on, if one is.</summary>
    public string? ActiveRunId { get; init; }

    /// <summary>Fire times that wait for their run.</summary>
    public required IReadOnlyList<ScheduledFire> Pending { get; init; }

    /// <summary>How many runs it has started.</summary>
    public required long RunCount { get; init; }

    /// <summary>Its newest runs, newest first.</summary>
    public required IReadOnlyList<ScheduledRunView> Runs { get; init; }

    /// <summary>How many fire times had no run.</summary>
    public required long MissedCount { get; init; }

    /// <summary>The newest fire times without a run, newest first.</summary>
    public required IReadOnlyList<MissedFires> Missed { get; init; }

    internal static ScheduleView Of(ScheduleRecord schedule, IReadOnlyList<ScheduledRunView> runs)
    {
        var (timing, state) = (schedule.Timing, schedule.State);
        IReadOnlyList<DateTimeOffset> next = state.IsPaused ? [] : [.. timing.After(state.Considered).Take(ShownFireTimes)];
        return new ScheduleView
        {
            ScheduleId = schedule.ScheduleId,
            ThreadId = schedule.ThreadId,
            Tenant = schedule.Tenant,
            Agent = schedule.Work.Agent,
            Goal = schedule.Work.Goal,
            Limits = schedule.Work.Limits,
            Priority = schedule.Work.Priority,
            DeadlineAfter = schedule.Work.DeadlineAfter,
            Cron = timing.Cron,
            TimeZone = timing.Cron is null ? null : timing.TimeZone,
            Interval = timing.Interval,
            StartAt = timing.StartAt,
            EndAt = timing.EndAt,
            Overlap = schedule.Overlap,
            CatchUpWindow = schedule.CatchUpWindow,
            Status = state.IsPaused ? ScheduleStatus.Paused
                : next.Count > 0 || state.Pending.Count > 0 ? ScheduleStatus.Active
                : ScheduleStatus.Ended,
            Version = schedule.Version,
            CreatedAt = schedule.CreatedAt,
            UpdatedAt = schedule.UpdatedAt,
            NextFireTimes = next,
            ActiveRunId = runs.Any(run => run.RunId == state.ActiveRunId && !RunRecord.IsFinal(run.Status)) ? state.ActiveRunId : null,
            Pending = state.Pending,
            RunCount = state.RunCount,
            Runs = runs,
            MissedCount = state.MissedCount,
            Missed = state.Missed,
        };
    }
}

/// <summary>A run of a schedule.</summary>
/// <param name="RunId">The run.</param>
/// <param name="FireTime">UTC.</param>
/// <param name="Kind">Why it fired.</param>
/// <param name="StartedAt">UTC time at which it was put on the queue.</param>
/// <param name="Status">Where it stands.</param>
public sealed record ScheduledRunView(string RunId, DateTimeOffset FireTime, FireKind Kind, DateTimeOffset StartedAt, RunStatus Status);

/// <summary>A schedule in a list.</summary>
/// <param name="ScheduleId">The id.</param>
/// <param name="ThreadId">The thread that its runs belong to.</param>
/// <param name="Tenant">The tenant that owns the thread.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Status">Whether it fires.</param>
/// <param name="NextFireTime">UTC; missing where there is none.</param>
/// <param name="RunCount">How many runs it has started.</param>
/// <param name="MissedCount">How many fire times had no run.</param>
public sealed record ScheduleSummary(
    string ScheduleId,
    string ThreadId,
    string Tenant,
    string Agent,
    ScheduleStatus Status,
    DateTimeOffset? NextFireTime,
    long RunCount,
    long MissedCount)
{
    internal static ScheduleSummary Of(ScheduleRecord schedule)
    {
        var view = ScheduleView.Of(schedule, []);
        return new ScheduleSummary(
            view.ScheduleId,
            view.ThreadId,
            view.Tenant,
            view.Agent,
            view.Status,
            view.NextFireTimes.Count > 0 ? view.NextFireTimes[0] : null,
            view.RunCount,
            view.MissedCount);
    }
}

/// <summary>A page of schedules, by id.</summary>
/// <param name="Schedules">The schedules.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record ScheduleList(IReadOnlyList<ScheduleSummary> Schedules, string? Cursor);

/// <summary>A page of a schedule's events, in order.</summary>
/// <param name="Events">The events.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record ScheduleEventList(IReadOnlyList<ScheduleEvent> Events, string? Cursor);

/// <summary>A schedule was triggered.</summary>
/// <param name="RunId">The run that it comes to.</param>
/// <param name="Started">Whether the run is on the queue already; otherwise it waits for an earlier one.</param>
/// <param name="Schedule">The schedule.</param>
public sealed record ScheduleTriggered(string RunId, bool Started, ScheduleSummary Schedule);
