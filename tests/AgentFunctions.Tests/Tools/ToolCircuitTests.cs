using AgentFunctions.Tools;

namespace AgentFunctions.Tests.Tools;

public sealed class ToolCircuitTests
{
    private static readonly ToolCircuitSettings Settings = new(0.5, MinimumCalls: 4, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));

    private readonly Clock clock = new();
    private int calls;

    [Fact]
    public async Task A_tool_that_keeps_failing_is_left_alone_and_its_callers_learn_it_at_once()
    {
        var circuits = await OpenAsync();

        var result = await CallAsync(circuits, Failing(ToolFailureKind.Timeout));

        Assert.Equal(4, calls);
        Assert.Equal(ToolFailureKind.Unavailable, result.Failure!.Kind);
        Assert.True(result.Failure.IsFinal);
        Assert.Contains("circuit", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_call_probes_the_tool_after_the_break_and_closes_the_circuit_when_it_is_well()
    {
        var circuits = await OpenAsync();
        clock.Now += TimeSpan.FromSeconds(16);

        Assert.Equal(ToolStatus.Ok, (await CallAsync(circuits, ToolResult.Ok(1))).Status);
        Assert.Equal(ToolStatus.Ok, (await CallAsync(circuits, ToolResult.Ok(2))).Status);
    }

    [Fact]
    public async Task A_probe_that_fails_opens_the_circuit_again()
    {
        var circuits = await OpenAsync();
        clock.Now += TimeSpan.FromSeconds(16);

        Assert.False((await CallAsync(circuits, Failing(ToolFailureKind.Unavailable))).Failure!.IsFinal);
        Assert.True((await CallAsync(circuits, ToolResult.Ok(1))).Failure!.IsFinal);
    }

    [Fact]
    public async Task Failures_that_are_not_the_tools_fault_never_open_it()
    {
        var circuits = new ToolCircuits(Settings, clock);
        for (var call = 0; call < 20; call++)
        {
            Assert.False((await CallAsync(circuits, Failing(ToolFailureKind.Unreadable))).Failure!.IsFinal);
        }
    }

    [Fact]
    public async Task Other_tools_are_not_concerned()
    {
        var circuits = await OpenAsync();

        Assert.Equal(ToolStatus.Ok, (await CallAsync(circuits, ToolResult.Ok(1), tool: "other")).Status);
    }

    private static ToolResult Failing(ToolFailureKind kind) => ToolResult.Failed(kind, "It is unwell.");

    private async Task<ToolCircuits> OpenAsync()
    {
        var circuits = new ToolCircuits(Settings, clock);
        for (var call = 0; call < Settings.MinimumCalls; call++)
        {
            await CallAsync(circuits, Failing(ToolFailureKind.Error));
        }

        return circuits;
    }

    private Task<ToolResult> CallAsync(ToolCircuits circuits, ToolResult result, string tool = "look_up") => circuits.CallAsync(
        tool,
        attempt: 1,
        _ =>
        {
            calls++;
            return Task.FromResult(result);
        },
        TestContext.Current.CancellationToken);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
