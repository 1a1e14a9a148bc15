using Cronos;

namespace AgentFunctions.Schedules;

/// <summary>When a schedule fires: by a cron expression in a time zone, or after equal intervals.</summary>
/// <remarks>
/// Local times that daylight saving skips or doubles are those of Cronos, as in Vixie cron: an expression that fires at fixed times of the
/// day fires once on every day, at the first moment after a gap and at the first of two equal times; one that fires in intervals
/// (<c>*</c>, ranges and steps in its seconds, minutes or hours) goes on with the clock, and fires in both hours of a doubled one.
/// An interval is exact time, whatever the zone.
/// </remarks>
/// <param name="Cron">Five fields, or six with seconds in front, or a macro such as <c>@daily</c>; <see langword="null"/> where it has an interval.</param>
/// <param name="TimeZone">The IANA id of the zone in which the expression is read.</param>
/// <param name="Interval">Time from one fire time to the next; <see langword="null"/> where it has a cron expression.</param>
/// <param name="StartAt">UTC; it fires at or after it, and intervals count from it.</param>
/// <param name="EndAt">UTC; it fires at or before it.</param>
public sealed record ScheduleTiming(string? Cron, string TimeZone, TimeSpan? Interval, DateTimeOffset StartAt, DateTimeOffset? EndAt)
{
    /// <summary>The first fire time behind a moment, UTC; <see langword="null"/> where there is none.</summary>
    /// <param name="after">The moment; it does not count itself.</param>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        foreach (var at in After(after))
        {
            return at;
        }

        return null;
    }

    /// <summary>The fire times behind a moment, UTC, in order.</summary>
    /// <param name="after">The moment; it does not count itself.</param>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset after)
    {
        var last = EndAt ?? DateTimeOffset.MaxValue;
        var all = Interval is { } interval ? Intervals(interval, after) : Occurrences(ParseCron(Cron!), TimeZoneInfo.FindSystemTimeZoneById(TimeZone), after);
        return all.TakeWhile(at => at <= last);
    }

    /// <summary>Reads a cron expression.</summary>
    /// <param name="cron">The expression.</param>
    /// <exception cref="CronFormatException">It is none.</exception>
    public static CronExpression ParseCron(string cron) => CronExpression.Parse(
        cron,
        !cron.TrimStart().StartsWith('@') && cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6
            ? CronFormat.IncludeSeconds
            : CronFormat.Standard);

    private IEnumerable<DateTimeOffset> Occurrences(CronExpression cron, TimeZoneInfo zone, DateTimeOffset after)
    {
        var isBefore = after < StartAt;
        for (var next = cron.GetNextOccurrence(isBefore ? StartAt : after, zone, inclusive: isBefore);
             next is { } at;
             next = cron.GetNextOccurrence(at, zone))
        {
            yield return at.ToUniversalTime();
        }
    }

    private IEnumerable<DateTimeOffset> Intervals(TimeSpan interval, DateTimeOffset after)
    {
        var most = (DateTimeOffset.MaxValue - StartAt).Ticks / interval.Ticks;
        for (var count = after < StartAt ? 0 : ((after - StartAt).Ticks / interval.Ticks) + 1; count <= most; count++)
        {
            yield return StartAt + (count * interval);
        }
    }
}
