using AgentFunctions.Models.Simulated;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Models;

public sealed class SimulationTests
{
    private const string Script = "agent: tester\nplan: '{\"steps\": []}'\nact: [{calls: [{tool: read, args: '{\"a\": 1}'}]}]";

    [Property]
    public bool The_same_call_and_attempt_always_draw_the_same(int seed, Guid key, byte attempt)
    {
        var simulation = new Simulation(Seed: seed);
        return simulation.Hits("error", 0.5, key.ToString(), attempt) == new Simulation(Seed: seed).Hits("error", 0.5, key.ToString(), attempt);
    }

    [Fact]
    public void Attempts_calls_seeds_and_kinds_draw_independently_at_the_rate()
    {
        var simulation = new Simulation();
        Assert.InRange(Enumerable.Range(1, 10_000).Count(attempt => simulation.Hits("error", 0.2, "key", attempt)), 1_850, 2_150);
        Assert.InRange(Enumerable.Range(1, 10_000).Count(key => simulation.Hits("error", 0.2, $"key-{key}", 1)), 1_850, 2_150);
        Assert.InRange(Enumerable.Range(1, 10_000).Count(seed => new Simulation(Seed: seed).Hits("error", 0.2, "key", 1)), 1_850, 2_150);
        Assert.InRange(Enumerable.Range(1, 10_000).Count(kind => simulation.Hits($"kind-{kind}", 0.2, "key", 1)), 1_850, 2_150);
    }

    [Fact]
    public async Task A_retry_of_a_failed_call_can_succeed_and_a_replay_fails_again()
    {
        using var model = new Simulated(Script) { Simulation = new(ErrorRate: 0.5) };
        var first = await Outcomes();
        Assert.Contains(true, first);
        Assert.Contains(false, first);
        Assert.Equal(first, await Outcomes());

        async Task<List<bool>> Outcomes()
        {
            var outcomes = new List<bool>();
            for (var attempt = 1; attempt <= 20; attempt++)
            {
                outcomes.Add(await Record.ExceptionAsync(
                    () => model.AskAsync(Simulated.Options("plan", attempt: attempt), Simulated.User("{}"))) is null);
            }

            return outcomes;
        }
    }

    [Fact]
    public async Task A_server_error_is_unavailable()
    {
        using var model = new Simulated(Script) { Simulation = new(ErrorRate: 1) };
        var error = await Assert.ThrowsAsync<SimulatedModelException>(() => model.AskAsync(Simulated.Options(), Simulated.User("{}")));
        Assert.Equal(("unavailable", true), (error.Failure.Kind, error.Failure.IsTransient));
    }

    [Fact]
    public async Task A_rate_limit_says_how_long_to_wait()
    {
        using var model = new Simulated(Script) { Simulation = new(RateLimitRate: 1) };
        var error = await Assert.ThrowsAsync<SimulatedModelException>(() => model.AskAsync(Simulated.Options(), Simulated.User("{}")));
        Assert.Equal(new("rateLimited", error.Message, IsTransient: true, TimeSpan.FromSeconds(1)), error.Failure);
    }

    [Fact]
    public async Task Bad_JSON_is_a_text_cut_in_the_middle_and_tool_calls_stay_whole()
    {
        using var model = new Simulated(Script) { Simulation = new(BadJsonRate: 1) };
        Assert.Equal("""{"step""", (await model.AskAsync(Simulated.Options("plan"), Simulated.User("{}"))).Text);
        Assert.NotEmpty((await model.AskAsync(Simulated.Options(), Simulated.User("{}"))).Messages.Single().Contents);
    }

    [Fact]
    public async Task A_script_changes_the_configured_simulation_for_its_agent()
    {
        using var model = new Simulated($"simulated: {{errorRate: 0}}\n{Script}") { Simulation = new(ErrorRate: 1) };
        Assert.NotNull(await model.AskAsync(Simulated.Options("plan"), Simulated.User("{}")));
    }

    [Fact]
    public async Task Latency_ends_when_the_caller_gives_up()
    {
        using var model = new Simulated(Script) { Simulation = new(LatencyMs: 600_000) };
        using var cancel = new CancellationTokenSource();
        var call = model.Client().GetResponseAsync([Simulated.User("{}")], Simulated.Options(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
