using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Tools;

/// <summary>No circuit ever opens.</summary>
internal sealed class NoCircuits : IToolCircuitStore
{
    public Task<ToolCircuit?> FindAsync(string tool, CancellationToken cancellationToken) => Task.FromResult<ToolCircuit?>(null);

    public Task<IReadOnlyList<ToolCircuit>> ListOpenAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ToolCircuit>>([]);

    public Task<bool> TryPutAsync(ToolCircuit circuit, CancellationToken cancellationToken) => Task.FromResult(false);
}
