using System.Net;
using System.Text;
using AgentFunctions.Queue;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Http;
using AgentFunctions.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Queue;

public class AdmissionTests
{
    private const string Body = """{"agent":"echo","goal":"x"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_often_its_message_comes_a_run_is_carried_out_once()
    {
        using var folder = new TempFolder();
        await using var app = await ApiApp.StartAsync(folder.Path);
        var runId = await app.StartRunAsync(await app.CreateThreadAsync(), new { agent = "echo", goal = "x" });
        var run = await app.Services.GetRequiredService<IRunStore>().GetAsync(runId, Cancel);
        var queue = app.Services.GetRequiredService<RunQueue>();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => queue.SendAsync(run!, Cancel)));
        await app.RunInAsync(runId, "completed");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => queue.SendAsync(run!, Cancel)));
        var last = await app.StartRunAsync(await app.CreateThreadAsync(), new { agent = "echo", goal = "y" });
        await app.RunInAsync(last, "completed");

        Assert.Equal(1, (int)(await app.GetAsync($"runs/{runId}"))["usage"]!["modelCalls"]!);
        var types = (await app.GetAsync($"runs/{runId}/events"))["events"]!.AsArray().Select(entry => (string)entry!["type"]!);
        Assert.Single(types, type => type == "run.started");
    }

    /// <summary>A process that died between the record and the message leaves a queued run and no message.</summary>
    [Fact]
    public async Task A_run_whose_message_was_lost_is_carried_out_when_its_request_is_repeated()
    {
        using var folder = new TempFolder();
        using var restored = new TempFolder();
        string thread;
        string runId;
        await using (var app = await ApiApp.StartAsync(folder.Path))
        {
            thread = await app.CreateThreadAsync();
            runId = await StartAsync(app, thread);
            await app.RunInAsync(runId, "completed");
        }

        await using (var stores = new Stores(folder.Path))
        await using (var copies = new Stores(restored.Path))
        {
            await CopyAsQueuedAsync(stores, copies, thread, runId);
        }

        await using var restarted = await ApiApp.StartAsync(restored.Path);
        await restarted.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "opened" });
        Assert.Equal("queued", (string)(await restarted.GetAsync($"runs/{runId}"))["status"]!);

        Assert.Equal(runId, await StartAsync(restarted, thread));

        await restarted.RunInAsync(runId, "completed");
    }

    [Fact]
    public async Task What_an_earlier_process_has_done_is_shown_as_replayed()
    {
        using var folder = new TempFolder();
        string runId;
        await using (var app = await ApiApp.StartAsync(folder.Path))
        {
            var (_, started) = await app.PostJsonAsync(
                $"threads/{await app.CreateThreadAsync()}/runs",
                """
                {"agent":"echo","goal":"x","plan":{"steps":[
                  {"id":"first","kind":"tool","tool":"note","args":{"text":"x"}},
                  {"id":"ask","kind":"approval","description":"Go?","dependsOn":["first"]},
                  {"id":"last","kind":"tool","tool":"note","args":{"text":"y"},"dependsOn":["ask"]}]}}
                """);
            runId = (string)started["runId"]!;
            await app.RunInAsync(runId, "waiting");
        }

        await using var restarted = await ApiApp.StartAsync(folder.Path);
        var replayed = (int)(await restarted.GetAsync($"runs/{runId}"))["stepsReplayed"]!;
        var approval = (await restarted.GetAsync("approvals?status=pending"))["approvals"]![0]!;
        var (answered, _) = await restarted.PostAsync($"approvals/{approval["approvalId"]}", new { type = "accept", by = "ana" });

        var run = await restarted.RunInAsync(runId, "completed");
        Assert.Equal(HttpStatusCode.OK, answered);
        Assert.True(replayed >= 1);
        Assert.Equal(replayed, (int)run["stepsReplayed"]!);
        Assert.True((int)run["stepsExecuted"]! >= 1);
        Assert.Equal(2, (int)run["usage"]!["toolCalls"]!);
    }

    private static async Task CopyAsQueuedAsync(Stores from, Stores to, string thread, string runId)
    {
        var run = (await from.Runs.GetAsync(runId, Cancel))!;
        await to.Threads.CreateAsync((await from.Threads.GetAsync(thread, Cancel))!, Cancel);
        await to.Agents.KeepAsync((await from.Agents.GetByHashAsync(run.AgentHash, Cancel))!, Cancel);
        await to.Runs.CreateAsync(
            Stores.NewRun(runId) with
            {
                ThreadId = thread, Agent = run.Agent, AgentHash = run.AgentHash, RequestHash = run.RequestHash, IdempotencyKey = "k",
            },
            new AuditDraft("run.created", "user:api"),
            Cancel);
    }

    private static async Task<string> StartAsync(ApiApp app, string thread)
    {
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");
        var (status, run) = await app.SendAsync(HttpMethod.Post, $"threads/{thread}/runs", content, ("Idempotency-Key", "k"));
        Assert.Equal(HttpStatusCode.Accepted, status);
        return (string)run["runId"]!;
    }
}
