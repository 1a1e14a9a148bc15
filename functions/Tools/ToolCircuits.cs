using System.Collections.Concurrent;
using AgentFunctions.Storage;
using Polly.CircuitBreaker;

namespace AgentFunctions.Tools;

/// <summary>
/// One circuit breaker per tool over all runs: a tool that keeps failing is left alone for a while, so that a spike of runs does not
/// keep it down, and its callers learn at once that it is down. Each process judges the calls that it makes itself; what one of them
/// opens is open for all, also after a restart, until one call of one of them has found the tool well again.
/// </summary>
/// <param name="settings">When a circuit opens and for how long.</param>
/// <param name="store">What all processes share.</param>
/// <param name="time">The clock.</param>
internal sealed class ToolCircuits(ToolCircuitSettings settings, IToolCircuitStore store, TimeProvider time)
{
    /// <summary>How much longer than its call a probe is waited for before another one may be made: its process may have died.</summary>
    private static readonly TimeSpan ProbeGrace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ToolBreaker> breakers = new(StringComparer.Ordinal);

    /// <summary>Makes a call unless the tool's circuit is open; then it fails at once, and is not worth another attempt for now.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="longest">Longest that the call may take.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ToolResult> CallAsync(
        string tool, int attempt, TimeSpan longest, Func<CancellationToken, Task<ToolResult>> call, CancellationToken cancellationToken)
    {
        var circuit = await store.FindAsync(tool, cancellationToken);
        if (circuit is null or { State: ToolCircuitState.Closed })
        {
            return await CallClosedAsync(tool, attempt, call, cancellationToken);
        }

        var now = time.GetUtcNow();
        var probe = Next(circuit, ToolCircuitState.HalfOpen, now + longest + ProbeGrace);
        return now >= circuit.Until && await store.TryPutAsync(probe, cancellationToken)
            ? await ProbeAsync(probe, call, cancellationToken)
            : IsOpen(tool, attempt);
    }

    private async Task<ToolResult> CallClosedAsync(
        string tool, int attempt, Func<CancellationToken, Task<ToolResult>> call, CancellationToken cancellationToken)
    {
        var breaker = breakers.GetOrAdd(tool, _ => new ToolBreaker(settings, time));
        try
        {
            var result = await breaker.CallAsync(call, cancellationToken);
            if (breaker.IsOpen)
            {
                await OpenAsync(tool, cancellationToken);
                await breaker.ResetAsync();
            }

            return result;
        }
        catch (BrokenCircuitException)
        {
            return IsOpen(tool, attempt);
        }
    }

    /// <summary>Opens the circuit for all. Where somebody else has changed it meanwhile, that counts.</summary>
    private async Task OpenAsync(string tool, CancellationToken cancellationToken)
    {
        var seen = await store.FindAsync(tool, cancellationToken) ?? new ToolCircuit(tool, ToolCircuitState.Closed, DateTimeOffset.MinValue, 0);
        if (seen.State == ToolCircuitState.Closed)
        {
            await store.TryPutAsync(Next(seen, ToolCircuitState.Open, time.GetUtcNow() + settings.Break), cancellationToken);
        }
    }

    private async Task<ToolResult> ProbeAsync(
        ToolCircuit probe, Func<CancellationToken, Task<ToolResult>> call, CancellationToken cancellationToken)
    {
        // A probe that was cancelled has found nothing out: the next call is one.
        var found = Next(probe, ToolCircuitState.Open, time.GetUtcNow());
        try
        {
            var result = await call(cancellationToken);
            found = ToolBreaker.IsUnwell(result)
                ? found with { Until = time.GetUtcNow() + settings.Break }
                : found with { State = ToolCircuitState.Closed };
            return result;
        }
        finally
        {
            await store.TryPutAsync(found, CancellationToken.None);
        }
    }

    private static ToolCircuit Next(ToolCircuit circuit, ToolCircuitState state, DateTimeOffset until) =>
        circuit with { State = state, Until = until, Version = circuit.Version + 1 };

    private static ToolResult IsOpen(string tool, int attempt)
    {
        var failed = ToolResult.Failed(
            ToolFailureKind.Unavailable, $"The circuit of '{tool}' is open: it has failed too often in a short time.", attempt);
        return failed with { Failure = failed.Failure! with { IsFinal = true } };
    }
}
