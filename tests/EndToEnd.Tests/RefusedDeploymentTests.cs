using AgentFunctions.Tests.Models.Deployments;

namespace EndToEnd.Tests;

/// <summary>What a provider has asked for is known to the process that comes after one that was killed.</summary>
public sealed class RefusedDeploymentTests
{
    private const int RetryAfter = 15;

    [Fact]
    public async Task A_refusal_holds_after_SIGKILL_and_nobody_calls_before_the_time_that_it_asks_for()
    {
        using var data = new TempFolder();
        await using var provider = await ChatServer.StartAsync();
        provider.Answer = call => call == 1 ? (429, RetryAfter) : (200, null);
        var table = Path.Combine(data.Path, "models.yaml");
        await File.WriteAllTextAsync(
            table,
            $$"""
            models:
              - {name: simulated, provider: simulated, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0}
              - {name: gpt-4.1, provider: simulated, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}
              - name: gpt-4.1-mini
                inputUsdPerMillionTokens: 1
                outputUsdPerMillionTokens: 1
                deployments: [{name: only, provider: openai, endpoint: '{{provider.Url}}'}]
            """,
            TestContext.Current.CancellationToken);

        using (var killed = await AppProcess.StartAsync(data.Path, $"--Models:Table={table}"))
        {
            await killed.PostAsync("threads", new { threadId = "case", tenant = "acme", budgetUsd = 10 });
            await RunAsync(killed);
            await killed.UntilAsync(async () => await RefusalsAsync(killed) == 1);
            await killed.KillAsync();
        }

        using var next = await AppProcess.StartAsync(data.Path, $"--Models:Table={table}");
        Assert.Equal(1, await RefusalsAsync(next));
        await RunAsync(next);
        await next.UntilAsync(() => Task.FromResult(provider.Calls.Count >= 3));

        var calls = provider.Calls.ToList();
        Assert.All(calls.Skip(1), call => Assert.True(call.At >= calls[0].At + TimeSpan.FromSeconds(RetryAfter), $"{call.At} after {calls[0].At}"));
    }

    private static Task RunAsync(AppProcess app) =>
        app.PostAsync("threads/case/runs", new { agent = "contract-reviewer", goal = "x", input = new { path = "input/a.txt" } });

    private static async Task<int> RefusalsAsync(AppProcess app) => (await app.GetAsync("models"))["models"]!.AsArray()
        .SelectMany(model => model!["deployments"]!.AsArray())
        .Where(deployment => (string)deployment!["name"]! == "only")
        .Select(deployment => (int)deployment!["refusals"]!)
        .Single();
}
