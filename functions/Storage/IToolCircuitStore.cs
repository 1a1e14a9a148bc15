namespace AgentFunctions.Storage;

/// <summary>The circuits of tools that have failed too often: one record per tool, which all processes share and restarts do not forget.</summary>
public interface IToolCircuitStore
{
    /// <summary>The circuit of a tool; <see langword="null"/> where it was never opened.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ToolCircuit?> FindAsync(string tool, CancellationToken cancellationToken);

    /// <summary>The circuits that are not closed, by the tools' names.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ToolCircuit>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a circuit that was changed, unless somebody else has changed it meanwhile.</summary>
    /// <param name="circuit">The circuit; its version is one more than that of the record that was seen, 1 where there was none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it was kept.</returns>
    Task<bool> TryPutAsync(ToolCircuit circuit, CancellationToken cancellationToken);
}

/// <summary>The circuit of a tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="State">Whether it may be called.</param>
/// <param name="Until">UTC time from which one call may probe the tool, however the call that holds the probe now may end.</param>
/// <param name="Version">One more with each change.</param>
public sealed record ToolCircuit(string Tool, ToolCircuitState State, DateTimeOffset Until, long Version);

/// <summary>Whether a tool may be called.</summary>
public enum ToolCircuitState
{
    /// <summary>By everybody.</summary>
    Closed,

    /// <summary>By nobody: it has failed too often in a short time.</summary>
    Open,

    /// <summary>By nobody else: one call finds out whether it is well again.</summary>
    HalfOpen,
}
