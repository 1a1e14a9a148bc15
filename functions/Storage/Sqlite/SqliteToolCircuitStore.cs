namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteToolCircuitStore(AgentDatabase database) : IToolCircuitStore
{
    public Task<ToolCircuit?> FindAsync(string tool, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First("SELECT record FROM tool_circuits WHERE tool = $tool", Record.Read<ToolCircuit>, ("$tool", tool)),
        cancellationToken);

    public Task<IReadOnlyList<ToolCircuit>> ListOpenAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ToolCircuit>>(
            session =>
            [
                .. session.Query("SELECT record FROM tool_circuits ORDER BY tool", Record.Read<ToolCircuit>)
                    .Where(circuit => circuit.State != ToolCircuitState.Closed),
            ],
            cancellationToken);

    public Task<bool> TryPutAsync(ToolCircuit circuit, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            """
            INSERT INTO tool_circuits (tool, version, record) VALUES ($tool, $version, $record)
            ON CONFLICT (tool) DO UPDATE SET version = $version, record = $record WHERE version = $version - 1
            """,
            ("$tool", circuit.Tool),
            ("$version", circuit.Version),
            ("$record", Record.Write(circuit))) == 1,
        cancellationToken);
}
