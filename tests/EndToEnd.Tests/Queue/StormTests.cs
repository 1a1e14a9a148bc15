using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Models.Deployments;

namespace EndToEnd.Tests.Queue;

/// <summary>Many runs at once from three tenants, and tight limits.</summary>
public sealed class StormTests(ITestOutputHelper log) : IDisposable
{
    private const int Total = 8;
    private const int PerTenant = 6;

    /// <summary>Tool calls, and as many model calls, that are under way at the kill.</summary>
    private const int Held = 3;

    /// <summary>Of each tenant's runs, so many have one that calls the model; the others call the tool.</summary>
    private const int OneOf = 5;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_kill_in_the_middle_cuts_calls_off_and_nothing_is_lost_or_done_twice_and_no_limit_is_passed()
    {
        await using var models = await ChatServer.StartAsync();
        await WriteAgentsAsync(models.Url);
        Sender[] senders = [new("large", 300), new("middle", 100), new("small", 50)];
        var limits = (string[])[$"--Admission:Total={Total}", $"--Admission:PerTenant={PerTenant}"];
        List<Accepted> accepted;
        using (var first = Start(limits))
        {
            await first.UntilAsync(first.IsReadyAsync);
            accepted = await SendAsync(first, senders);
            await first.UntilAsync(async () =>
            {
                var queue = await first.GetAsync("queue");
                Assert.InRange((int)queue["running"]!, 0, Total);
                Assert.All(queue["tenants"]!.AsArray(), tenant => Assert.InRange((int)tenant!["running"]!, 0, PerTenant));
                return (int)queue["depth"]! < accepted.Count * 2 / 3;
            });
            await HoldAsync(first, models);
            await first.KillAsync();
        }

        File.Delete(folder.File("hold"));
        using var second = Start(limits);
        await second.UntilAsync(second.IsReadyAsync);
        await second.UntilAsync(async () => await LeftAsync(second) == 0);

        var runs = await AllAsync(second);
        Assert.Equal(accepted.Select(run => run.RunId).Order(), runs.Select(run => (string)run["runId"]!).Order());
        Assert.All(runs, run => Assert.Equal("completed", (string)run["status"]!));
        var queue = await second.GetAsync("queue");
        Assert.Equal((0, 0, 0), ((int)queue["depth"]!, (int)queue["running"]!, (int)queue["deadLetters"]!));
        AssertLedger(senders.Sum(sender => sender.Runs - sender.ModelRuns));
        AssertModelCalls(models, senders.Sum(sender => sender.ModelRuns));
    }

    [Fact]
    public async Task Of_tenants_that_send_all_at_once_the_smallest_does_not_wait_for_the_largest()
    {
        await using var models = await ChatServer.StartAsync();
        await WriteAgentsAsync(models.Url);
        using var app = Start($"--Admission:Total={Total}", $"--Admission:PerTenant={Total}");
        await app.UntilAsync(app.IsReadyAsync);

        // Shares are of the time in slots, and the first runs of a process take many times as long as all others.
        await SendAsync(app, [new("first", 2 * Total)]);
        await app.UntilAsync(async () => await LeftAsync(app) == 0);
        var accepted = await SendAsync(app, [new("large", 120), new("middle", 40), new("small", 20)]);
        await app.UntilAsync(async () => await LeftAsync(app) == 0);

        var acceptedAt = accepted.ToDictionary(run => run.RunId, run => run.At);
        var order = (await AllAsync(app)).Where(run => acceptedAt.ContainsKey((string)run["runId"]!)).OrderBy(run => (DateTimeOffset)run["admittedAt"]!).ToList();
        var runs = order.Where(run => (string)run["tenant"]! == "small").ToList();
        var sent = runs.Max(run => acceptedAt[(string)run["runId"]!]);

        // What was admitted while it still sent was nobody's turn but that of those who were there.
        var before = order.Count(run => (DateTimeOffset)run["admittedAt"]! < sent);
        var left = runs.Count(run => (DateTimeOffset)run["admittedAt"]! >= sent);
        var last = order.IndexOf(runs[^1]);
        log.WriteLine($"It had sent all when {before} of {order.Count} were admitted, {left} of its own were left, and its last was admission {last + 1}");

        // Its share is a third of the time in slots: how many admissions that is depends on how long each run takes, which FairShareTests
        // hold to a bound on a virtual clock. First come, first served would make its last one of the last of all.
        Assert.True(left > 0, "It tells nothing where the admission is faster than the sender.");
        Assert.InRange(last, 0, before + ((order.Count - before) * 5 / 6));
    }

    /// <summary>All at the same time; the largest begins.</summary>
    private async Task<List<Accepted>> SendAsync(AppProcess app, IReadOnlyList<Sender> senders)
    {
        foreach (var sender in senders)
        {
            await app.PostAsync("threads", new { threadId = sender.Tenant, tenant = sender.Tenant, budgetUsd = 1000 });
        }

        var watch = Stopwatch.StartNew();
        var accepted = await Task.WhenAll(senders.SelectMany(sender => Enumerable.Range(0, sender.Runs).Select(async index =>
        {
            var answer = await app.PostAsync(
                $"threads/{sender.Tenant}/runs", Run(string.Create(CultureInfo.InvariantCulture, $"{sender.Tenant} {index}"), index % OneOf == 0));
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
            return new Accepted((string)answer.Body["runId"]!, DateTimeOffset.UtcNow);
        })));
        log.WriteLine($"{accepted.Length} runs accepted in {watch.Elapsed.TotalSeconds:F2} s");
        return [.. accepted];
    }

    /// <summary>One step that is a tool call, or a model call: what is looked at here is what happens before and around it.</summary>
    private static object Run(string goal, bool asksModel) => asksModel
        ? new { agent = "thinker", goal }
        : new { agent = "worker", goal, plan = new { steps = new[] { new { id = "work", kind = "tool", tool = "work", args = new { text = goal } } } } };

    /// <summary>Returns when tool calls and model calls are under way that will not end.</summary>
    private async Task HoldAsync(AppProcess app, ChatServer models)
    {
        models.Hold(Held);
        await File.WriteAllTextAsync(folder.File("hold"), Held.ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
        await app.UntilAsync(
            () => Task.FromResult(models.Held == Held && Lines().Count(line => line[0] == "held") == Held),
            () => $"{models.Held} model calls are held, and {Lines().Count(line => line[0] == "held")} tool calls.");
    }

    private IEnumerable<string[]> Lines()
    {
        using var file = new StreamReader(new FileStream(folder.File("ledger.txt"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
    }

    /// <summary>What the tool has seen itself: a call of a killed process ends with it.</summary>
    private void AssertLedger(int runs)
    {
        var open = new Dictionary<string, (string Tenant, string Run)>(StringComparer.Ordinal);
        var cutOff = new HashSet<string>(StringComparer.Ordinal);
        var ended = new List<string>();
        var most = 0;
        foreach (var line in Lines())
        {
            switch (line[0])
            {
                case "process":
                    cutOff.UnionWith(open.Keys);
                    open.Clear();
                    break;
                case "begin":
                    open.Add(line[3], (line[1], line[2]));
                    most = Math.Max(most, open.Count);
                    Assert.True(open.Values.DistinctBy(call => call.Run).Count() <= Total, "More runs go on than may.");
                    Assert.True(open.Values.Count(call => call.Tenant == line[1]) <= PerTenant, $"More runs of '{line[1]}' go on than may.");
                    break;
                case "held":
                    break;
                default:
                    open.Remove(line[3]);
                    ended.Add(line[3]);
                    break;
            }
        }

        // A call that was cut off is made again, with the same key; one whose end came too late to be remembered may be.
        Assert.Empty(open);
        Assert.InRange(cutOff.Count, Held, Total);
        Assert.Subset(ended.ToHashSet(), cutOff);
        Assert.Equal(runs, ended.Distinct().Count());
        Assert.InRange(ended.Count, runs, runs + Total - Held);
        log.WriteLine($"{most} tool calls at the same time at most, {cutOff.Count} cut off by the kill, {ended.Count} of {runs} made");
    }

    /// <summary>What the model's server has seen.</summary>
    private void AssertModelCalls(ChatServer models, int runs)
    {
        Assert.InRange(models.CutOff, Held, Total);
        Assert.InRange(models.MostAtOnce, 1, Total);
        Assert.Equal(runs, models.Calls.Select(call => call.Goal).Distinct().Count());
        Assert.InRange(models.Calls.Count, runs + Held, runs + Total);
        log.WriteLine($"{models.MostAtOnce} model calls at the same time at most, {models.CutOff} cut off by the kill, {models.Calls.Count} for {runs} runs");
    }

    /// <summary>Runs that have not ended: on the queue, in the waiting list or in a slot.</summary>
    private static async Task<int> LeftAsync(AppProcess app)
    {
        var queue = await app.GetAsync("queue");
        return (int)queue["depth"]! + (int)queue["running"]! > 0
            ? 1
            : (await AllAsync(app)).Count(run => (string)run["status"]! is not ("completed" or "failed"));
    }

    private static async Task<List<JsonObject>> AllAsync(AppProcess app) =>
        [.. (await app.GetAsync("runs?limit=1000"))["runs"]!.AsArray().Select(run => run!.AsObject())];

    private AppProcess Start(params string[] settings) => AppProcess.Start(
        folder.Path,
        "KillableHost.dll",
        [$"--Pack={folder.File("pack")}", $"--Models:Table={folder.File("pack/models.yaml")}", .. settings]);

    private async Task WriteAgentsAsync(string models)
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", $$"""
                models:
                  - name: remote
                    inputUsdPerMillionTokens: 3
                    outputUsdPerMillionTokens: 11
                    deployments: [{name: only, provider: openai, endpoint: '{{models}}'}]
                """),
            ("agents/worker.yaml", "name: worker\nmodel: remote\ninstructions: Work.\nmode: react\ntools: [work]\n"),
            ("agents/thinker.yaml", "name: thinker\nmodel: remote\ninstructions: Think.\nmode: react\n"),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Encoding.UTF8, TestContext.Current.CancellationToken);
        }
    }

    private sealed record Sender(string Tenant, int Runs)
    {
        /// <summary>Of them, those that call the model.</summary>
        public int ModelRuns => (Runs + OneOf - 1) / OneOf;
    }

    /// <summary>A run, and when the sender knew that it was accepted.</summary>
    private sealed record Accepted(string RunId, DateTimeOffset At);
}
