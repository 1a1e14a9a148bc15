using AgentFunctions.Models.Deployments;

namespace AgentFunctions.Queue;

/// <summary>Whether models take calls now.</summary>
public interface IModelLoad
{
    /// <summary>The models that take no calls now, by the names that agent definitions use, with the UTC time until when.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> BusyAsync(CancellationToken cancellationToken);
}

/// <summary>Asks the deployments: a run whose model refuses calls for load waits in the queue rather than in a slot.</summary>
/// <param name="router">The deployments.</param>
internal sealed class DeploymentLoad(IModelRouter router) : IModelLoad
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> BusyAsync(CancellationToken cancellationToken) => Task.FromResult(router.Blocked());
}
