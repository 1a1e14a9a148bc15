using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Schedules;

/// <summary>Runs that schedules start, on a clock that can be put forward.</summary>
public sealed class ScheduledRunTests : IDisposable
{
    private readonly JumpingTime time = new(At("2026-03-28T12:00:00Z"));
    private readonly TempFolder folder = new();

    public void Dispose()
    {
        time.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_schedule_fires_at_the_local_times_of_its_zone_through_the_queue_as_any_run_until_it_ends()
    {
        await using var app = await StartAsync();
        await PutAsync(app, new { threadId = await app.ThreadAsync(), agent = "clerk", goal = "Report", cron = "30 2 * * *", timeZone = "Europe/Berlin", endAt = "2026-03-30T12:00:00Z" });

        time.JumpTo(At("2026-03-29T00:59:59Z"));
        Assert.Empty((await app.GetAsync("schedules/nightly"))["runs"]!.AsArray());
        time.JumpTo(At("2026-03-29T01:00:00Z"));
        await CompletedAsync(app, 1);
        time.JumpTo(At("2026-03-30T00:30:00Z"));
        var view = await CompletedAsync(app, 2);

        Assert.Equal(
            ["2026-03-30T00:30:00+00:00", "2026-03-29T01:00:00+00:00"], view["runs"]!.AsArray().Select(run => (string)run!["fireTime"]!));
        Assert.Equal(("ended", 0), ((string)view["status"]!, (int)view["missedCount"]!));
        var created = (await app.EventsAsync((string)view["runs"]![1]!["runId"]!, "run.created"))[0];
        Assert.Equal(
            ("runtime", "nightly", "2026-03-29T01:00:00.0000000Z"),
            ((string)created["actor"]!["id"]!, (string)created["data"]!["scheduleId"]!, (string)created["data"]!["fireTime"]!));
        Assert.Equal("did Report", (string)(await app.GetAsync($"runs/{view["runs"]![0]!["runId"]}"))["result"]!);
    }

    [Fact]
    public async Task After_a_downtime_fire_times_within_the_window_run_in_order_and_older_ones_are_told_as_missed()
    {
        await using (var first = await StartAsync())
        {
            await PutAsync(first, new { threadId = await first.ThreadAsync(), agent = "clerk", goal = "x", interval = "PT1H", overlap = "queue", catchUpWindow = "PT2H30M" });
        }

        time.JumpTo(At("2026-03-28T17:10:00Z"));
        await using var second = await StartAsync();
        var view = await CompletedAsync(second, 3);

        var times = view["runs"]!.AsArray().Select(run => At((string)run!["fireTime"]!));
        Assert.Equal([5, 4, 3], times.Select(at => (int)(at - At("2026-03-28T12:00:00Z")).TotalHours));
        var missed = Assert.Single(view["missed"]!.AsArray())!;
        Assert.Equal(("tooLate", 2), ((string)missed["reason"]!, (int)missed["count"]!));
        Assert.Single((await second.GetAsync("schedules/nightly/events"))["events"]!.AsArray(), entry => (string)entry!["type"]! == "schedule.missed");
    }

    [Fact]
    public async Task While_a_run_goes_on_the_policy_skips_the_next_one_or_queues_it_or_cancels_the_first()
    {
        await using var app = await StartAsync();
        var gates = new Dictionary<string, Gate>(StringComparer.Ordinal) { ["skip"] = new(), ["queue"] = new(), ["cancelPrevious"] = new() };
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            if (gates[call.Text] is { Arrived: 0 } first)
            {
                await first.PassAsync(cancellationToken);
            }

            return call.Text;
        };
        foreach (var (overlap, _) in gates)
        {
            await PutAsync(app, new { threadId = await app.ThreadAsync(threadId: overlap), agent = "caller", goal = overlap, interval = "PT1M", overlap, endAt = "2026-03-28T12:02:30Z" }, overlap);
        }

        time.JumpTo(At("2026-03-28T12:01:05Z"));
        await RuntimeApp.UntilAsync(() => gates.Values.All(gate => gate.Arrived == 1));
        time.JumpTo(At("2026-03-28T12:02:05Z"));
        await app.WhenAsync("schedules/skip", view => (int)view["missedCount"]! == 1);
        await app.WhenAsync("schedules/queue", view => view["pending"]!.AsArray().Count == 1);
        await app.WhenAsync("schedules/cancelPrevious", view => (int)view["runCount"]! == 2);
        foreach (var gate in gates.Values)
        {
            gate.Open();
        }

        foreach (var (overlap, expected) in ((string, string[])[])
            [("skip", ["completed"]), ("queue", ["completed", "completed"]), ("cancelPrevious", ["completed", "canceled"])])
        {
            var view = await app.WhenAsync(
                $"schedules/{overlap}", each => each["runs"]!.AsArray().Select(run => (string)run!["status"]!).SequenceEqual(expected));
            Assert.Equal("ended", (string)view["status"]!);
        }

        var skipped = (await app.GetAsync("schedules/skip"))["missed"]![0]!;
        Assert.Equal(("overlap", 1), ((string)skipped["reason"]!, (int)skipped["count"]!));
        Assert.Contains("was still going on", (string)skipped["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_would_be_skipped_is_refused_and_a_deleted_schedule_fires_no_more()
    {
        await using var app = await StartAsync();
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        await PutAsync(app, new { threadId = await app.ThreadAsync(), agent = "caller", goal = "x", interval = "PT1H" });
        var (_, triggered) = await app.PostAsync("schedules/nightly/trigger", new { by = "ana" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        var (status, problem) = await app.PostAsync("schedules/nightly/trigger", new { by = "ana" });
        await app.SendAsync(HttpMethod.Delete, "schedules/nightly", content: null);
        time.Jump(TimeSpan.FromHours(3));
        gate.Open();
        await app.EndAsync((string)triggered["runId"]!);

        Assert.Equal((HttpStatusCode.Conflict, "scheduleId"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Single((await app.GetAsync("runs"))["runs"]!.AsArray());
    }

    [Fact]
    public async Task A_run_that_comes_too_late_for_its_deadline_is_refused_and_told()
    {
        await using (var first = await StartAsync())
        {
            await PutAsync(first, new { threadId = await first.ThreadAsync(), agent = "clerk", goal = "x", interval = "PT1H", deadlineAfter = "PT1M", endAt = "2026-03-28T13:30:00Z" });
        }

        time.JumpTo(At("2026-03-28T13:10:00Z"));
        await using var second = await StartAsync();

        var view = await second.WhenAsync("schedules/nightly", each => (int)each["missedCount"]! == 1);
        Assert.Equal(("refused", "deadline: It has passed."), ((string)view["missed"]![0]!["reason"]!, (string)view["missed"]![0]!["detail"]!));
        Assert.Empty(view["runs"]!.AsArray());
    }

    private Task<RuntimeApp> StartAsync() => RuntimeApp.StartAsync(
        new TestPack().Speaker("clerk", "did {{ goal }}").Planner("caller", "tools: [look_up]",
            """{"steps":[{"id":"call","kind":"tool","tool":"look_up","args":{"text":"${goal}"}}]}"""),
        folder.Path,
        time);

    private static async Task PutAsync(RuntimeApp app, object body, string id = "nightly")
    {
        var (status, view) = await app.SendAsync(HttpMethod.Put, $"schedules/{id}", JsonContent.Create(body));
        Assert.True(status == HttpStatusCode.Created, view.ToJsonString());
    }

    private static Task<JsonObject> CompletedAsync(RuntimeApp app, int count) => app.WhenAsync(
        "schedules/nightly", view => view["runs"]!.AsArray().Count(run => (string)run!["status"]! == "completed") == count);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
