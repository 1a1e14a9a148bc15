using AgentFunctions.Budgets;
using AgentFunctions.Schedules;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Schedules;

/// <summary>Schedules in virtual time: hosts that come late, runs that take long, and what each policy makes of it.</summary>
public sealed class SchedulePlannerProperties
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly ScheduleSettings Settings = new(MaxPending: 20);

    /// <summary>Each pick is a step: how far the clock goes on (now and then very far), and whether the run that is going on ends.</summary>
    [Property(MaxTest = 300)]
    public void Every_fire_time_is_run_once_or_missed_for_one_reason_and_no_run_overlaps_another(byte overlap, byte[] picks)
    {
        var policy = (OverlapPolicy)(overlap % 3);
        var schedule = New(policy, TimeSpan.FromMinutes(1));
        var (now, started, going) = (Noon, new List<(DateTimeOffset Fire, DateTimeOffset At)>(), (string?)null);
        foreach (var pick in picks)
        {
            now += pick % 16 == 0 ? TimeSpan.FromMinutes(pick) : TimeSpan.FromSeconds(pick);
            going = pick % 3 == 0 ? null : going;
            while (true)
            {
                // A process that dies right after it has decided decides the same again.
                var turn = SchedulePlanner.Advance(schedule, now, runId => runId != going, Settings);
                var again = SchedulePlanner.Advance(turn.Schedule, now, runId => runId != going, Settings);
                Assert.Equal((turn.Start, turn.Cancel), (again.Start, again.Cancel));
                Assert.Empty(again.Events);
                schedule = turn.Schedule;
                if (turn.Cancel is not null)
                {
                    Assert.Equal(OverlapPolicy.CancelPrevious, policy);
                    going = null;
                    continue;
                }

                if (turn.Start is not { } fire)
                {
                    break;
                }

                Assert.Null(going);
                going = fire.RunId(schedule);
                started.Add((fire.At, now));
                schedule = SchedulePlanner.Started(schedule, fire, now).Schedule;
            }
        }

        var state = schedule.State;
        var all = schedule.Timing.After(Noon).TakeWhile(at => at <= now).ToList();
        Assert.Equal(all.Count, started.Count + state.MissedCount + state.Pending.Count);
        Assert.Equal(started.Count, state.RunCount);
        Assert.Equal(started.Select(run => run.Fire).Order(), started.Select(run => run.Fire));
        Assert.Equal(started.Count, started.Select(run => run.Fire).Distinct().Count());
        Assert.All(started.Select(run => run.Fire).Concat(state.Pending.Select(fire => fire.At)), at => Assert.Contains(at, all));
        if (policy != OverlapPolicy.Queue)
        {
            Assert.All(started, run => Assert.True(run.At - run.Fire <= Window));
            Assert.True(state.Pending.Count <= 1);
        }
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, 1, 10)]
    [InlineData(OverlapPolicy.Queue, 11, 0)]
    [InlineData(OverlapPolicy.CancelPrevious, 1, 10)]
    public void After_a_downtime_what_lies_in_the_window_is_run_under_the_overlap_policy_and_what_lies_behind_it_is_missed(
        OverlapPolicy policy, int runs, int overlapped)
    {
        var schedule = New(policy, TimeSpan.FromMinutes(1));
        var now = Noon.AddHours(2);

        var turn = SchedulePlanner.Advance(schedule, now, _ => true, Settings);
        schedule = SchedulePlanner.Started(turn.Schedule, turn.Start!, now).Schedule;
        var next = SchedulePlanner.Advance(schedule, now, _ => false, Settings).Schedule.State;

        var late = turn.Schedule.State.Missed[^1];
        Assert.Equal((MissReason.TooLate, 109, Noon.AddMinutes(1), Noon.AddMinutes(109)), (late.Reason, late.Count, late.From, late.To));
        Assert.Equal(policy == OverlapPolicy.CancelPrevious ? now : now - Window, turn.Start!.At);
        Assert.Equal(runs, 1 + next.Pending.Count);
        Assert.Equal(overlapped, next.Missed.Where(missed => missed.Reason is MissReason.Overlap or MissReason.Superseded).Sum(missed => missed.Count));
    }

    [Fact]
    public void More_than_may_wait_are_missed_from_the_oldest_on()
    {
        var turn = SchedulePlanner.Advance(New(OverlapPolicy.Queue, TimeSpan.FromSeconds(10)), Noon.AddMinutes(10), _ => false, Settings);

        Assert.Equal(20, turn.Schedule.State.Pending.Count);
        Assert.Equal(Noon.AddMinutes(10), turn.Schedule.State.Pending[^1].At);
        Assert.Equal((MissReason.TooMany, 40), (turn.Schedule.State.Missed[0].Reason, (int)turn.Schedule.State.Missed[0].Count));
        Assert.Equal(40, turn.Events.Single(entry => entry.Type == "schedule.missed").Count);
    }

    [Fact]
    public void Nothing_fires_while_it_is_paused_and_nothing_of_that_time_is_run_or_missed_afterwards()
    {
        var paused = SchedulePlanner.Paused(New(OverlapPolicy.Queue, TimeSpan.FromMinutes(1)), Noon);
        var turn = SchedulePlanner.Advance(paused, Noon.AddMinutes(5), _ => true, Settings);
        var resumed = SchedulePlanner.Resumed(turn.Schedule, Noon.AddMinutes(7));
        var after = SchedulePlanner.Advance(resumed, Noon.AddMinutes(8), _ => true, Settings);

        Assert.Null(turn.Start);
        Assert.Equal(Noon.AddMinutes(8), after.Start!.At);
        Assert.Equal((0, 1), (after.Schedule.State.MissedCount, after.Schedule.State.Pending.Count));
    }

    [Fact]
    public void A_run_s_id_is_that_of_its_schedule_and_fire_time()
    {
        var (one, other) = (New(OverlapPolicy.Skip, TimeSpan.FromMinutes(1)), New(OverlapPolicy.Skip, TimeSpan.FromMinutes(1), "other"));

        Assert.Equal(new ScheduledFire(Noon).RunId(one), new ScheduledFire(Noon.ToOffset(TimeSpan.FromHours(2))).RunId(one));
        Assert.NotEqual(new ScheduledFire(Noon).RunId(one), new ScheduledFire(Noon.AddSeconds(1)).RunId(one));
        Assert.NotEqual(new ScheduledFire(Noon).RunId(one), new ScheduledFire(Noon).RunId(other));
        Assert.NotEqual(new ScheduledFire(Noon).RunId(one), new ScheduledFire(Noon, FireKind.Manual, "t").RunId(one));
    }

    private static ScheduleRecord New(OverlapPolicy overlap, TimeSpan interval, string id = "nightly") => new()
    {
        ScheduleId = id,
        ThreadId = "case",
        Tenant = "acme",
        Work = new ScheduledWork("clerk", "x", InputHash: null, PlanHash: null, BudgetLimits.None, DeadlineAfter: null),
        Timing = new ScheduleTiming(Cron: null, "UTC", interval, Noon, EndAt: null),
        Overlap = overlap,
        CatchUpWindow = Window,
        RequestHash = "h",
        CreatedAt = Noon,
        UpdatedAt = Noon,
        State = new ScheduleState { Considered = Noon },
    };
}
