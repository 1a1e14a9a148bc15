using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Http;

public class RunApiTests(ApiApp app) : IClassFixture<ApiApp>
{
    private const string Approval =
        """{"agent":"echo","goal":"x","plan":{"steps":[{"id":"ask","kind":"approval","description":"Go?","args":{"to":"ana"}}]}}""";

    [Fact]
    public async Task A_thread_is_created_once_and_a_different_body_is_a_conflict()
    {
        var body = new { threadId = $"t-{Guid.NewGuid():N}", tenant = "acme", budgetUsd = 1.5m, metadata = new { caseNumber = 7 } };

        var (first, thread) = await app.PostAsync("threads", body);
        var (again, _) = await app.PostAsync("threads", body);
        var (other, problem) = await app.PostAsync("threads", body with { budgetUsd = 2m });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict), (first, again, other));
        Assert.Equal("threadId", (string)problem["errors"]![0]!["field"]!);
        Assert.Equal(("acme", 1.5m, 7), ((string)thread["tenant"]!, (decimal)thread["budget"]!["limitUsd"]!, (int)thread["metadata"]!["caseNumber"]!));
        Assert.Equal("ok", (string)thread["budget"]!["state"]!);
    }

    [Fact]
    public async Task A_run_is_accepted_carried_out_and_shown()
    {
        var thread = await app.CreateThreadAsync();
        var runId = await app.StartRunAsync(thread, new { agent = "echo", goal = "Olá, \"mundo\"" });

        var run = await app.RunInAsync(runId, "completed");

        Assert.Equal("Olá, \"mundo\"", (string)JsonNode.Parse((string)run["result"]!)!["said"]!);
        Assert.True((decimal)run["usage"]!["costUsd"]! > 0);
        Assert.Equal(1, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal("completed", (string)run["steps"]![0]!["status"]!);
        Assert.True((int)run["stepsExecuted"]! >= 1);
        Assert.Equal(0, (int)run["stepsReplayed"]!);
        Assert.Empty(run["restsOnFailedSteps"]!.AsArray());
        Assert.Equal([runId], (await app.GetAsync($"threads/{thread}"))["runs"]!.AsArray().Select(each => (string)each!["runId"]!));
        Assert.NotEmpty((await app.GetAsync($"runs/{runId}/checkpoints"))["checkpoints"]!.AsArray());
    }

    [Fact]
    public async Task The_same_key_and_body_are_the_same_run_and_another_body_is_a_conflict()
    {
        var thread = await app.CreateThreadAsync();
        async Task<(HttpStatusCode, string?)> StartAsync(string body, string key)
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var (status, run) = await app.SendAsync(HttpMethod.Post, $"threads/{thread}/runs", content, ("Idempotency-Key", key));
            return (status, (string?)run["runId"]);
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync("""{"agent":"echo","goal":"x"}""", "k")));
        var reordered = await StartAsync("""{ "goal": "x", "agent": "echo" }""", "k");
        var other = await StartAsync("""{"agent":"echo","goal":"y"}""", "k");
        var otherKey = await StartAsync("""{"agent":"echo","goal":"x"}""", "k2");
        var badKey = await StartAsync("""{"agent":"echo","goal":"x"}""", new string('k', 300));

        Assert.Single(all.Append(reordered).Distinct());
        Assert.Equal(HttpStatusCode.Accepted, reordered.Item1);
        Assert.Equal(HttpStatusCode.Conflict, other.Item1);
        Assert.NotEqual(reordered.Item2, otherKey.Item2);
        Assert.Equal(HttpStatusCode.BadRequest, badKey.Item1);
        await app.RunInAsync(reordered.Item2!, "completed");
    }

    [Fact]
    public async Task Children_are_shown_with_their_parent_and_counted_with_it()
    {
        var thread = await app.CreateThreadAsync();
        var runId = await app.StartRunAsync(thread, new { agent = "spawner", goal = "x" });

        var run = await app.RunInAsync(runId, "completed");

        Assert.Equal((3, 3, 3), ((int)run["children"]!["total"]!, (int)run["children"]!["finished"]!, (int)run["steps"]![0]!["children"]!["completed"]!));
        Assert.Equal(4, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(1, (int)run["ownUsage"]!["modelCalls"]!);
        var child = await app.GetAsync($"runs/{run["children"]!["items"]![0]!["runId"]}");
        Assert.Equal((runId, 1), ((string)child["parentRunId"]!, (int)child["usage"]!["modelCalls"]!));
        Assert.Single((await app.GetAsync($"runs?threadId={thread}"))["runs"]!.AsArray());
        Assert.Equal(4, (await app.GetAsync($"runs?threadId={thread}&children=true"))["runs"]!.AsArray().Count);
        var proof = await app.GetAsync($"runs/{runId}/audit/verify?tree=true");
        Assert.True((bool)proof["verified"]!);
        Assert.Equal(4, proof["runs"]!.AsArray().Count);
    }

    [Fact]
    public async Task Runs_come_in_pages()
    {
        var thread = await app.CreateThreadAsync();
        var started = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            started.Add(await app.StartRunAsync(thread, new { agent = "echo", goal = $"{i}" }));
        }

        var first = await app.GetAsync($"runs?threadId={thread}&limit=2");
        var second = await app.GetAsync($"runs?threadId={thread}&limit=2&cursor={first["cursor"]}");

        started.Reverse();
        Assert.Equal(started, first["runs"]!.AsArray().Concat(second["runs"]!.AsArray()).Select(run => (string)run!["runId"]!));
        Assert.Null(second["cursor"]);
    }

    [Fact]
    public async Task The_audit_log_proves_itself_to_anyone_who_knows_rfc_8785()
    {
        var runId = await app.StartRunAsync(await app.CreateThreadAsync(), new { agent = "echo", goal = "x" });
        await app.RunInAsync(runId, "completed");

        var events = (await app.GetAsync($"runs/{runId}/audit"))["events"]!.AsArray();
        var proof = await app.GetAsync($"runs/{runId}/audit/verify");

        Assert.True((bool)proof["verified"]!);
        Assert.Equal(events.Count, (int)proof["events"]!);
        var previous = new string('0', 64);
        foreach (var entry in events.Select(each => each!.AsObject()))
        {
            var hash = (string)entry["hash"]!;
            Assert.Equal(previous, (string)entry["previousHash"]!);
            entry.Remove("hash");
            Assert.Equal(hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(CanonicalJson.Write(entry))));
            previous = hash;
        }

        Assert.Equal(previous, (string)proof["runs"]![0]!["head"]!);
    }

    [Theory]
    [InlineData("UPDATE events SET body = replace(body, 'run.created', 'run.forged') WHERE run_id = $run AND sequence = 1", 1)]
    [InlineData("DELETE FROM events WHERE run_id = $run AND sequence = 2", 2)]
    [InlineData("DELETE FROM events WHERE run_id = $run AND sequence = (SELECT max(sequence) FROM events WHERE run_id = $run)", null)]
    public async Task A_log_that_somebody_changed_in_the_file_does_not_verify(string forgery, int? firstBad)
    {
        using var folder = new TempFolder();
        await using var forged = await ApiApp.StartAsync(folder.Path);
        var runId = await forged.StartRunAsync(await forged.CreateThreadAsync(), new { agent = "echo", goal = "x" });
        await forged.RunInAsync(runId, "completed");
        await using (var file = new SqliteConnection($"Data Source={folder.Path}/agents.db;Pooling=False"))
        {
            file.Open();
            await using var command = file.CreateCommand();
            command.CommandText = forgery;
            command.Parameters.AddWithValue("$run", runId);
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var proof = await forged.GetAsync($"runs/{runId}/audit/verify");

        Assert.False((bool)proof["verified"]!);
        Assert.Equal(firstBad ?? (int)proof["events"]! + 1, (int)proof["runs"]![0]!["firstBadSequence"]!);
    }

    [Fact]
    public async Task A_stream_ends_with_its_host_and_goes_on_with_the_next()
    {
        using var folder = new TempFolder();
        var stopping = await ApiApp.StartAsync(folder.Path);
        var (_, started) = await stopping.PostJsonAsync($"threads/{await stopping.CreateThreadAsync()}/runs", Approval);
        var runId = (string)started["runId"]!;
        await stopping.RunInAsync(runId, "waiting");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"runs/{runId}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await stopping.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        // The headers come before the first event; only what was sent before the host stops is in its stream.
        for (string? line = null; line != "event: approval.requested";)
        {
            Assert.NotNull(line = await stream.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await stopping.StopAsync();

        Assert.DoesNotContain("event:", await stream.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await stopping.DisposeAsync();
        await using var next = await ApiApp.StartAsync(folder.Path);
        Assert.NotEmpty((await next.GetAsync($"runs/{runId}/events?after=1"))["events"]!.AsArray());
    }

    [Fact]
    public async Task Events_stream_live_and_go_on_where_they_were_left()
    {
        var thread = await app.CreateThreadAsync();
        var (_, started) = await app.PostJsonAsync($"threads/{thread}/runs", Approval);
        var runId = (string)started["runId"]!;
        var first = StreamAsync(runId, null);
        await app.RunInAsync(runId, "waiting");
        var approvalId = await PendingAsync(runId);

        await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });

        var whole = await first;
        var listed = (await app.GetAsync($"runs/{runId}/events"))["events"]!.AsArray().Select(e => $"{e!["sequence"]} {e["type"]}").ToList();
        Assert.Equal(listed, whole!);
        Assert.Equal("1 run.created", whole![0]);
        Assert.EndsWith(" run.completed", whole[^1], StringComparison.Ordinal);
        Assert.Equal(listed.Skip(2), await StreamAsync(runId, "2"));
        Assert.Null(await StreamAsync(runId, $"{listed.Count}"));
    }

    [Fact]
    public async Task An_approval_is_answered_once_within_what_it_allows()
    {
        var (_, started) = await app.PostJsonAsync($"threads/{await app.CreateThreadAsync()}/runs", Approval);
        var runId = (string)started["runId"]!;
        await app.RunInAsync(runId, "waiting");
        var id = await PendingAsync(runId);
        async Task<HttpStatusCode> AnswerAsync(string body) => (await app.PostJsonAsync($"approvals/{id}", body)).Status;

        Assert.Equal(HttpStatusCode.BadRequest, await AnswerAsync("""{"type":"maybe","by":"ana"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await AnswerAsync("""{"type":"accept"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await AnswerAsync("""{"type":"edit","by":"ana"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await AnswerAsync("""{"type":"response","by":"ana","args":{}}"""));
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync("""{"type":"edit","by":"ana","args":{"to":"bob"}}"""));
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync("""{"type":"edit","by":"ana","args":{"to":"bob"}}"""));
        Assert.Equal(HttpStatusCode.Conflict, await AnswerAsync("""{"type":"accept","by":"ana"}"""));
        Assert.Equal(HttpStatusCode.NotFound, (await app.PostJsonAsync("approvals/none", """{"type":"accept","by":"ana"}""")).Status);
        await app.RunInAsync(runId, "completed");
    }

    [Fact]
    public async Task An_answer_that_an_approval_does_not_allow_is_refused()
    {
        var approvals = app.Services.GetRequiredService<IApprovalStore>();
        await approvals.CreateAsync(
            new ApprovalRecord(
                "only-accept", "none", "s", "acme", new ActionRequest("a", []), new ApprovalConfig(true, false, false, false), "Go?", DateTimeOffset.UtcNow),
            TestContext.Current.CancellationToken);

        foreach (var type in new[] { "edit", "response", "ignore" })
        {
            var (status, problem) = await app.PostJsonAsync(
                "approvals/only-accept", $$$"""{"type":"{{{type}}}","by":"ana","args":{"text":"x"}}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal("type", (string)problem["errors"]![0]!["field"]!);
        }
    }

    [Fact]
    public async Task Cancelling_ends_the_run_and_withdraws_what_it_asks()
    {
        var (_, started) = await app.PostJsonAsync($"threads/{await app.CreateThreadAsync()}/runs", Approval);
        var runId = (string)started["runId"]!;
        await app.RunInAsync(runId, "waiting");
        var approvalId = await PendingAsync(runId);

        var (status, _) = await app.PostAsync($"runs/{runId}/cancel", new { by = "ana", reason = "enough" });

        Assert.Equal(HttpStatusCode.Accepted, status);
        var run = await app.RunInAsync(runId, "canceled");
        Assert.Equal("enough", (string)run["reason"]!);
        Assert.Equal(HttpStatusCode.Accepted, (await app.SendAsync(HttpMethod.Post, $"runs/{runId}/cancel")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await app.SendAsync(HttpMethod.Post, $"runs/{runId}/suspend")).Status);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await app.PostJsonAsync($"approvals/{approvalId}", """{"type":"accept","by":"ana"}""")).Status != HttpStatusCode.Conflict)
        {
            Assert.False(limit.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task A_suspended_run_waits_and_goes_on_from_where_it_stood()
    {
        var (_, started) = await app.PostJsonAsync($"threads/{await app.CreateThreadAsync()}/runs", Approval);
        var runId = (string)started["runId"]!;
        await app.RunInAsync(runId, "waiting");

        var (suspended, paused) = await app.PostAsync($"runs/{runId}/suspend", new { by = "ana", reason = "lunch" });
        await app.PostAsync($"approvals/{await PendingAsync(runId)}", new { type = "accept", by = "ana" });
        var (resumed, waiting) = await app.SendAsync(HttpMethod.Post, $"runs/{runId}/resume");

        Assert.Equal((HttpStatusCode.OK, "paused"), (suspended, (string)paused["status"]!));
        Assert.Equal((HttpStatusCode.OK, "waiting"), (resumed, (string)waiting["status"]!));
        await app.RunInAsync(runId, "completed");
        var types = (await app.GetAsync($"runs/{runId}/events"))["events"]!.AsArray().Select(e => (string)e!["type"]!).ToList();
        Assert.Equal(1, types.Count(type => type == "run.suspended"));
        Assert.True(types.IndexOf("run.suspended") < types.IndexOf("run.resumed"));
        Assert.True(types.IndexOf("run.resumed") < types.IndexOf("run.completed"));
    }

    [Fact]
    public async Task A_run_without_budget_pauses_until_the_limit_is_raised()
    {
        var thread = await app.CreateThreadAsync(budgetUsd: 0m);
        var runId = await app.StartRunAsync(thread, new { agent = "echo", goal = "x" });
        await app.RunInAsync(runId, "paused");
        Assert.Equal("exhausted", (string)(await app.GetAsync($"threads/{thread}"))["budget"]!["state"]!);

        var (status, budget) = await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "more" });

        Assert.Equal((HttpStatusCode.OK, 1m), (status, (decimal)budget["limitUsd"]!));
        await app.RunInAsync(runId, "completed");
    }

    [Fact]
    public async Task A_run_expires_at_its_deadline()
    {
        var thread = await app.CreateThreadAsync();
        var body = JsonNode.Parse(Approval)!.AsObject();
        body["deadline"] = DateTimeOffset.UtcNow.AddSeconds(2).ToString("O");

        var (_, started) = await app.PostJsonAsync($"threads/{thread}/runs", body.ToJsonString());

        await app.RunInAsync((string)started["runId"]!, "expired");
    }

    private async Task<string> PendingAsync(string runId)
    {
        var pending = (await app.GetAsync("approvals?status=pending"))["approvals"]!.AsArray();
        return (string)pending.Single(approval => (string)approval!["runId"]! == runId)!["approvalId"]!;
    }

    /// <summary>The stream until its end as <c>sequence type</c>; <see langword="null"/> where there is nothing more.</summary>
    private async Task<List<string>?> StreamAsync(string runId, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"runs/{runId}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return null;
        }

        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        var ids = lines.Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..]);
        var types = lines.Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..]);
        return [.. ids.Zip(types, (id, type) => $"{id} {type}")];
    }
}
