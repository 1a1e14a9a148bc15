using AgentFunctions.Tools;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Tools;

public sealed class ToolFaultTests
{
    [Property]
    public bool The_same_call_meets_the_same_fault_at_every_attempt(int seed, Guid key, byte attempt)
    {
        var first = new ToolFaults(Rates(0.5), seed).Hits("add", Catalog.Context(key.ToString()));
        return first == new ToolFaults(Rates(0.5), seed).Hits("add", Catalog.Context(key.ToString(), attempt: attempt));
    }

    [Property]
    public bool A_higher_rate_keeps_every_fault_of_a_lower_one(int seed, Guid key, byte low, byte high)
    {
        var (less, more) = (Math.Min(low, high) / 255.0, Math.Max(low, high) / 255.0);
        var context = Catalog.Context(key.ToString());
        return !new ToolFaults(Rates(less), seed).Hits("add", context) || new ToolFaults(Rates(more), seed).Hits("add", context);
    }

    [Property]
    public bool Rate_0_never_fails_and_rate_1_always_does(int seed, Guid key)
    {
        var context = Catalog.Context(key.ToString());
        return !new ToolFaults(Rates(0), seed).Hits("add", context) && new ToolFaults(Rates(1), seed).Hits("add", context);
    }

    [Fact]
    public void Calls_fail_at_the_rate_and_other_keys_and_runs_draw_anew()
    {
        var faults = new ToolFaults(Rates(0.3), seed: 7);
        var byKey = Enumerable.Range(0, 10_000).Count(index => faults.Hits("add", Catalog.Context($"key-{index}")));
        var byRun = Enumerable.Range(0, 10_000).Count(index => faults.Hits("add", Catalog.Context(run: $"run-{index}")));
        Assert.InRange(byKey, 2_800, 3_200);
        Assert.InRange(byRun, 2_800, 3_200);
    }

    [Property]
    public bool The_same_call_of_another_run_of_the_same_plan_meets_the_same_fault(int seed, Guid one, Guid other, byte child)
    {
        var faults = new ToolFaults(Rates(0.5), seed);
        return Hits(one) == Hits(other);

        bool Hits(Guid root) => faults.Hits("add", Catalog.Context($"run-{root:N}-s1c{child:d3}/agent/t2/c0", $"run-{root:N}-s1c{child:d3}"));
    }

    [Fact]
    public async Task A_faulty_call_is_unavailable_and_says_that_it_is_simulated()
    {
        var tools = Catalog.Of<SampleTools>(("Tools:Faults:add", "1"));
        var result = await tools.InvokeAsync("add", new() { ["left"] = 1 }, Catalog.Context(attempt: 2), CancellationToken.None);
        Assert.Equal(new(ToolFailureKind.Unavailable, "simulated fault", 2), result.Failure);
        Assert.Equal(ToolStatus.Ok, (await tools.InvokeAsync("nothing", [], Catalog.Context(), CancellationToken.None)).Status);
    }

    private static Dictionary<string, double> Rates(double rate) => new(StringComparer.Ordinal) { ["add"] = rate };
}
