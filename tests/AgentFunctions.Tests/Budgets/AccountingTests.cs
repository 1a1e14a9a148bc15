using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Whatever happens to runs, three sums are the same: of the calls in their audit logs, of their cost, and of the thread's spending.</summary>
public sealed class AccountingTests
{
    private static TestPack Team() => new TestPack()
        .Planner("boss", "agents: [clerk]\nlimits: {maxParallelChildren: 3}",
            """{"steps":[{"id":"each","kind":"fanOut","items":["1","2","3","4","5"],"agent":"clerk","goal":"x","onFailure":"continue"}]}""")
        .React("clerk", "tools: [look_up, ask]\nlimits: {maxOutputTokens: 60, reserveUsd: 0.001}\nbudget: {wrapUp: true}",
            """
              - when: turn < 4
                calls:
                  - {tool: look_up, args: '{"text": "{{ turn }}"}'}
                  - {tool: ask, args: '{"text": "{{ turn }}"}'}
              - text: done
            """);

    /// <summary>
    /// Models and tools fail at random, some tools at a price that they report themselves, hosts go away and come back, runs and children are cancelled, limits run out and are raised:
    /// when and what is drawn from the seed, and how it falls together is left to chance.
    /// </summary>
    [Property(MaxTest = 4)]
    public async Task The_sums_are_the_same_under_retries_restarts_pauses_and_cancellations(PositiveInt seed)
    {
        using var folder = new TempFolder();
        var chance = new Random(seed.Get);
        var thread = $"case-{seed.Get}";
        var runs = new List<string>();
        for (var host = 0; host < 3; host++)
        {
            await using var app = await StartAsync(folder.Path, seed.Get);
            if (host == 0)
            {
                await app.ThreadAsync(0.004m + (chance.Next(40) / 1000m), thread);
            }

            runs.Add(await app.RunAsync(new { agent = "boss", goal = "x" }, thread));
            for (var move = 0; move < 4; move++)
            {
                await MoveAsync(app, chance, runs, thread);
            }
        }

        await using var last = await StartAsync(folder.Path, seed.Get);
        await last.PostAsync($"threads/{thread}/budget", new { limitUsd = 10m, by = "ana", reason = "x" });
        foreach (var run in runs)
        {
            await last.EndAsync(run);
        }

        await AssertSumsAsync(last, runs, thread);
    }

    private static async Task MoveAsync(RuntimeApp app, Random chance, List<string> runs, string thread)
    {
        var run = await app.GetAsync($"runs/{runs[chance.Next(runs.Count)]}");
        var children = run["children"]!["items"]!.AsArray();
        switch (chance.Next(5))
        {
            case 0:
                await app.PostAsync($"threads/{thread}/budget", new { limitUsd = chance.Next(5, 80) / 1000m, by = "ana", reason = "x" });
                break;
            case 1 when children.Count > 0:
                await app.PostAsync($"runs/{children[chance.Next(children.Count)]!["runId"]}/cancel");
                break;
            case 2 when chance.Next(3) == 0:
                await app.PostAsync($"runs/{run["runId"]}/cancel");
                break;
            default:
                // Until something more has happened, or until nothing can.
                var seen = run["usage"]!.ToJsonString();
                await app.RunWhenAsync((string)run["runId"]!, now =>
                    now["usage"]!.ToJsonString() != seen || (string?)now["status"] is not ("queued" or "planning" or "running"));
                break;
        }
    }

    private static async Task AssertSumsAsync(RuntimeApp app, List<string> runs, string thread)
    {
        var sum = 0m;
        foreach (var runId in runs)
        {
            // A call that was on its way when its run was cancelled may still come; then both sums have it.
            var (inLog, ofRun) = (0m, 0m);
            await RuntimeApp.UntilAsync(async () =>
            {
                var events = await app.AllAsync($"runs/{runId}/audit?tree=true&limit=1000", "events");
                inLog = events.Where(entry => (string)entry["type"]! is "model.call" or "tool.call" or "tool.attempt.failed").Sum(entry => (decimal?)entry["costUsd"] ?? 0m);
                ofRun = (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]!;
                return inLog == ofRun;
            });
            sum += ofRun;
        }

        var view = await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0m && (decimal)view["budget"]!["spentUsd"]! == sum);
        var total = RunUsageOf(await Task.WhenAll(runs.Select(run => app.GetAsync($"runs/{run}"))));
        var spent = view["budget"]!["spent"]!;
        Assert.Equal(total, ((long)spent["tokens"]!, (int)spent["modelCalls"]!, (int)spent["toolCalls"]!, (int)spent["steps"]!));
    }

    private static (long Tokens, int ModelCalls, int ToolCalls, int Steps) RunUsageOf(IEnumerable<JsonObject> runs)
    {
        var usages = runs.Select(run => run["usage"]!).ToList();
        return (
            usages.Sum(usage => (long)usage["inputTokens"]! + (long)usage["outputTokens"]!),
            usages.Sum(usage => (int)usage["modelCalls"]!),
            usages.Sum(usage => (int)usage["toolCalls"]!),
            usages.Sum(usage => (int)usage["steps"]!));
    }

    private static async Task<RuntimeApp> StartAsync(string data, int seed)
    {
        var app = await RuntimeApp.StartAsync(
            Team(), data, "--Models:Simulated:LatencyMs=10", "--Models:Simulated:ErrorRate=0.1", $"--Models:Simulated:Seed={seed}");
        app.Tools.Answers(call =>
        {
            var draw = Math.Abs(call.Context.IdempotencyKey.Aggregate(call.Context.Attempt, (hash, letter) => unchecked((hash * 31) + letter)) % 1000);
            if (draw % 3 == 0)
            {
                call.Context.ReportCost(draw / 1_000_000m);
            }

            return draw % 5 == 0 ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.") : JsonValue.Create(call.Text);
        });
        return app;
    }
}
