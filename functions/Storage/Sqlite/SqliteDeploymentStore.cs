using AgentFunctions.Models.Deployments;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteDeploymentStore(AgentDatabase database) : IDeploymentStore
{
    public Task<(DeploymentState State, long Version)> GetAsync(string deployment, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            "SELECT record, version FROM deployments WHERE name = $name",
            row => (State: Record.Read<DeploymentState>(row), Version: row.GetInt64(1)),
            ("$name", deployment)) is { Version: > 0 } found ? found : (DeploymentState.New, 0L),
        cancellationToken);

    public Task<bool> TryPutAsync(string deployment, DeploymentState state, long version, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            version == 0
                ? "INSERT OR IGNORE INTO deployments (name, version, record) VALUES ($name, $version + 1, $record)"
                : "UPDATE deployments SET version = $version + 1, record = $record WHERE name = $name AND version = $version",
            ("$name", deployment),
            ("$version", version),
            ("$record", Record.Write(state))) == 1,
        cancellationToken);
}
