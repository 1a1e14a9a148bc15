using System.Globalization;
using System.Text;
using AgentFunctions.Tests.Telemetry;

namespace EndToEnd.Tests;

/// <summary>What a collector sees of a run whose host is killed (SIGKILL), goes on in another process, and is rolled back there.</summary>
public sealed class KilledTraceTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_run_that_is_killed_in_the_middle_is_one_trace_with_one_span_and_its_rollback_a_second_one_that_is_linked_to_it()
    {
        await WriteAgentsAsync();
        await using var collector = await Collector.StartAsync();
        string[] settings = [.. collector.Settings[..2], $"--Pack={folder.File("pack")}", $"--Models:Table={folder.File("pack/models.yaml")}"];
        using (var first = AppProcess.Start(folder.Path, "KillableHost.dll", [.. settings, "--KillAfter=journal:6"]))
        {
            await first.UntilAsync(first.IsReadyAsync);
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            await AskAsync(first);
            await first.ExitAsync();
        }

        using var second = AppProcess.Start(folder.Path, "KillableHost.dll", settings);
        await second.UntilAsync(second.IsReadyAsync);
        var runId = (string)(await second.GetAsync("runs"))["runs"]!.AsArray().Single()!["runId"]!;
        var killed = await EventsAsync(second, runId);
        await second.UntilAsync(async () => await StandsAsync(second, runId, branch: 0));
        await second.PostAsync($"runs/{runId}/rollback", new { checkpoint = 1, by = "ana", reason = "Once more." });
        await second.UntilAsync(async () => await StandsAsync(second, runId, branch: 1));
        IReadOnlyList<SeenSpan> Spans() => [.. collector.Spans.Where(span => (string?)span["agentfunctions.run.root_id"] == runId)];
        await second.UntilAsync(
            () => Task.FromResult(Spans().Any(span => span.Name == "invoke_agent boss" && Branch(span) == 1) && Spans().Any(span => span.Name == "run.rolledBack")),
            () => string.Join(' ', Spans().Select(span => span.Name)));

        var spans = Spans();
        var runs = spans.Where(span => span.Name.StartsWith("invoke_agent ", StringComparison.Ordinal)).ToList();
        Assert.True(killed < (await EventsAsync(second, runId)), "The kill was not in the middle.");
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal(runs.Count, runs.Select(span => span.SpanId).Distinct().Count());
        var before = Assert.Single(runs, span => span.Name == "invoke_agent boss" && Branch(span) == 0);
        var after = Assert.Single(runs, span => span.Name == "invoke_agent boss" && Branch(span) == 1);
        Assert.Equal(("completed", "completed"), (before["agentfunctions.run.status"], after["agentfunctions.run.status"]));
        Assert.Empty(before.Links);
        Assert.Equal([before.SpanId], after.Links);
        Assert.Equal([(0, 2), (1, 2)], runs.Where(span => span.Name == "invoke_agent clerk").GroupBy(Branch).Select(group => (group.Key, group.Count())).Order());
        foreach (var name in (string[])["rollback.started", "run.rolledBack"])
        {
            Assert.Contains(Assert.Single(spans, span => span.Name == name).ParentId, (string[])[before.SpanId, after.SpanId]);
        }
    }

    private static async Task AskAsync(AppProcess app)
    {
        try
        {
            await app.PostAsync("threads/case/runs", new { agent = "boss", goal = "x" });
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // Killed before it could answer; what it had accepted is on disk.
            Assert.True(app.HasExited || !await app.IsReadyAsync());
        }
    }

    private static async Task<bool> StandsAsync(AppProcess app, string runId, int branch) =>
        await app.GetAsync($"runs/{runId}") is var run && (int)run["branch"]! == branch && (string)run["status"]! == "completed" && run["rollingBackTo"] is null;

    private static async Task<int> EventsAsync(AppProcess app, string runId) => (await app.GetAsync($"runs/{runId}/audit?limit=1000"))["events"]!.AsArray().Count;

    private static int Branch(SeenSpan span) => Convert.ToInt32(span["agentfunctions.run.branch"], CultureInfo.InvariantCulture);

    private async Task WriteAgentsAsync()
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", "models: [{name: scripted, provider: simulated, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 11}]"),
            ("agents/boss.yaml", "name: boss\nmodel: scripted\ninstructions: Work.\nmode: plan\ntools: [book]\nagents: [clerk]\n"),
            ("scripts/boss.yaml",
                """
                agent: boss
                plan: |
                  {"steps":[
                    {"id":"one","kind":"tool","tool":"book","args":{"text":"one"}},
                    {"id":"two","kind":"tool","tool":"book","args":{"text":"two"},"dependsOn":["one"]},
                    {"id":"each","kind":"fanOut","items":["c1","c2"],"agent":"clerk","goal":"x","dependsOn":["two"]}]}
                """),
            ("agents/clerk.yaml", "name: clerk\nmodel: scripted\ninstructions: Work.\nmode: react\n"),
            ("scripts/clerk.yaml", "agent: clerk\nact:\n  - text: Done.\n"),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Encoding.UTF8, TestContext.Current.CancellationToken);
        }
    }
}
