using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Queue;

/// <summary>450 runs at once from three tenants, tight limits, and a kill (SIGKILL) in the middle.</summary>
public sealed class StormTests(ITestOutputHelper log) : IDisposable
{
    private const int Total = 8;
    private const int PerTenant = 6;

    /// <summary>In the order in which they send.</summary>
    private static readonly (string Tenant, int Runs)[] Senders = [("large", 300), ("middle", 100), ("small", 50)];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_and_no_limit_is_passed()
    {
        await WriteAgentsAsync();
        var accepted = await SendAsync();
        using var second = Start();
        await second.UntilAsync(second.IsReadyAsync);
        await second.UntilAsync(async () => await LeftAsync(second) == 0);

        var runs = await AllAsync(second);
        Assert.Equal(accepted.Order(), runs.Select(run => (string)run["runId"]!).Order());
        Assert.All(runs, run => Assert.Equal("completed", (string)run["status"]!));
        var queue = await second.GetAsync("queue");
        Assert.Equal((0, 0, 0), ((int)queue["depth"]!, (int)queue["running"]!, (int)queue["deadLetters"]!));
        AssertLedger(runs.Count);
    }

    /// <summary>Sends all, and kills the process once a third has started.</summary>
    private async Task<List<string>> SendAsync()
    {
        using var first = Start();
        await first.UntilAsync(first.IsReadyAsync);
        foreach (var (tenant, _) in Senders)
        {
            await first.PostAsync("threads", new { threadId = tenant, tenant, budgetUsd = 1000 });
        }

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Senders.SelectMany(sender => Enumerable.Range(0, sender.Runs).Select(index =>
            first.PostAsync($"threads/{sender.Tenant}/runs", Run($"{sender.Tenant} {index}")))));
        log.WriteLine($"{answers.Length} runs accepted in {watch.Elapsed.TotalSeconds:F2} s");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        await first.UntilAsync(async () =>
        {
            var queue = await first.GetAsync("queue");
            Assert.InRange((int)queue["running"]!, 0, Total);
            Assert.All(queue["tenants"]!.AsArray(), tenant => Assert.InRange((int)tenant!["running"]!, 0, PerTenant));
            return (int)queue["depth"]! < answers.Length * 2 / 3;
        });
        await first.KillAsync();
        return [.. answers.Select(answer => (string)answer.Body["runId"]!)];
    }

    /// <summary>One step that is a tool call: what is looked at here is what happens before and around it.</summary>
    private static object Run(string goal) => new
    {
        agent = "worker",
        goal,
        plan = new { steps = new[] { new { id = "work", kind = "tool", tool = "work", args = new { text = goal } } } },
    };

    /// <summary>What the tool has seen itself: a call of a killed process ends with it.</summary>
    private void AssertLedger(int runs)
    {
        var open = new Dictionary<string, (string Tenant, string Run)>(StringComparer.Ordinal);
        var ended = new List<string>();
        var cut = 0;
        var most = 0;
        foreach (var line in File.ReadLines(folder.File("ledger.txt")).Select(line => line.Split(' ')))
        {
            switch (line[0])
            {
                case "process":
                    cut += open.Count;
                    open.Clear();
                    break;
                case "begin":
                    open.Add(line[3], (line[1], line[2]));
                    most = Math.Max(most, open.Count);
                    Assert.True(open.Values.DistinctBy(call => call.Run).Count() <= Total, "More runs go on than may.");
                    Assert.True(open.Values.Count(call => call.Tenant == line[1]) <= PerTenant, $"More runs of '{line[1]}' go on than may.");
                    break;
                default:
                    open.Remove(line[3]);
                    ended.Add(line[3]);
                    break;
            }
        }

        // A call that was cut off is made again; one whose end came too late to be remembered may be, with the same key.
        Assert.Empty(open);
        Assert.Equal(runs, ended.Distinct().Count());
        Assert.InRange(ended.Count, runs, runs + Total);
        log.WriteLine($"{most} calls at the same time at most, {cut} cut off by the kill, {ended.Count} of {runs} made");
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

    private AppProcess Start() => AppProcess.Start(
        folder.Path,
        "KillableHost.dll",
        $"--Pack={folder.File("pack")}",
        $"--Models:Table={folder.File("pack/models.yaml")}",
        $"--Admission:Total={Total}",
        $"--Admission:PerTenant={PerTenant}");

    private async Task WriteAgentsAsync()
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", "models: [{name: scripted, provider: simulated, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 11}]"),
            ("agents/worker.yaml", "name: worker\nmodel: scripted\ninstructions: Work.\nmode: react\ntools: [work]\n"),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Encoding.UTF8, TestContext.Current.CancellationToken);
        }
    }
}
