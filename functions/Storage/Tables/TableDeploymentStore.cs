using AgentFunctions.Models.Deployments;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableDeploymentStore(SharedRecords records) : IDeploymentStore
{
    private const string Kind = "deployment";

    public async Task<(DeploymentState State, long Version)> GetAsync(string deployment, CancellationToken cancellationToken) =>
        await records.FindAsync(Kind, deployment, cancellationToken) is { } found
            ? (StoredJson.Read<DeploymentState>(found.Json), found.Version)
            : (DeploymentState.New, 0L);

    public Task<bool> TryPutAsync(string deployment, DeploymentState state, long version, CancellationToken cancellationToken) =>
        records.TryPutAsync(Kind, deployment, StoredJson.Write(state), version + 1, cancellationToken);
}
