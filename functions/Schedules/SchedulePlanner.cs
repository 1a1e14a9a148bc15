namespace AgentFunctions.Schedules;

/// <summary>What a schedule is to do next.</summary>
/// <param name="Schedule">The schedule after it.</param>
/// <param name="Events">What has happened to it.</param>
/// <param name="Start">The fire time whose run is to be started.</param>
/// <param name="Cancel">The run that is to be cancelled first.</param>
public sealed record ScheduleTurn(
    ScheduleRecord Schedule, IReadOnlyList<ScheduleEvent> Events, ScheduledFire? Start = null, string? Cancel = null);

/// <summary>The rules of schedules. Pure: the clock and what runs have come to are given.</summary>
public static class SchedulePlanner
{
    /// <summary>Who makes the events of the schedule itself.</summary>
    public const string Runtime = "runtime";

    private const int Kept = 50;

    /// <summary>So many fire times of a long downtime are counted one by one.</summary>
    private const int MostCounted = 1_000_000;

    /// <summary>Takes up the fire times that have come, and says what is next.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="now">UTC.</param>
    /// <param name="isFinished">Whether a run has ended.</param>
    /// <param name="settings">How many may wait.</param>
    public static ScheduleTurn Advance(ScheduleRecord schedule, DateTimeOffset now, Func<string, bool> isFinished, ScheduleSettings settings)
    {
        var events = new List<ScheduleEvent>();
        var state = TakeUp(schedule, now, settings, events);
        if (state.ActiveRunId is { } active && isFinished(active))
        {
            state = state with { ActiveRunId = null };
        }

        state = Overlapped(schedule.Overlap, state, now, events);
        var ready = state.Pending.FirstOrDefault(fire => fire.Kind == FireKind.Manual || !state.IsPaused);
        var start = state.ActiveRunId is null ? ready : null;
        var cancel = ready is not null && schedule.Overlap == OverlapPolicy.CancelPrevious ? state.ActiveRunId : null;
        return new ScheduleTurn(
            schedule with { State = state }, events, start, cancel);
    }

    /// <summary>The run of a fire time was put on the queue.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="fire">The fire time.</param>
    /// <param name="now">UTC.</param>
    public static ScheduleTurn Started(ScheduleRecord schedule, ScheduledFire fire, DateTimeOffset now)
    {
        var runId = fire.RunId(schedule);
        var state = schedule.State;
        if (!state.Pending.Contains(fire))
        {
            return new ScheduleTurn(schedule, []);
        }

        var run = new FiredRun(runId, fire.At, fire.Kind, now);
        return new ScheduleTurn(
            schedule with
            {
                State = state with
                {
                    Pending = [.. state.Pending.Where(each => each != fire)],
                    ActiveRunId = runId,
                    Runs = [run, .. state.Runs.Take(Kept - 1)],
                    RunCount = state.RunCount + 1,
                },
            },
            [ScheduleEvent.New(now, "schedule.fired", Runtime) with { RunId = runId, FireTime = fire.At }]);
    }

    /// <summary>The run of a fire time was refused.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="fire">The fire time.</param>
    /// <param name="problem">Why.</param>
    /// <param name="now">UTC.</param>
    public static ScheduleTurn Refused(ScheduleRecord schedule, ScheduledFire fire, string problem, DateTimeOffset now)
    {
        var events = new List<ScheduleEvent>();
        var state = schedule.State with { Pending = [.. schedule.State.Pending.Where(each => each != fire)] };
        state = Miss(state, new MissedFires(fire.At, fire.At, 1, MissReason.Refused, problem), now, events);
        return new ScheduleTurn(schedule with { State = state }, events);
    }

    /// <summary>Pauses a schedule: fire times until it is resumed do not come, and what waits goes on waiting.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="now">UTC.</param>
    public static ScheduleRecord Paused(ScheduleRecord schedule, DateTimeOffset now) =>
        schedule with { State = schedule.State with { IsPaused = true, Considered = Later(schedule.State.Considered, now) } };

    /// <summary>Resumes a schedule with the next fire time.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="now">UTC.</param>
    public static ScheduleRecord Resumed(ScheduleRecord schedule, DateTimeOffset now) => schedule.State.IsPaused
        ? schedule with { State = schedule.State with { IsPaused = false, Considered = Later(schedule.State.Considered, now) } }
        : schedule;

    private static ScheduleState TakeUp(ScheduleRecord schedule, DateTimeOffset now, ScheduleSettings settings, List<ScheduleEvent> events)
    {
        var state = schedule.State;
        if (now <= state.Considered)
        {
            return state;
        }

        if (state.IsPaused)
        {
            return state with { Considered = now };
        }

        var windowBegin = Later(state.Considered, now - schedule.CatchUpWindow);
        if (Missed(schedule.Timing, state.Considered, windowBegin) is { } tooLate)
        {
            state = Miss(state, tooLate, now, events);
        }

        // What lies right at the beginning of the window is still in it.
        var due = new Queue<ScheduledFire>(state.Pending);
        MissedFires? tooMany = null;
        foreach (var at in schedule.Timing.After(windowBegin.AddTicks(windowBegin > state.Considered ? -1 : 0)).TakeWhile(at => at <= now))
        {
            due.Enqueue(new ScheduledFire(at));
            if (due.Count > settings.MaxPending)
            {
                var oldest = due.Dequeue().At;
                tooMany = new MissedFires(tooMany?.From ?? oldest, oldest, (tooMany?.Count ?? 0) + 1, MissReason.TooMany);
            }
        }

        state = tooMany is null ? state : Miss(state, tooMany, now, events);
        return state with { Pending = [.. due], Considered = now };
    }

    private static MissedFires? Missed(ScheduleTiming timing, DateTimeOffset after, DateTimeOffset before)
    {
        MissedFires? missed = null;
        foreach (var at in timing.After(after).TakeWhile(at => at < before).Take(MostCounted))
        {
            missed = missed is null ? new MissedFires(at, at, 1, MissReason.TooLate) : missed with { To = at, Count = missed.Count + 1 };
        }

        return missed?.Count == MostCounted ? missed with { Detail = "There were more; they were not counted." } : missed;
    }

    private static ScheduleState Overlapped(OverlapPolicy policy, ScheduleState state, DateTimeOffset now, List<ScheduleEvent> events) => policy switch
    {
        OverlapPolicy.Queue => state,
        OverlapPolicy.Skip => state.ActiveRunId is { } active
            ? Drop(state, state.Pending, MissReason.Overlap, $"The run '{active}' was still going on.", now, events)
            : state,
        OverlapPolicy.CancelPrevious => Drop(state, [.. state.Pending.SkipLast(1)], MissReason.Superseded, detail: null, now, events),
        _ => throw new InvalidOperationException($"Unknown policy '{policy}'."),
    };

    private static ScheduleState Drop(
        ScheduleState state, IReadOnlyList<ScheduledFire> fires, MissReason reason, string? detail, DateTimeOffset now, List<ScheduleEvent> events) =>
        fires.Count == 0
            ? state
            : Miss(
                state with { Pending = [.. state.Pending.Except(fires)] },
                new MissedFires(fires[0].At, fires[^1].At, fires.Count, reason, detail),
                now,
                events);

    private static ScheduleState Miss(ScheduleState state, MissedFires missed, DateTimeOffset now, List<ScheduleEvent> events)
    {
        var type = missed.Reason is MissReason.TooLate or MissReason.TooMany or MissReason.Refused ? "schedule.missed" : "schedule.skipped";
        events.Add(ScheduleEvent.New(now, type, Runtime, missed.Detail is null ? Words.Of(missed.Reason) : $"{Words.Of(missed.Reason)}: {missed.Detail}") with
        {
            FireTime = missed.From,
            Count = missed.Count,
        });
        return state with { Missed = [missed, .. state.Missed.Take(Kept - 1)], MissedCount = state.MissedCount + missed.Count };
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
