using AgentFunctions.Models.Deployments;

namespace AgentFunctions.Storage;

/// <summary>What all processes share of each model deployment: one small record under its name, changed with optimistic concurrency.</summary>
internal interface IDeploymentStore
{
    /// <summary>The record with its version; <see cref="DeploymentState.New"/> with version 0 where there is none.</summary>
    /// <param name="deployment">The deployment's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<(DeploymentState State, long Version)> GetAsync(string deployment, CancellationToken cancellationToken);

    /// <summary>Replaces the record, unless someone else has changed it; <see langword="false"/> then.</summary>
    /// <param name="deployment">The deployment's name.</param>
    /// <param name="state">The new record.</param>
    /// <param name="version">The version that it was made from.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> TryPutAsync(string deployment, DeploymentState state, long version, CancellationToken cancellationToken);
}
