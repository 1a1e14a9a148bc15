using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableToolCircuitStore(SharedRecords records) : IToolCircuitStore
{
    private const string Kind = "tool-circuit";

    public async Task<ToolCircuit?> FindAsync(string tool, CancellationToken cancellationToken) =>
        await records.FindAsync(Kind, tool, cancellationToken) is { } found ? StoredJson.Read<ToolCircuit>(found.Json) : null;

    public async Task<IReadOnlyList<ToolCircuit>> ListOpenAsync(CancellationToken cancellationToken) =>
    [
        .. (await records.ListAsync(Kind, cancellationToken))
            .Select(StoredJson.Read<ToolCircuit>)
            .Where(circuit => circuit.State != ToolCircuitState.Closed),
    ];

    public Task<bool> TryPutAsync(ToolCircuit circuit, CancellationToken cancellationToken) =>
        records.TryPutAsync(Kind, circuit.Tool, StoredJson.Write(circuit), circuit.Version, cancellationToken);
}
