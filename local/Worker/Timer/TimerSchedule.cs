using System.Globalization;
using AgentFunctions.Local.Worker.Hosting;
using Cronos;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Timer;

/// <summary>When a timer function runs: by an NCRONTAB expression in UTC, or at a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CronExpression? cron;
    private readonly TimeSpan interval;

    private TimerSchedule(CronExpression? cron, TimeSpan interval)
    {
        this.cron = cron;
        this.interval = interval;
    }

    /// <summary>Reads a schedule of five or six fields, or a time span, with settings in place of <c>%name%</c>.</summary>
    /// <exception cref="FormatException">The text is no schedule.</exception>
    /// <exception cref="InvalidOperationException">The text asks for a setting that is not set.</exception>
    public static TimerSchedule Parse(string text, IConfiguration configuration)
    {
        var resolved = SettingNames.Resolve(text, configuration).Trim();
        var fields = resolved.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields == 1)
        {
            return TimeSpan.TryParse(resolved, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero
                ? new TimerSchedule(null, span)
                : throw new FormatException($"The schedule '{resolved}' is neither an NCRONTAB expression nor a positive time span.");
        }

        try
        {
            return new TimerSchedule(CronExpression.Parse(resolved, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard), default);
        }
        catch (CronFormatException error)
        {
            throw new FormatException($"The schedule '{resolved}' is not an NCRONTAB expression: {error.Message}", error);
        }
    }

    /// <summary>The first occurrence after a time; null when there is none.</summary>
    public DateTime? Next(DateTime utc) => cron is null ? utc + interval : cron.GetNextOccurrence(utc);

    /// <summary>Whether occurrences lie closer than a minute, in which case a missed one is not worth catching up.</summary>
    public bool IsFrequent(DateTime utc) =>
        Next(utc) is { } first && Next(first) is { } second && second - first < TimeSpan.FromMinutes(1);
}
