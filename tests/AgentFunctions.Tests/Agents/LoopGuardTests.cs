using AgentFunctions.Agents;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Agents;

public sealed class LoopGuardTests
{
    [Property]
    public bool A_loop_in_which_every_turn_is_new_is_never_stopped(byte turns)
    {
        var guard = new LoopGuard(new LoopGuardLimits());
        return Enumerable.Range(0, turns).All(turn => guard.Observe(State($"call {turn}")) is null);
    }

    [Property]
    public bool A_loop_of_few_states_is_always_stopped(byte[] picks)
    {
        var limits = new LoopGuardLimits();
        var guard = new LoopGuard(limits);
        var turns = picks.Select(pick => State($"call {pick % 3}")).Concat(Enumerable.Repeat(State("call 0"), limits.IdleTurns + 1));
        return turns.Any(state => guard.Observe(state) is not null);
    }

    [Property]
    public bool Polling_is_never_stopped(byte turns)
    {
        var guard = new LoopGuard(new LoopGuardLimits());
        return Enumerable.Range(0, turns).All(_ => guard.Observe(State("status of job 7", "running") with { IsPolling = true }) is null);
    }

    [Fact]
    public void The_same_call_with_the_same_result_stops_at_the_third_time() =>
        Assert.Equal([null, null, LoopStop.RepeatedCall], Observe(new LoopGuardLimits(), State("a"), State("a"), State("a")));

    [Fact]
    public void The_same_call_with_other_results_is_progress() =>
        Assert.All(Observe(new LoopGuardLimits(), State("a", "1"), State("a", "2"), State("a", "3"), State("a", "4")), Assert.Null);

    [Theory]
    [InlineData("ababab")]
    [InlineData("abcabcabc")]
    [InlineData("xyababab")]
    public void Going_round_between_the_same_states_stops_at_the_third_round(string turns)
    {
        var stops = Observe(new LoopGuardLimits { IdleTurns = 100 }, [.. turns.Select(turn => State(turn.ToString()))]);
        Assert.Equal(LoopStop.Alternation, stops[^1]);
        Assert.All(stops[..^1], Assert.Null);
    }

    [Fact]
    public void Turns_that_bring_nothing_new_stop_the_loop()
    {
        var stops = Observe(new LoopGuardLimits { IdleTurns = 4 }, [.. "abcdacbd".Select(turn => State(turn.ToString()))]);
        Assert.Equal(LoopStop.NoProgress, stops[^1]);
        Assert.All(stops[..^1], Assert.Null);
    }

    [Fact]
    public void Turns_without_any_call_bring_nothing_new()
    {
        var silent = new LoopState(CallsHash: null, ResultsHash: "", IsPolling: false);
        var stops = Observe(new LoopGuardLimits { IdleTurns = 3, Rounds = 100 }, silent, silent, silent);
        Assert.Equal([null, null, LoopStop.NoProgress], stops);
    }

    private static LoopState State(string call, string result = "same") => new(call, result, IsPolling: false);

    private static LoopStop?[] Observe(LoopGuardLimits limits, params LoopState[] states)
    {
        var guard = new LoopGuard(limits);
        return [.. states.Select(state => guard.Observe(state))];
    }
}
