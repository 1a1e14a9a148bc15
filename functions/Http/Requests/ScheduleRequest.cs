using System.Text.Json;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Schedules;
using Cronos;

namespace AgentFunctions.Http.Requests;

/// <summary>What <c>POST</c> and <c>PUT /schedules/{scheduleId}</c> ask for, checked for itself but not yet against threads and agents.</summary>
internal sealed record ScheduleRequest(
    string BodyHash,
    string ThreadId,
    string Agent,
    string Goal,
    JsonElement? Input,
    Plan? Plan,
    BudgetLimits Limits,
    TimeSpan? DeadlineAfter,
    ScheduleTiming Timing,
    OverlapPolicy Overlap,
    TimeSpan CatchUpWindow,
    RunPriority Priority)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(10 * 366);
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);
    private const string Utc = "UTC";

    /// <summary>Reads a body; what is wrong is noted in it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="RequestRefusedException">A field is wrong.</exception>
    public static ScheduleRequest Read(JsonBody body, DateTimeOffset now)
    {
        var threadId = body.Id("threadId", required: true);
        var agent = body.Id("agent", required: true);
        var goal = body.Text("goal", required: true, HttpLimits.MaxGoalBytes);
        var input = body.Any("input");
        var plan = RunRequest.ReadPlan(body);
        var limits = body.Limits("limits", new BudgetLimits { Usd = body.Usd("budgetUsd") });
        var deadlineAfter = Duration(body, "deadlineAfter", Shortest, Longest);
        var overlap = body.Choice<OverlapPolicy>("overlap") ?? OverlapPolicy.Skip;
        var window = Duration(body, "catchUpWindow", TimeSpan.Zero, LongestWindow) ?? DefaultWindow;
        var priority = body.Choice<RunPriority>("priority") ?? RunPriority.Normal;
        var timing = ReadTiming(body, now);
        body.Require();
        return new ScheduleRequest(
            body.Hash, threadId!, agent!, goal!, input, plan, limits, deadlineAfter, timing!, overlap, window, priority);
    }

    private static ScheduleTiming? ReadTiming(JsonBody body, DateTimeOffset now)
    {
        var cron = body.Text("cron");
        var zone = body.Text("timeZone");
        var interval = Duration(body, "interval", Shortest, Longest);
        var startAt = body.Time("startAt");
        var endAt = body.Time("endAt");
        if (body.Any("cron") is null == body.Any("interval") is null)
        {
            body.Wrong("cron", "A schedule has either a cron expression or an interval.");
            return null;
        }

        if (zone is not null && cron is null)
        {
            body.Wrong("timeZone", "An interval is exact time, whatever the zone; leave it out.");
        }

        var isValid = (cron is not null && IsCron(body, cron)) | interval is not null;
        if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            body.Wrong("timeZone", $"There is no time zone '{JsonShape.Shown(zone)}'; it is an IANA id such as Europe/Berlin.");
            isValid = false;
        }

        if (endAt <= now || endAt <= startAt)
        {
            body.Wrong("endAt", endAt <= now ? "It has passed." : "It is not behind startAt.");
            isValid = false;
        }

        if (!isValid)
        {
            return null;
        }

        var timing = new ScheduleTiming(cron, zone ?? Utc, interval, startAt ?? now, endAt);
        if (timing.Next(now) is null)
        {
            body.Wrong(cron is null ? "interval" : "cron", "It never fires.");
        }

        return timing;
    }

    private static bool IsCron(JsonBody body, string cron)
    {
        try
        {
            ScheduleTiming.ParseCron(cron);
            return true;
        }
        catch (CronFormatException error)
        {
            body.Wrong("cron", $"It is no cron expression of five fields, or of six with seconds in front: {error.Message}");
            return false;
        }
    }

    private static TimeSpan? Duration(JsonBody body, string name, TimeSpan least, TimeSpan most)
    {
        if (body.Text(name) is not { } text)
        {
            return null;
        }

        if (IsoDuration.Parse(text) is { } duration && duration >= least && duration <= most)
        {
            return duration;
        }

        body.Wrong(name, $"It must be {IsoDuration.Rule}, from {IsoDuration.Write(least)} to {IsoDuration.Write(most)}.");
        return null;
    }
}
