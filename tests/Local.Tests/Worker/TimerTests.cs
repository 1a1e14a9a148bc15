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

    [Fact]
    public void A_schedule_may_be_a_setting()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Nightly", "0 0 2 * * *")]).Build();

        Assert.Equal(
            new DateTime(2026, 1, 1, 2, 0, 0, DateTimeKind.Utc),
            TimerSchedule.Parse("%Nightly%", settings).Next(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Throws<InvalidOperationException>(() => TimerSchedule.Parse("%Missing%", settings));
    }

    [Theory]
    [InlineData("every day")]
    [InlineData("* * * *")]
    [InlineData("61 * * * * *")]
    [InlineData("-00:01:00")]
    public void What_is_no_schedule_is_refused(string schedule) =>
        Assert.Throws<FormatException>(() => TimerSchedule.Parse(schedule, NoSettings));

    [Fact]
    public async Task A_function_that_fails_runs_again_at_the_next_occurrence()
    {
        var runs = new ConcurrentQueue<TimerInfo>();
        await using var app = await LocalApp.StartAsync([typeof(Failing)], builder => builder.Services.AddSingleton(runs));

        await Eventually.TrueAsync(() => runs.Count >= 3);
    }

    [Fact]
    public async Task A_function_that_takes_longer_than_its_interval_never_runs_twice_at_once()
    {
        var runs = new ConcurrentQueue<TimerInfo>();
        await using var app = await LocalApp.StartAsync([typeof(Slow)], builder => builder.Services.AddSingleton(runs));

        await Eventually.TrueAsync(() => runs.Count >= 4);

        Assert.False(Slow.Overlapped);
    }

    [Fact]
    public async Task Without_a_monitor_a_missed_occurrence_is_not_caught_up()
    {
        using var data = new TempFolder();
        var runs = new ConcurrentQueue<TimerInfo>();
        WriteStatus(data, new ScheduleStatus { Last = DateTime.UtcNow.AddDays(-3), Next = DateTime.UtcNow.AddDays(-2) });

        await using (var app = await LocalApp.StartAsync([typeof(Unmonitored)], builder => builder.Services.AddSingleton(runs), data.Path))
        {
            await app.Http.GetAsync("/", TestContext.Current.CancellationToken);
        }

        Assert.Empty(runs);
    }

    [Fact]
    public async Task A_caught_up_function_is_told_when_it_ran_last_and_when_it_was_due()
    {
        using var data = new TempFolder();
        var runs = new ConcurrentQueue<TimerInfo>();
        var (last, next) = (DateTime.UtcNow.AddDays(-3), DateTime.UtcNow.AddDays(-2));
        WriteStatus(data, new ScheduleStatus { Last = last, Next = next });

        await using var app = await LocalApp.StartAsync([typeof(Yearly)], builder => builder.Services.AddSingleton(runs), data.Path);
        await Eventually.TrueAsync(() => runs.Count == 1);

        var status = Assert.Single(runs).ScheduleStatus!;
        Assert.Equal((last, next), (status.Last, status.Next));
    }

    [Fact]
    public async Task The_hosts_shutdown_cancels_a_running_function()
    {
        var runs = new ConcurrentQueue<TimerInfo>();
        await using (var app = await LocalApp.StartAsync([typeof(WaitsForTheEnd)], builder => builder.Services.AddSingleton(runs)))
        {
            await Eventually.TrueAsync(() => runs.Count == 1);
        }

        Assert.Equal(2, runs.Count);
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

    public class Failing(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("FailingTimer")]
        public void Run([TimerTrigger("00:00:00.02")] TimerInfo timer)
        {
            runs.Enqueue(timer);
            throw new InvalidOperationException("every time");
        }
    }

    public class Slow(ConcurrentQueue<TimerInfo> runs)
    {
        private static int running;

        public static bool Overlapped { get; private set; }

        [Function("SlowTimer")]
        public async Task Run([TimerTrigger("00:00:00.01")] TimerInfo timer)
        {
            Overlapped |= Interlocked.Increment(ref running) > 1;
            await Task.Delay(TimeSpan.FromMilliseconds(40));
            Interlocked.Decrement(ref running);
            runs.Enqueue(timer);
        }
    }

    public class Unmonitored(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("Yearly")]
        public void Run([TimerTrigger("0 0 0 1 1 *", UseMonitor = false)] TimerInfo timer) => runs.Enqueue(timer);
    }

    public class WaitsForTheEnd(ConcurrentQueue<TimerInfo> runs)
    {
        [Function("WaitsForTheEnd")]
        public async Task Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellation)
        {
            runs.Enqueue(timer);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            catch (OperationCanceledException)
            {
                runs.Enqueue(timer);
                throw;
            }
        }
    }
}
