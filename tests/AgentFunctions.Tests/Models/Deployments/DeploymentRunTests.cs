using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Models.Deployments;

/// <summary>Runs whose model is backed by deployments that refuse and fail, over HTTP.</summary>
public sealed class DeploymentRunTests
{
    [Fact]
    public async Task One_refusal_is_heard_by_every_agent_and_nobody_calls_before_the_time_that_it_asks_for()
    {
        await using var server = await ChatServer.StartAsync();
        server.Answer = call => call == 1 ? (429, 3) : (200, null);
        await using var app = await RuntimeApp.StartAsync(Team(Table(Row("only", server))));

        var first = await app.RunAsync(new { agent = "clerk", goal = "first" });
        var blocked = await app.WhenAsync("models", models => (string?)Deployment(models, "only")["health"] == "blocked");
        var runs = new List<string> { first };
        for (var run = 0; run < 30; run++)
        {
            runs.Add(await app.RunAsync(new { agent = "clerk", goal = "next" }));
        }

        foreach (var runId in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        }

        var calls = server.Calls.ToList();
        Assert.Equal([429, .. Enumerable.Repeat(200, 31)], calls.Select(call => call.Status));
        Assert.All(calls.Skip(1), call => Assert.True(call.At >= calls[0].At + TimeSpan.FromSeconds(3), $"{call.At} after {calls[0].At}"));
        Assert.True(DateTimeOffset.Parse((string)Deployment(blocked, "only")["blockedUntil"]!, null) >= calls[0].At + TimeSpan.FromSeconds(3));
        Assert.Equal(1, (int)Deployment(await app.GetAsync("models"), "only")["refusals"]!);
        Assert.Single(await app.EventsAsync(first, "model.attempt.failed"));
        Assert.Empty(await app.EventsAsync(runs[^1], "model.attempt.failed"));
    }

    [Fact]
    public async Task A_run_whose_model_refuses_for_load_waits_in_the_queue_and_holds_no_slot()
    {
        await using var server = await ChatServer.StartAsync();
        server.Answer = call => call == 1 ? (429, 4) : (200, null);
        await using var app = await RuntimeApp.StartAsync(Team(Table(Row("only", server))));

        var refused = await app.RunAsync(new { agent = "clerk", goal = "first" });
        await app.WhenAsync("models", models => (string?)Deployment(models, "only")["health"] == "blocked");
        var later = await app.RunAsync(new { agent = "clerk", goal = "next" });

        await app.WhenAsync("queue", queue => ((int)queue["running"]!, (int)queue["depth"]!) == (1, 1));
        Assert.Equal("queued", (string)(await app.GetAsync($"runs/{later}"))["status"]!);
        Assert.Equal("completed", (string)(await app.EndAsync(refused))["status"]!);
        var run = await app.EndAsync(later);
        Assert.Equal("completed", (string)run["status"]!);
        Assert.True(DateTimeOffset.Parse((string)run["admittedAt"]!, null) >= server.Calls.First().At + TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task The_next_deployment_answers_where_one_refuses_or_fails_and_the_event_names_it()
    {
        await using var busy = await ChatServer.StartAsync();
        await using var broken = await ChatServer.StartAsync();
        await using var well = await ChatServer.StartAsync();
        (busy.Answer, broken.Answer) = (_ => (429, 60), _ => (503, null));
        await using var app = await RuntimeApp.StartAsync(
            Team(Table(Row("east", busy, "order: 1"), Row("west", broken, "order: 2"), Row("north", well, "order: 3"))));

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["usage"]!["modelCalls"]!));
        Assert.Equal(["east", "west"], (await app.EventsAsync(runId, "model.attempt.failed")).Select(failed => (string)failed["data"]!["deployment"]!));
        var answered = Assert.Single(await app.EventsAsync(runId, "model.call"));
        Assert.Equal(("north", 3), ((string)answered["data"]!["deployment"]!, (int)answered["data"]!["attempt"]!));

        await app.ResultAsync(new { agent = "clerk", goal = "y" });

        Assert.Equal((1, 2, 2), (busy.Calls.Count, broken.Calls.Count, well.Calls.Count));
    }

    [Fact]
    public async Task A_pinned_agent_waits_for_its_deployment_while_others_go_elsewhere()
    {
        await using var pinned = await ChatServer.StartAsync();
        await using var other = await ChatServer.StartAsync();
        pinned.Answer = call => call == 1 ? (429, 2) : (200, null);
        await using var app = await RuntimeApp.StartAsync(
            Team(Table(Row("east", pinned), Row("west", other, "order: 2"))).React("resident", "deployment: east", "  - text: ok"));

        var run = await app.ResultAsync(new { agent = "resident", goal = "x" });

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal((2, 0), (pinned.Calls.Count, other.Calls.Count));
        Assert.True(pinned.Calls.Last().At - pinned.Calls.First().At >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_hundred_agents_call_a_deployment_that_always_fails_no_more_often_than_its_bound_and_fail_with_the_reason()
    {
        const int Slots = 4, FailuresToOpen = 5, Probes = 5;
        await using var server = await ChatServer.StartAsync();
        server.Answer = _ => (500, null);
        await using var app = await RuntimeApp.StartAsync(
            Team(Table(Row("only", server, $"maxConcurrentCalls: {Slots}"))),
            folder: null,
            "--Models:Deployments:OutageSeconds=3",
            "--Models:Deployments:BreakSeconds=1",
            "--Models:Deployments:LongestBreakSeconds=60");

        var runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(async run =>
            await app.RunAsync(new { agent = "clerk", goal = "x" }, await app.ThreadAsync(threadId: "case"))));
        foreach (var runId in runs)
        {
            var run = await app.EndAsync(runId);
            Assert.Equal("failed", (string)run["status"]!);
            Assert.Contains("unavailable", (string)run["reason"]!, StringComparison.Ordinal);
        }

        // Breaks of 1, 2, 4, 8, 16 seconds: whoever waits gives up after 3 seconds of outage, when they are told to come next.
        Assert.InRange(server.Calls.Count, FailuresToOpen, FailuresToOpen - 1 + Slots + Probes);
        Assert.InRange(server.MostAtOnce, 1, Slots);
    }

    [Fact]
    public async Task Refused_credentials_fail_the_runs_that_hear_of_it_and_after_them_all_others_without_a_call()
    {
        await using var server = await ChatServer.StartAsync();
        server.Answer = _ => (401, null);
        await using var app = await RuntimeApp.StartAsync(Team(Table(Row("only", server))), folder: null, "--Models:Deployments:FailuresToOpen=2");

        for (var run = 0; run < 4; run++)
        {
            var ended = await app.ResultAsync(new { agent = "clerk", goal = "x" });
            Assert.Contains("unauthorized", (string)ended["reason"]!, StringComparison.Ordinal);
        }

        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task A_deployment_that_comes_back_is_probed_by_one_call_and_then_finishes_all_runs()
    {
        await using var server = await ChatServer.StartAsync();
        var repaired = false;
        server.Answer = _ => (Volatile.Read(ref repaired) ? 200 : 503, null);
        await using var app = await RuntimeApp.StartAsync(
            Team(Table(Row("only", server, "maxConcurrentCalls: 2, requestsPerMinute: 6000"))), folder: null, "--Models:Deployments:BreakSeconds=2");

        var runs = new List<string>();
        for (var run = 0; run < 12; run++)
        {
            runs.Add(await app.RunAsync(new { agent = "clerk", goal = "x" }));
        }

        await app.WhenAsync("models", models => (string?)Deployment(models, "only")["health"] == "failing");
        Volatile.Write(ref repaired, true);

        foreach (var runId in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        }

        Assert.Equal(12, server.Calls.Count(call => call.Status == 200));
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_the_deployment_takes_however_many_agents_there_are()
    {
        await using var server = await ChatServer.StartAsync();
        server.Latency = TimeSpan.FromMilliseconds(100);
        await using var app = await RuntimeApp.StartAsync(Team(Table(Row("only", server, "maxConcurrentCalls: 3"))));

        var runs = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
            await app.RunAsync(new { agent = "clerk", goal = "x" }, await app.ThreadAsync(threadId: "case"))));
        foreach (var runId in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        }

        Assert.Equal((3, 40), (server.MostAtOnce, server.Calls.Count));
        Assert.Equal(0, (int)Deployment(await app.GetAsync("models"), "only")["inFlight"]!);
    }

    [Fact]
    public async Task Tokens_go_to_urgent_runs_first_where_batch_runs_have_taken_all_of_them_before()
    {
        const int Batch = 12, Urgent = 6, TokensOfCall = 1_000;
        await using var server = await ChatServer.StartAsync();
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Models(Table(Row("only", server, $"tokensPerMinute: {TokensOfCall * 60}")))
                .React("clerk", $"limits: {{maxOutputTokens: {TokensOfCall}}}", "  - text: ok"));
        var thread = await app.ThreadAsync();
        var runs = (await StartAsync("batch", Batch)).ToList();
        await app.WhenAsync("models", models => Deployment(models, "only")["waitingUntil"]?["batch"] is not null);

        runs.AddRange(await StartAsync("urgent", Urgent));
        foreach (var runId in runs)
        {
            Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        }

        var order = server.Calls.Select(call => call.Goal.Contains("urgent", StringComparison.Ordinal)).ToList();
        var (first, last) = (order.IndexOf(true), order.LastIndexOf(true));
        var between = last - first + 1 - Urgent;
        Assert.Equal((Batch, Urgent), (order.Count(isUrgent => !isUrgent), order.Count(isUrgent => isUrgent)));

        // Nine of ten tokens are those of urgent runs then: their own share and that of the normal ones, of whom there are none.
        Assert.InRange(between, 0, 3);
        Assert.True(order.Count - 1 - last >= 3, $"Batch runs were through before urgent ones had come: {string.Join(' ', order)}.");

        Task<string[]> StartAsync(string priority, int count) => Task.WhenAll(
            Enumerable.Range(0, count).Select(_ => app.RunAsync(new { agent = "clerk", goal = priority, priority }, thread)));
    }

    [Fact]
    public async Task What_a_deployment_has_asked_for_holds_in_the_next_host()
    {
        using var folder = new TempFolder();
        await using var server = await ChatServer.StartAsync();
        server.Answer = call => call == 1 ? (429, 4) : (200, null);
        string runId;
        await using (var app = await RuntimeApp.StartAsync(Team(Table(Row("only", server))), folder.Path))
        {
            runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
            await app.WhenAsync("models", models => (string?)Deployment(models, "only")["health"] == "blocked");
        }

        await using var next = await RuntimeApp.StartAsync(Team(Table(Row("only", server))), folder.Path);
        var another = await next.RunAsync(new { agent = "clerk", goal = "y" });

        Assert.Equal("completed", (string)(await next.EndAsync(runId))["status"]!);
        Assert.Equal("completed", (string)(await next.EndAsync(another))["status"]!);
        var calls = server.Calls.ToList();
        Assert.All(calls.Skip(1), call => Assert.True(call.At >= calls[0].At + TimeSpan.FromSeconds(4)));
    }

    private static TestPack Team(string table) => new TestPack().Models(table).Speaker("clerk");

    private static string Table(params string[] deployments) =>
        $"models:\n  - name: scripted\n    inputUsdPerMillionTokens: 1\n    outputUsdPerMillionTokens: 1\n    deployments:\n{string.Join('\n', deployments)}\n";

    private static string Row(string name, ChatServer server, string more = "weight: 1") =>
        $"      - {{name: {name}, provider: openai, endpoint: '{server.Url}', {more}}}";

    private static JsonNode Deployment(JsonObject models, string name) => models["models"]!.AsArray()
        .SelectMany(model => model!["deployments"]!.AsArray())
        .Single(deployment => (string)deployment!["name"]! == name)!;
}
