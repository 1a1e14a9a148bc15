namespace AgentFunctions.Tests.Runs;

/// <summary>A provider that asks to be called later.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task A_run_waits_as_long_as_the_provider_asks_for_and_more_often_than_it_would_try_again_after_errors()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:RateLimitRate=0.75", "--Models:Simulated:Seed=1");

        foreach (var goal in new[] { "one", "two", "three", "four" })
        {
            var runId = await app.RunAsync(new { agent = "clerk", goal }, idempotencyKey: goal);
            var run = await app.EndAsync(runId);

            Assert.Equal("completed", (string)run["status"]!);
            Assert.All(
                await app.EventsAsync(runId, "model.attempt.failed"),
                failed => Assert.StartsWith("rateLimited", (string)failed["reason"]!, StringComparison.Ordinal));
            Assert.Equal(1, (int)run["usage"]!["modelCalls"]!);
        }
    }

    [Fact]
    public async Task A_provider_that_never_answers_fails_the_run_with_that_reason()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:RateLimitRate=1");

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("rateLimited", (string)run["reason"]!, StringComparison.Ordinal);
    }
}
