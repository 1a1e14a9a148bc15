using AgentFunctions.Schedules;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Schedules;

/// <summary>Fire times over whole years in zones with and without daylight saving, one of them with half an hour of it.</summary>
public sealed class FireTimeProperties
{
    private static readonly string[] Zones =
        ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Auckland"];

    private static readonly DateTimeOffset NewYear = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 60)]
    public void A_daily_time_fires_once_on_every_day_of_the_zone_and_at_that_time_where_there_is_one(byte pick, byte hour, byte minute)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[pick % Zones.Length]);
        var time = new TimeSpan(hour % 24, minute % 60, 0);
        var timing = new ScheduleTiming($"{time.Minutes} {time.Hours} * * *", zone.Id, Interval: null, NewYear, NewYear.AddYears(1));

        var fires = timing.After(NewYear.AddSeconds(-1)).Select(at => TimeZoneInfo.ConvertTime(at, zone)).ToList();

        var days = fires.Select(at => at.Date).ToList();
        Assert.Equal(Enumerable.Range(0, days.Count).Select(day => days[0].AddDays(day)), days);
        Assert.InRange(days.Count, 365, 366);
        Assert.All(fires, at =>
        {
            var wanted = at.Date + time;
            if (zone.IsInvalidTime(wanted))
            {
                // The first moment behind the gap: a second before, the clock was still before the wanted time.
                Assert.True(at.DateTime > wanted);
                Assert.True(TimeZoneInfo.ConvertTime(at.AddTicks(-1), zone).DateTime < wanted);
            }
            else
            {
                Assert.Equal(wanted, at.DateTime);
                Assert.Equal(zone.IsAmbiguousTime(wanted) ? zone.GetAmbiguousTimeOffsets(wanted).Max() : zone.GetUtcOffset(wanted), at.Offset);
            }
        });
    }

    [Property(MaxTest = 30)]
    public void What_fires_in_steps_goes_on_evenly_through_skipped_and_doubled_hours(byte pick)
    {
        var zone = Zones[pick % Zones.Length];
        var timing = new ScheduleTiming("*/15 * * * *", zone, Interval: null, NewYear, NewYear.AddYears(1));

        var fires = timing.After(NewYear).ToList();

        Assert.All(fires.Zip(fires.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(15), pair.Second - pair.First));
        Assert.Equal(365 * 24 * 4, fires.Count);
    }

    [Property(MaxTest = 100)]
    public void Intervals_count_from_the_start_whatever_moment_is_asked_from(uint seconds, ushort every, uint asked)
    {
        var (start, interval) = (NewYear.AddSeconds(seconds), TimeSpan.FromSeconds(every + 1));
        var timing = new ScheduleTiming(Cron: null, "UTC", interval, start, EndAt: null);
        var after = NewYear.AddSeconds(asked);

        var next = timing.Next(after)!.Value;

        Assert.True(next > after || next == start);
        Assert.Equal(0, (next - start).Ticks % interval.Ticks);
        Assert.True(next == start || next - after <= interval);
    }

    [Property(MaxTest = 50)]
    public void Fire_times_lie_between_start_and_end_and_each_is_the_next_of_the_one_before(byte pick, ushort from, ushort hours)
    {
        var (start, end) = (NewYear.AddHours(from), NewYear.AddHours(from + (hours % 500) + 1));
        var timing = new ScheduleTiming("7,37 */3 * * *", Zones[pick % Zones.Length], Interval: null, start, end);

        var fires = timing.After(NewYear.AddYears(-1)).ToList();

        Assert.All(fires, at => Assert.InRange(at, start, end));
        Assert.Equal(fires.Skip(1).Select(at => (DateTimeOffset?)at).Append(null).Take(fires.Count), fires.Select(timing.Next));
    }

    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("0 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    [InlineData("0 2-3 * * *", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("0 0 12 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T11:00:00Z", "2032-02-29T11:00:00Z")]
    public void In_Berlin_the_clock_is_put_forward_and_back(string cron, string after, string first, string second)
    {
        var timing = new ScheduleTiming(cron, "Europe/Berlin", Interval: null, NewYear, EndAt: null);

        Assert.Equal([At(first), At(second)], timing.After(At(after)).Take(2));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
