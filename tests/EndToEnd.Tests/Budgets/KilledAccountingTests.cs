using System.Text;

namespace EndToEnd.Tests.Budgets;

/// <summary>Runs whose process is killed (SIGKILL) after random commits, of the journal or of the engine, and started again each time.</summary>
public sealed class KilledAccountingTests(ITestOutputHelper log) : IDisposable
{
    private const int Kills = 3;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_calls_in_the_log_the_runs_and_the_thread_have_the_same_sums_and_nothing_is_bought_twice(int seed)
    {
        await WriteAgentsAsync();
        var chance = new Random(seed);
        string done, canceled;
        using (var first = Start(killAfter: null))
        {
            await first.UntilAsync(first.IsReadyAsync);
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 0.02 });
            done = await RunAsync(first);
            canceled = await RunAsync(first);
            await first.KillAsync();
        }

        for (var kill = 1; kill <= Kills; kill++)
        {
            var killAfter = chance.Next(2) == 0 ? $"journal:{chance.Next(2, 12)}" : $"engine:{chance.Next(5, 40)}";
            using var next = Start(killAfter);
            await DieAsync(next, kill == Kills ? canceled : null);
            log.WriteLine($"seed {seed}: killed after {killAfter}");
        }

        using var last = Start(killAfter: null);
        await last.UntilAsync(last.IsReadyAsync);
        await last.PostAsync("threads/case/budget", new { limitUsd = 10, by = "ana", reason = "x" });
        await last.PostAsync($"runs/{canceled}/cancel", new { by = "ana", reason = "x" });
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{done}"))["status"]! == "completed"
            && (string)(await last.GetAsync($"runs/{canceled}"))["status"]! is "canceled" or "completed");

        await AssertSumsAsync(last, [done, canceled]);
        var effects = await File.ReadAllLinesAsync(folder.File("effects.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(effects.Distinct().Count(), effects.Length);
        Assert.True((bool)(await last.GetAsync($"runs/{done}/audit/verify?tree=true"))["verified"]!);
    }

    private static async Task AssertSumsAsync(AppProcess app, IReadOnlyList<string> runs)
    {
        // A call that was on its way when its run was canceled may still come; then all three sums have it.
        var (inLog, ofRuns, ofThread) = (-1m, -1m, -1m);
        await app.UntilAsync(async () =>
        {
            (inLog, ofRuns) = (0m, 0m);
            foreach (var runId in runs)
            {
                inLog += (await app.GetAsync($"runs/{runId}/audit?tree=true&limit=1000"))["events"]!.AsArray()
                    .Where(entry => (string)entry!["type"]! is "model.call" or "tool.call" or "tool.attempt.failed")
                    .Sum(entry => (decimal?)entry!["costUsd"] ?? 0m);
                ofRuns += (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]!;
            }

            var budget = (await app.GetAsync("threads/case"))["budget"]!;
            ofThread = (decimal)budget["reservedUsd"]! == 0m ? (decimal)budget["spentUsd"]! : -1m;
            return inLog == ofRuns && ofRuns == ofThread;
        });
        Assert.InRange(inLog, 9 * 0.0011m, 1m);
    }

    private static async Task<string> RunAsync(AppProcess app) =>
        (string)(await app.PostAsync("threads/case/runs", new { agent = "boss", goal = "x" })).Body["runId"]!;

    /// <summary>
    /// Waits until the process has killed itself. Where nothing is left to do, or all that is left waits for budget, nothing is committed
    /// any more: then the test kills it.
    /// </summary>
    private static async Task DieAsync(AppProcess app, string? toCancel)
    {
        try
        {
            await app.UntilReadyOrExitAsync();
            if (toCancel is not null)
            {
                await app.PostAsync($"runs/{toCancel}/cancel", new { by = "ana", reason = "x" });
            }

            for (var limit = 0.03m; !app.HasExited; limit += 0.01m)
            {
                var runs = (await app.GetAsync("runs"))["runs"]!.AsArray();
                if (runs.All(run => (string)run!["status"]! is "completed" or "canceled"))
                {
                    await app.KillAsync();
                }
                else if (runs.Any(run => (string)run!["status"]! == "paused"))
                {
                    await app.PostAsync("threads/case/budget", new { limitUsd = limit, by = "ana", reason = "x" });
                }

                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // Killed while it answered.
            await app.ExitAsync();
        }
    }

    private AppProcess Start(string? killAfter) => AppProcess.Start(
        folder.Path,
        "KillableHost.dll",
        [$"--Pack={folder.File("pack")}", $"--Models:Table={folder.File("pack/models.yaml")}", .. killAfter is null ? (string[])[] : [$"--KillAfter={killAfter}"]]);

    private async Task WriteAgentsAsync()
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", "models: [{name: scripted, provider: simulated, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 11}]"),
            ("agents/boss.yaml", "name: boss\nmodel: scripted\ninstructions: Work.\nmode: plan\ntools: [buy]\nagents: [clerk]\n"),
            ("scripts/boss.yaml",
                """
                agent: boss
                plan: |
                  {"steps":[
                    {"id":"own","kind":"tool","tool":"buy","args":{"text":"cheap own busy"}},
                    {"id":"each","kind":"fanOut","items":["a","b busy"],"agent":"clerk","goal":"x"},
                    {"id":"late","kind":"tool","tool":"buy","args":{"text":"late"},"dependsOn":["own","each"]}]}
                """),
            ("agents/clerk.yaml", "name: clerk\nmodel: scripted\ninstructions: Work.\nmode: react\ntools: [buy]\nlimits: {maxOutputTokens: 60, reserveUsd: 0.001}\n"),
            ("scripts/clerk.yaml",
                """
                agent: clerk
                act:
                  - when: turn < 3
                    calls:
                      - {tool: buy, args: '{"text": "cheap {{ turn }} {{ input }}"}'}
                      - {tool: buy, args: '{"text": "{{ turn }} {{ input }}"}'}
                  - text: Done.
                """),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, Encoding.UTF8, TestContext.Current.CancellationToken);
        }
    }
}
