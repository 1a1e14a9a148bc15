using Polly;
using Polly.CircuitBreaker;

namespace AgentFunctions.Tools;

/// <summary>Judges the calls of one tool that this process makes.</summary>
internal sealed class ToolBreaker
{
    private readonly CircuitBreakerStateProvider state = new();
    private readonly CircuitBreakerManualControl control = new();
    private readonly ResiliencePipeline<ToolResult> pipeline;

    /// <summary>A breaker that has seen no call.</summary>
    /// <param name="settings">When it opens.</param>
    /// <param name="time">The clock.</param>
    public ToolBreaker(ToolCircuitSettings settings, TimeProvider time) =>
        pipeline = new ResiliencePipelineBuilder<ToolResult> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ToolResult>
            {
                FailureRatio = settings.FailureRatio,
                MinimumThroughput = settings.MinimumCalls,
                SamplingDuration = settings.Sampling,
                BreakDuration = settings.Break,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } result && IsUnwell(result)),
                StateProvider = state,
                ManualControl = control,
            })
            .Build();

    /// <summary>Whether the calls say that the tool is to be left alone.</summary>
    public bool IsOpen => state.CircuitState == CircuitState.Open;

    /// <summary>Only what says that the tool is unwell counts; an unreadable document or a wrong argument does not.</summary>
    /// <param name="result">How a call ended.</param>
    public static bool IsUnwell(ToolResult result) => result.Failure is { } failure && ToolFailureException.IsTransient(failure.Kind);

    /// <summary>Makes a call.</summary>
    /// <param name="call">Makes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BrokenCircuitException">It is open.</exception>
    public async Task<ToolResult> CallAsync(Func<CancellationToken, Task<ToolResult>> call, CancellationToken cancellationToken) =>
        await pipeline.ExecuteAsync(async (work, token) => await work(token), call, cancellationToken);

    /// <summary>Begins anew: what it has found is on record for all, and the record counts from here on.</summary>
    public Task ResetAsync() => control.CloseAsync(CancellationToken.None);
}
