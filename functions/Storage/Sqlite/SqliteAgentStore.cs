using AgentFunctions.Agents;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteAgentStore(AgentDatabase database) : IAgentStore
{
    public async Task KeepAsync(AgentSnapshot agent, CancellationToken cancellationToken)
    {
        if (await GetByHashAsync(agent.Hash, cancellationToken) is null)
        {
            await database.WriteAsync(session => Keep(session, agent), cancellationToken);
        }
    }

    public Task AddAsync(AgentSnapshot agent, CancellationToken cancellationToken) => database.WriteAsync(
        session => Keep(session, agent) + session.Execute(
            "INSERT INTO agent_names (name, hash) VALUES ($name, $hash) ON CONFLICT DO UPDATE SET hash = excluded.hash",
            ("$name", agent.Definition.Name),
            ("$hash", agent.Hash)),
        cancellationToken);

    public Task<AgentSnapshot?> GetByHashAsync(string hash, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First("SELECT record FROM agents WHERE hash = $hash", Record.Read<AgentSnapshot>, ("$hash", hash)),
        cancellationToken);

    public Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AgentSnapshot>>(
            session => session.Query(
                "SELECT record FROM agent_names JOIN agents USING (hash) ORDER BY name", Record.Read<AgentSnapshot>),
            cancellationToken);

    private static int Keep(SqlSession session, AgentSnapshot agent) => session.Execute(
        "INSERT OR IGNORE INTO agents (hash, record) VALUES ($hash, $record)", ("$hash", agent.Hash), ("$record", Record.Write(agent)));
}
