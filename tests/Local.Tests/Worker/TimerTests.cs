using System.Collections.Concurrent;
using System.Text.Json;
using AgentFunctions.Local.Worker.Timer;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.Worker;

public class TimerTests
{
    private static readonly IConfiguration NoSettings = new ConfigurationBuilder().Build();

    [Theory]
    [InlineData("0 30 9 * * *", "2026-01-01T09:30:00Z")]
    [InlineData("*/5 * * * *", "2026-01-01T00:05:00Z")]
    [InlineData("15 * * * * *", "2026-01-01T00:00:15Z")]
    [InlineData("0 0 0 * * Mon-Fri", "2026-01-02T00:00:00Z")]
    [InlineData("06:00:00", "2026-01-01T06:00:00Z")]
    public void A_schedule_is_ncrontab_in_utc_or_a_time_span(string schedule, string next) => Assert.Equal(
        DateTimeOffset.Parse(next).UtcDateTime,
        TimerSchedule.Parse(schedule, NoSettings).Next(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)));

    [Fact]
    public async Task A_function_runs_on_every_occurrence()
    {
        var runs = new ConcurrentQueue<TimerInfo>();
        await using var app = await LocalApp.StartAsync([typeof(EverySecond)], builder => builder.Services.AddSingleton(runs));

        await Eventually.TrueAsync(() => runs.Count >= 2);

        Assert.All(runs, run => Assert.False(run.IsPastDue));
    }

    [Fact]
    public async Task An_occurrence_missed_while_the_host_was_down_runs_once()
    {
        using var data = new TempFolder();
        var runs = new ConcurrentQueue<TimerInfo>();
        WriteStatus(data, new ScheduleStatus { Last = DateTime.UtcNow.AddDays(-3), Next = DateTime.UtcNow.AddDays(-2) });

        await using (var app = await LocalApp.StartAsync([typeof(Yearly)], builder => builder.Services.AddSingleton(runs), data.Path))
        {
            await Eventually.TrueAsync(() => runs.Count == 1 && ReadStatus(data).Next > DateTime.UtcNow);
        }

        await using (var again = await LocalApp.StartAsync([typeof(Yearly)], builder => builder.Services.AddSingleton(runs), data.Path))
        {
            Assert.True(Assert.Single(runs).IsPastDue);
        }
    }

    [Fact]
    public async Task The_first_start_writes_the_schedule_and_runs_nothing()
    {
        using var data = new TempFolder();
        var runs = new ConcurrentQueue<TimerInfo>();
        await using var app = await LocalApp.StartAsync([typeof(Yearly)], builder => builder.Services.AddSingleton(runs), data.Path);

        await Eventually.TrueAsync(() => File.Exists(StatusPath(data)));

        Assert.Empty(runs);
    }

    [Fact]
    public async Task Run_on_startup_runs_when_the_host_starts()
    {
        var runs = new ConcurrentQueue<TimerInfo>();
        await using var app = await LocalApp.StartAsync([typeof(AtStart)], builder => builder.Services.AddSingleton(runs));

        await Eventually.TrueAsync(() => runs.Count == 1);
    }

    private static string StatusPath(TempFolder data) => Path.Combine(data.Path, "timers", "taskhub", "Yearly.json");

    private static ScheduleStatus ReadStatus(TempFolder data) =>
        JsonSerializer.Deserialize<ScheduleStatus>(File.ReadAllBytes(StatusPath(data)))!;

    private static void WriteStatus(TempFolder data, ScheduleStatus status)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StatusPath(data))!);
        File.WriteAllBytes(StatusPath(data), JsonSerializer.SerializeToUtf8Bytes(status));
    }

    public class EverySecond(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("EverySecond")]
        public void Run([TimerTrigger("* * * * * *")] TimerInfo timer) => runs.Enqueue(timer);
    }

    public class Yearly(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("Yearly")]
        public void Run([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => runs.Enqueue(timer);
    }

    public class AtStart(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("AtStart")]
        public void Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer) => runs.Enqueue(timer);
    }
}
