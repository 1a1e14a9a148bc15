using System.Net;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>Humans who take their time, in a process that may be killed meanwhile.</summary>
public sealed class ApprovalTests(ITestOutputHelper log)
{
    private const int Few = 50;
    private const int Many = 450;

    private static readonly JsonNode Plan = JsonNode.Parse(
        """
        {"steps":[
          {"id":"ask","kind":"approval","description":"Go on?","args":{"to":"bob"},"approval":{"expiresAfter":"P30D","remindAfter":"P1D"}},
          {"id":"documents","kind":"tool","tool":"list_documents","args":{},"dependsOn":["ask"],"approval":{}}]}
        """)!;

    [Fact]
    public async Task Four_hundred_and_fifty_pending_approvals_cost_no_thread_and_are_all_answered()
    {
        using var folder = new TempFolder();
        using var app = await AppProcess.StartAsync(folder.Path);
        await app.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
        await StartAsync(app, Few);
        var few = await QuietAsync(app, int.MaxValue);

        await StartAsync(app, Many - Few);

        // Threads that the start of so many runs has needed end by themselves; what waits needs none.
        var many = await QuietAsync(app, few + 4);
        log.WriteLine($"{few} threads with {Few} pending approvals, {many} with {Many}");

        foreach (var chunk in (await PendingAsync(app)).Chunk(25))
        {
            var answers = await Task.WhenAll(chunk.Select(id => app.PostAsync($"approvals/{id}", new { type = "ignore", by = "ana" })));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        }

        await app.UntilAsync(async () => (await app.GetAsync("runs?status=waiting"))["runs"]!.AsArray().Count == 0
            && (await app.GetAsync("runs?status=running"))["runs"]!.AsArray().Count == 0);
        Assert.Empty(await PendingAsync(app));
    }

    [Fact]
    public async Task Kills_before_and_after_an_answer_lose_and_repeat_nothing()
    {
        using var folder = new TempFolder();
        string runId;
        using (var first = await AppProcess.StartAsync(folder.Path))
        {
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            runId = (await StartAsync(first, 1))[0];
            await first.KillAsync();
        }

        for (var question = 1; question <= 2; question++)
        {
            using var next = await AppProcess.StartAsync(folder.Path);
            await next.UntilAsync(async () => (await PendingAsync(next)).Count == 1);
            var id = (await PendingAsync(next))[0];
            var (status, _) = await next.PostAsync($"approvals/{id}", new { type = "accept", by = "ana" });
            Assert.Equal(HttpStatusCode.OK, status);
            await next.KillAsync();
        }

        using var last = await AppProcess.StartAsync(folder.Path);
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{runId}"))["status"]! == "completed");
        var events = (await last.GetAsync($"runs/{runId}/audit"))["events"]!.AsArray().Select(entry => (string)entry!["type"]!).ToList();
        Assert.Equal((2, 2, 1), (events.Count(type => type == "approval.requested"), events.Count(type => type == "approval.answered"), events.Count(type => type == "tool.call")));
        Assert.True((bool)(await last.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    private static async Task<IReadOnlyList<string>> StartAsync(AppProcess app, int count)
    {
        var before = (await PendingAsync(app)).Count;
        var started = new List<string>();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(25))
        {
            var runs = await Task.WhenAll(chunk.Select(_ =>
                app.PostAsync("threads/case/runs", new { agent = "legal-auditor", goal = "x", plan = Plan.DeepClone() })));
            started.AddRange(runs.Select(run => (string)run.Body["runId"]!));
        }

        await app.UntilAsync(async () => (await PendingAsync(app)).Count == before + count);
        return started;
    }

    private static async Task<IReadOnlyList<string>> PendingAsync(AppProcess app)
    {
        var all = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.GetAsync($"approvals?status=pending&limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            all.AddRange(page["approvals"]!.AsArray().Select(approval => (string)approval!["approvalId"]!));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);

        return all;
    }

    /// <summary>The threads once there are no more of them than that, and twice as many in a row.</summary>
    private static async Task<int> QuietAsync(AppProcess app, int most)
    {
        var last = 0;
        await app.UntilAsync(async () =>
        {
            var before = last;
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            last = app.Threads;
            return last == before && last <= most;
        });
        return last;
    }
}
