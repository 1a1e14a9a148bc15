using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Http;

namespace AgentFunctions.Tests.Schedules;

/// <summary>Schedules over HTTP.</summary>
public sealed class ScheduleApiTests(ApiApp app) : IClassFixture<ApiApp>
{
    [Fact]
    public async Task A_schedule_is_created_once_shown_replaced_and_deleted_and_all_of_it_is_on_record()
    {
        var (id, thread) = (NewId(), await app.CreateThreadAsync());
        object body = new { threadId = thread, agent = "echo", goal = "Sum up", cron = "0 6 * * 1-5", timeZone = "Europe/Berlin", startAt = "2090-03-24T00:00:00Z", by = "ana" };

        var (created, view) = await SendAsync(HttpMethod.Post, id, body);
        var (again, _) = await SendAsync(HttpMethod.Post, id, body);
        var (other, conflict) = await SendAsync(HttpMethod.Post, id, new { threadId = thread, agent = "echo", goal = "Else", interval = "PT1H" });
        var (replaced, changed) = await SendAsync(HttpMethod.Put, id, new { threadId = thread, agent = "echo", goal = "Else", interval = "P1D", by = "bob" }, ("If-Match", "\"1\""));
        var (stale, problem) = await SendAsync(HttpMethod.Put, id, body, ("If-Match", "\"1\""));
        var (deleted, _) = await SendAsync(HttpMethod.Delete, id, new { by = "cyd", reason = "No longer needed." });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict), (created, again, other));
        Assert.Equal("scheduleId", (string)conflict["errors"]![0]!["field"]!);

        // 2090-03-24 is a Friday; the clock is put forward on Sunday the 26th.
        Assert.Equal(
            ["2090-03-24T05:00:00+00:00", "2090-03-27T04:00:00+00:00"],
            view["nextFireTimes"]!.AsArray().Take(2).Select(at => (string)at!));
        Assert.Equal(("acme", "active", "PT1H", "skip"), ((string)view["tenant"]!, (string)view["status"]!, (string)view["catchUpWindow"]!, (string)view["overlap"]!));
        Assert.Equal((HttpStatusCode.OK, 2, "P1D"), (replaced, (int)changed["version"]!, (string)changed["interval"]!));
        Assert.Equal((HttpStatusCode.PreconditionFailed, 2), (stale, (int)problem["currentVersion"]!));
        Assert.Equal(HttpStatusCode.NoContent, deleted);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, $"schedules/{id}")).Status);
        var events = (await app.GetAsync($"schedules/{id}/events"))["events"]!.AsArray();
        Assert.Equal(
            ["1 schedule.created ana", "2 schedule.updated bob", "3 schedule.deleted cyd"],
            events.Select(entry => $"{entry!["sequence"]} {entry["type"]} {entry["by"]}"));
    }

    [Fact]
    public async Task Schedules_are_listed_by_tenant_and_thread_a_page_at_a_time()
    {
        var thread = await app.CreateThreadAsync();
        var prefix = NewId();
        foreach (var number in Enumerable.Range(1, 3))
        {
            await SendAsync(HttpMethod.Put, $"{prefix}-{number}", new { threadId = thread, agent = "echo", goal = "x", interval = "P1D" });
        }

        var first = await app.GetAsync($"schedules?tenant=acme&threadId={thread}&limit=2");
        var second = await app.GetAsync($"schedules?threadId={thread}&limit=2&cursor={first["cursor"]}");

        Assert.Equal([$"{prefix}-1", $"{prefix}-2"], first["schedules"]!.AsArray().Select(each => (string)each!["scheduleId"]!));
        Assert.Equal([$"{prefix}-3"], second["schedules"]!.AsArray().Select(each => (string)each!["scheduleId"]!));
        Assert.Null(second["cursor"]);
        Assert.Empty((await app.GetAsync($"schedules?tenant=other&threadId={thread}"))["schedules"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"cron":"0 6 * *"}""", "cron")]
    [InlineData("""{"cron":"61 6 * * *"}""", "cron")]
    [InlineData("""{"cron":"0 0 30 2 *"}""", "cron")]
    [InlineData("""{"cron":"0 6 * * *","timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"interval":"PT1H","timeZone":"Europe/Berlin"}""", "timeZone")]
    [InlineData("""{"cron":"0 6 * * *","interval":"PT1H"}""", "cron")]
    [InlineData("""{}""", "cron")]
    [InlineData("""{"interval":"PT0S"}""", "interval")]
    [InlineData("""{"interval":"P1M"}""", "interval")]
    [InlineData("""{"interval":"hourly"}""", "interval")]
    [InlineData("""{"interval":"PT1H","endAt":"2020-01-01T00:00:00Z"}""", "endAt")]
    [InlineData("""{"interval":"PT1H","startAt":"2091-01-01T00:00:00Z","endAt":"2090-01-01T00:00:00Z"}""", "endAt")]
    [InlineData("""{"interval":"PT1H","catchUpWindow":"P1Y"}""", "catchUpWindow")]
    [InlineData("""{"interval":"PT1H","catchUpWindow":"P32D"}""", "catchUpWindow")]
    [InlineData("""{"interval":"PT1H","deadlineAfter":"PT0S"}""", "deadlineAfter")]
    [InlineData("""{"interval":"PT1H","overlap":"parallel"}""", "overlap")]
    [InlineData("""{"interval":"PT1H","priority":"asap"}""", "priority")]
    [InlineData("""{"interval":"PT1H","priority":1}""", "priority")]
    [InlineData("""{"interval":"PT1H","agent":"nobody"}""", "agent")]
    [InlineData("""{"interval":"PT1H","threadId":"nowhere"}""", "threadId")]
    [InlineData("""{"interval":"PT1H","goal":""}""", "goal")]
    [InlineData("""{"interval":"PT1H","every":"day"}""", "every")]
    [InlineData("""{"interval":"PT1H","limits":{"tokens":-1}}""", "limits.tokens")]
    [InlineData("""{"interval":"PT1H","plan":{"steps":[]}}""", "plan.steps")]
    public async Task Bad_input_is_told_by_its_field_and_makes_no_schedule(string json, string field)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        body.TryAdd("threadId", await app.CreateThreadAsync());
        body.TryAdd("agent", "echo");
        body.TryAdd("goal", "x");
        var id = NewId();

        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put])
        {
            var (status, problem) = await app.SendAsync(
                method, $"schedules/{id}", new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
            Assert.Equal((HttpStatusCode.BadRequest, field), (status, (string)problem["errors"]![0]!["field"]!));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, $"schedules/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, $"schedules/{id}/events")).Status);
    }

    [Theory]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/trigger")]
    [InlineData("DELETE", "")]
    public async Task What_does_not_exist_cannot_be_changed(string method, string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(new HttpMethod(method), $"schedules/{NewId()}{path}")).Status);

    [Theory]
    [InlineData("urgent", "urgent")]
    [InlineData("batch", "batch")]
    [InlineData(null, "normal")]
    public async Task The_runs_of_a_schedule_have_its_priority(string? priority, string expected)
    {
        var (id, thread) = (NewId(), await app.CreateThreadAsync());
        var body = new JsonObject { ["threadId"] = thread, ["agent"] = "echo", ["goal"] = "x", ["interval"] = "P1D" };
        if (priority is not null)
        {
            body["priority"] = priority;
        }

        var (_, view) = await SendAsync(HttpMethod.Post, id, body);
        var (_, triggered) = await SendAsync(HttpMethod.Post, $"{id}/trigger", new { by = "bob" });
        var run = await app.GetAsync($"runs/{triggered["runId"]}");

        Assert.Equal((expected, expected), ((string)view["priority"]!, (string)run["priority"]!));
    }

    [Fact]
    public async Task A_paused_schedule_has_no_fire_times_and_can_still_be_triggered_once_for_each_key()
    {
        var (id, thread) = (NewId(), await app.CreateThreadAsync());
        await SendAsync(HttpMethod.Post, id, new { threadId = thread, agent = "echo", goal = "x", interval = "P1D" });

        var (_, paused) = await SendAsync(HttpMethod.Post, $"{id}/pause", new { by = "ana", reason = "Holidays" });
        var (_, twice) = await SendAsync(HttpMethod.Post, $"{id}/pause", new { by = "ana" });
        var (status, first) = await SendAsync(HttpMethod.Post, $"{id}/trigger", new { by = "bob" }, ("Idempotency-Key", "k"));
        var runId = (string)first["runId"]!;
        await app.RunInAsync(runId, "completed");
        var (_, second) = await SendAsync(HttpMethod.Post, $"{id}/trigger", new { by = "bob" }, ("Idempotency-Key", "k"));
        var (_, resumed) = await SendAsync(HttpMethod.Post, $"{id}/resume", new { by = "ana" });

        Assert.Equal(("paused", 0, 2), ((string)paused["status"]!, paused["nextFireTimes"]!.AsArray().Count, (int)twice["version"]!));
        Assert.Equal((HttpStatusCode.Accepted, runId, true), (status, (string)second["runId"]!, (bool)first["started"]!));
        Assert.Equal(("active", 5), ((string)resumed["status"]!, resumed["nextFireTimes"]!.AsArray().Count));
        var view = await app.GetAsync($"schedules/{id}");
        Assert.Equal($"{runId} manual completed", view["runs"]!.AsArray().Select(run => $"{run!["runId"]} {run["kind"]} {run["status"]}").Single());
        Assert.Equal(
            ["schedule.created", "schedule.paused", "schedule.triggered", "schedule.fired", "schedule.resumed"],
            (await app.GetAsync($"schedules/{id}/events"))["events"]!.AsArray().Select(entry => (string)entry!["type"]!));
    }

    private static string NewId() => $"s-{Guid.NewGuid():N}";

    private Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpMethod method, string path, object body, params (string Name, string Value)[] headers) =>
        app.SendAsync(method, $"schedules/{path}", JsonContent.Create(body), headers);
}
