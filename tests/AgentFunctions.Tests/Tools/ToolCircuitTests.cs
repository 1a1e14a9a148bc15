using AgentFunctions.Tests.Storage;
using AgentFunctions.Tools;

namespace AgentFunctions.Tests.Tools;

public sealed class ToolCircuitTests : IAsyncDisposable
{
    private static readonly ToolCircuitSettings Settings = new(0.5, MinimumCalls: 4, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Clock clock = new();
    private readonly Stores stores = new();
    private int calls;

    public ValueTask DisposeAsync() => stores.DisposeAsync();

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
    public async Task Another_process_and_one_that_was_started_again_leave_it_alone_without_a_call_of_their_own()
    {
        await OpenAsync();
        var other = NewProcess();

        var result = await CallAsync(other, ToolResult.Ok(1));

        Assert.True(result.Failure!.IsFinal);
        Assert.Equal(4, calls);
        Assert.Equal(clock.Now + Settings.Break, Assert.Single(await stores.Circuits.ListOpenAsync(TestContext.Current.CancellationToken)).Until);
    }

    [Fact]
    public async Task One_call_probes_the_tool_after_the_break_and_closes_the_circuit_for_all_when_it_is_well()
    {
        var circuits = await OpenAsync();
        var other = NewProcess();
        clock.Now += TimeSpan.FromSeconds(16);

        Assert.Equal(ToolStatus.Ok, (await CallAsync(other, ToolResult.Ok(1))).Status);
        Assert.Equal(ToolStatus.Ok, (await CallAsync(circuits, ToolResult.Ok(2))).Status);
        Assert.Empty(await stores.Circuits.ListOpenAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task While_one_call_probes_it_every_other_one_of_all_processes_fails_at_once()
    {
        var circuits = await OpenAsync();
        var other = NewProcess();
        clock.Now += TimeSpan.FromSeconds(16);
        var answer = new TaskCompletionSource<ToolResult>();
        var probe = circuits.CallAsync("look_up", 1, Longest, _ => answer.Task, TestContext.Current.CancellationToken);

        Assert.True((await CallAsync(circuits, ToolResult.Ok(1))).Failure!.IsFinal);
        Assert.True((await CallAsync(other, ToolResult.Ok(1))).Failure!.IsFinal);

        answer.SetResult(ToolResult.Ok(1));
        Assert.Equal(ToolStatus.Ok, (await probe).Status);
        Assert.Equal(ToolStatus.Ok, (await CallAsync(other, ToolResult.Ok(1))).Status);
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
    public async Task A_probe_whose_process_died_is_made_again_when_it_would_have_ended()
    {
        var dying = await OpenAsync();
        clock.Now += TimeSpan.FromSeconds(16);
        _ = dying.CallAsync("look_up", 1, Longest, _ => new TaskCompletionSource<ToolResult>().Task, TestContext.Current.CancellationToken);
        var next = NewProcess();
        Assert.True((await CallAsync(next, ToolResult.Ok(1))).Failure!.IsFinal);

        clock.Now += Longest + TimeSpan.FromSeconds(6);

        Assert.Equal(ToolStatus.Ok, (await CallAsync(next, ToolResult.Ok(1))).Status);
    }

    [Fact]
    public async Task A_probe_that_was_cancelled_leaves_it_to_the_next_call()
    {
        var circuits = await OpenAsync();
        clock.Now += TimeSpan.FromSeconds(16);

        await Assert.ThrowsAsync<OperationCanceledException>(() => circuits.CallAsync(
            "look_up", 1, Longest, _ => throw new OperationCanceledException(), TestContext.Current.CancellationToken));

        Assert.Equal(ToolStatus.Ok, (await CallAsync(circuits, ToolResult.Ok(1))).Status);
    }

    [Fact]
    public async Task Failures_that_are_not_the_tools_fault_never_open_it()
    {
        var circuits = NewProcess();
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

    private ToolCircuits NewProcess() => new(Settings, stores.Circuits, clock);

    private async Task<ToolCircuits> OpenAsync()
    {
        var circuits = NewProcess();
        for (var call = 0; call < Settings.MinimumCalls; call++)
        {
            await CallAsync(circuits, Failing(ToolFailureKind.Error));
        }

        return circuits;
    }

    private Task<ToolResult> CallAsync(ToolCircuits circuits, ToolResult result, string tool = "look_up") => circuits.CallAsync(
        tool,
        attempt: 1,
        Longest,
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
