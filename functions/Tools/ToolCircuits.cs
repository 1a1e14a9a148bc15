using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;

namespace AgentFunctions.Tools;

/// <summary>
/// One circuit breaker per tool, shared by all runs of this process: a tool that keeps failing is left alone for a while, so that
/// a spike of runs does not keep it down, and its callers learn at once that it is down.
/// </summary>
/// <param name="settings">When a circuit opens and for how long.</param>
/// <param name="time">The clock.</param>
internal sealed class ToolCircuits(ToolCircuitSettings settings, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline<ToolResult>> circuits = new(StringComparer.Ordinal);

    /// <summary>Makes a call unless the tool's circuit is open; then it fails at once, and is not worth another attempt for now.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ToolResult> CallAsync(
        string tool, int attempt, Func<CancellationToken, Task<ToolResult>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await circuits.GetOrAdd(tool, Create).ExecuteAsync(
                async (work, token) => await work(token), call, cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            var failed = ToolResult.Failed(
                ToolFailureKind.Unavailable, $"The circuit of '{tool}' is open: it has failed too often in a short time.", attempt);
            return failed with { Failure = failed.Failure! with { IsFinal = true } };
        }
    }

    /// <summary>Only what says that the tool is unwell counts; an unreadable document or a wrong argument does not.</summary>
    private static bool IsUnwell(ToolResult result) => result.Failure is { } failure && ToolFailureException.IsTransient(failure.Kind);

    private ResiliencePipeline<ToolResult> Create(string tool) => new ResiliencePipelineBuilder<ToolResult> { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ToolResult>
        {
            FailureRatio = settings.FailureRatio,
            MinimumThroughput = settings.MinimumCalls,
            SamplingDuration = settings.Sampling,
            BreakDuration = settings.Break,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } result && IsUnwell(result)),
        })
        .Build();
}

/// <summary>When the circuit of a tool opens.</summary>
/// <param name="FailureRatio">The part of its calls that fail, 0 to 1. Setting <c>Tools:Circuit:FailureRatio</c>, default 0.9.</param>
/// <param name="MinimumCalls">Calls before it is judged. Setting <c>Tools:Circuit:MinimumCalls</c>, default 20.</param>
/// <param name="Sampling">How far back it is judged. Setting <c>Tools:Circuit:SamplingSeconds</c>, default 30.</param>
/// <param name="Break">How long it stays open before one call probes it. Setting <c>Tools:Circuit:BreakSeconds</c>, default 15.</param>
internal sealed record ToolCircuitSettings(double FailureRatio, int MinimumCalls, TimeSpan Sampling, TimeSpan Break)
{
    /// <summary>The defaults.</summary>
    public static ToolCircuitSettings Default { get; } = new(0.9, 20, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
}
