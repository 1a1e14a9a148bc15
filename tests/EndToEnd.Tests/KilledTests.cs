using System.Globalization;
using System.Net;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>Schedules, deadlines, shared memory and leases whose process is killed (SIGKILL) and started again.</summary>
public sealed class KilledTests(ITestOutputHelper log) : IDisposable
{
    private const int Many = 15;
    private const int Kills = 3;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_schedule_runs_each_of_its_fire_times_once_those_of_the_downtime_too()
    {
        using (var first = await StartAsync())
        {
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            await first.PutAsync("schedules/tick", new
            {
                threadId = "case",
                agent = "worker",
                goal = "x",
                interval = "PT1S",
                overlap = "queue",
                plan = new { steps = new[] { Step("fired", "memory_append", new { key = "fires", item = 1 }) } },
            });
            await first.UntilAsync(async () => (int)(await first.GetAsync("schedules/tick"))["runCount"]! >= 2);
            await first.KillAsync();
        }

        for (var kill = 1; kill <= Kills; kill++)
        {
            using var next = Start(Chance(kill, 10, 60));
            await next.ExitAsync();
        }

        using var last = await StartAsync();
        await last.UntilAsync(async () => (int)(await last.GetAsync("schedules/tick"))["runCount"]! >= 8);
        await last.PostAsync("schedules/tick/pause", new { by = "ana" });
        await last.UntilAsync(async () =>
        {
            var runs = (await last.GetAsync("schedules/tick"))["runs"]!.AsArray();
            return runs.All(run => (string)run!["status"]! == "completed")
                && runs.Count == (await last.GetAsync("runs?limit=1000"))["runs"]!.AsArray().Count;
        });

        var view = await last.GetAsync("schedules/tick");
        var ran = view["runs"]!.AsArray().Select(run => (string)run!["fireTime"]!).Reverse().ToList();
        var times = ran.Concat(view["pending"]!.AsArray().Select(fire => (string)fire!["at"]!))
            .Select(at => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal((0, ran.Count), ((int)view["missedCount"]!, (int)view["runCount"]!));
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(1), pair.Second - pair.First));
        Assert.Equal(ran.Count, (await last.GetAsync("runs?limit=1000"))["runs"]!.AsArray().Count);
        Assert.Equal(ran.Count, (await last.GetAsync("threads/case/memory/fires"))["value"]!.AsArray().Count);
        log.WriteLine($"{ran.Count} runs, {times.Count - ran.Count} fire times that wait");
    }

    [Fact]
    public async Task A_run_whose_deadline_passes_while_the_process_is_down_expires_with_what_it_has_and_leaves_nothing_running()
    {
        string runId;
        DateTimeOffset deadline;
        using (var first = await StartAsync())
        {
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            var plan = new
            {
                steps = new object[]
                {
                    Step("written", "write_file", new { path = "a.txt", content = "kept" }),
                    new { id = "each", kind = "fanOut", items = new[] { "1", "2", "3" }, agent = "asker", goal = "x", dependsOn = new[] { "written" } },
                },
            };
            deadline = DateTimeOffset.UtcNow.AddSeconds(15);
            runId = (string)(await first.PostAsync("threads/case/runs", new { agent = "worker", goal = "x", plan, deadline })).Body["runId"]!;
            await first.UntilAsync(async () =>
            {
                Assert.True(DateTimeOffset.UtcNow < deadline, "Its children did not begin before its deadline.");
                return (await first.GetAsync("runs?children=true&agent=asker&status=running"))["runs"]!.AsArray().Count == 3;
            });
            await first.KillAsync();
        }

        while (DateTimeOffset.UtcNow <= deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        using var last = await StartAsync();
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{runId}"))["status"]! == "expired");

        var run = await last.GetAsync($"runs/{runId}");
        Assert.StartsWith("The deadline ", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.True((bool)run["result"]!["partial"]!);
        Assert.Equal("written a.txt", $"{run["result"]!["steps"]![0]!["id"]} {run["result"]!["steps"]![0]!["output"]}");
        await last.UntilAsync(async () => (decimal)(await last.GetAsync("threads/case"))["budget"]!["reservedUsd"]! == 0m);
        Assert.Equal(
            ["expired", "expired", "expired"],
            (await last.GetAsync("runs?children=true&agent=asker"))["runs"]!.AsArray().Select(child => (string)child!["status"]!));
        await File.WriteAllTextAsync(folder.File("release"), "", TestContext.Current.CancellationToken);
        var events = (await last.GetAsync($"runs/{runId}/audit?tree=true&limit=1000"))["events"]!.AsArray();
        Assert.DoesNotContain(events, entry => (string)entry!["type"]! == "tool.call" && (string)entry["data"]!["tool"]! == "ask");
        Assert.True((bool)(await last.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
    }

    [Fact]
    public async Task Shared_memory_loses_and_doubles_nothing()
    {
        var plan = new
        {
            steps = Enumerable.Range(1, Many).SelectMany(number => new[]
            {
                Step($"add-{number}", "memory_add", new { key = "count" }),
                Step($"name-{number}", "memory_append", new { key = "names", item = number }),
            }),
        };
        var runId = await KilledAsync(plan, least: 5, most: 60);

        using var last = await StartAsync();
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{runId}"))["status"]! == "completed");

        Assert.Equal(Many, (int)(await last.GetAsync("threads/case/memory/count"))["value"]!);
        Assert.Equal(
            Enumerable.Range(1, Many), (await last.GetAsync("threads/case/memory/names"))["value"]!.AsArray().Select(name => (int)name!).Order());
        Assert.Equal(2 * Many, (int)(await last.GetAsync("threads/case/memory"))["revision"]!);
        var changed = (await last.GetAsync($"runs/{runId}/audit?type=memory.changed&limit=1000"))["events"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, 2 * Many), changed.Select(entry => (int)entry!["data"]!["revision"]!).Order());
    }

    [Fact]
    public async Task What_one_may_use_at_a_time_is_never_used_by_two_and_everyone_gets_it()
    {
        var runId = await KilledAsync(new { steps = Enumerable.Range(1, Many).Select(number => Step($"s{number}", "press", new { text = $"{number}" })) }, 5, 60);

        using var last = await StartAsync();
        await last.UntilAsync(async () => (string)(await last.GetAsync($"runs/{runId}"))["status"]! == "completed");

        var stamps = (await File.ReadAllLinesAsync(folder.File("stamps.txt"), TestContext.Current.CancellationToken)).Select(line => line.Split(' ')).ToList();
        var tokens = stamps.Select(stamp => long.Parse(stamp[0], CultureInfo.InvariantCulture)).ToList();
        Assert.False(File.Exists(folder.File("overlaps.txt")));
        Assert.Equal(tokens.Order(), tokens);
        Assert.Equal(Many, stamps.Select(stamp => stamp[2]).Distinct().Count());

        // A call that was cut off comes back under its token or a later one; no two calls ever had the same.
        Assert.All(stamps.GroupBy(stamp => stamp[0]), ofToken => Assert.Single(ofToken.Select(stamp => stamp[2]).Distinct()));
    }

    /// <summary>Starts a run and kills its process after a few commits, again and again.</summary>
    private async Task<string> KilledAsync(object plan, int least, int most)
    {
        string runId;
        using (var first = await StartAsync())
        {
            await first.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 1 });
            var (status, run) = await first.PostAsync("threads/case/runs", new { agent = "worker", goal = "x", plan });
            Assert.True(status == HttpStatusCode.Accepted, run.ToJsonString());
            runId = (string)run["runId"]!;
            await first.KillAsync();
        }

        for (var kill = 1; kill <= Kills; kill++)
        {
            using var next = Start(Chance(kill, least, most));
            await next.UntilReadyOrExitAsync();
            while (!next.HasExited)
            {
                if (await StatusAsync(next, runId) is "completed")
                {
                    await next.KillAsync();
                }

                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        return runId;
    }

    private static async Task<string?> StatusAsync(AppProcess app, string runId)
    {
        try
        {
            return (string?)(await app.GetAsync($"runs/{runId}"))["status"];
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // Killed while it answered.
            return null;
        }
    }

    private static object Step(string id, string tool, object args) => new { id, kind = "tool", tool, args };

    private string Chance(int kill, int least, int most)
    {
        var after = string.Create(CultureInfo.InvariantCulture, $"engine:{Random.Shared.Next(least, most)}");
        log.WriteLine($"kill {kill} after {after}");
        return after;
    }

    private async Task<AppProcess> StartAsync()
    {
        var app = Start(killAfter: null);
        await app.UntilAsync(app.IsReadyAsync);
        return app;
    }

    private AppProcess Start(string? killAfter)
    {
        WriteAgents();
        return AppProcess.Start(
            folder.Path,
            "KillableHost.dll",
            [$"--Pack={folder.File("pack")}", $"--Models:Table={folder.File("pack/models.yaml")}", .. killAfter is null ? (string[])[] : [$"--KillAfter={killAfter}"]]);
    }

    private void WriteAgents()
    {
        foreach (var (path, content) in new[]
        {
            ("models.yaml", "models: [{name: scripted, provider: simulated, inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 11}]"),
            ("agents/worker.yaml", "name: worker\nmodel: scripted\ninstructions: Work.\nmode: plan\ntools: [memory_add, memory_append, press, write_file]\nagents: [asker]\n"),
            ("scripts/worker.yaml", "agent: worker\nplan: |\n  {\"steps\":[]}\n"),
            ("agents/asker.yaml", "name: asker\nmodel: scripted\ninstructions: Work.\nmode: react\ntools: [ask]\n"),
            ("scripts/asker.yaml",
                """
                agent: asker
                act:
                  - when: turn == 1
                    calls:
                      - {tool: ask, args: '{"text": "x"}'}
                  - text: Done.
                """),
        })
        {
            var file = folder.File($"pack/{path}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content, Encoding.UTF8);
        }
    }
}
