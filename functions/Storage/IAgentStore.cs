using AgentFunctions.Agents;

namespace AgentFunctions.Storage;

/// <summary>Agents that were added over HTTP, and every definition that a run keeps.</summary>
public interface IAgentStore
{
    /// <summary>Keeps a definition under its hash, for runs that start with it.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task KeepAsync(AgentSnapshot agent, CancellationToken cancellationToken);

    /// <summary>Keeps a definition and makes it the one of its name.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task AddAsync(AgentSnapshot agent, CancellationToken cancellationToken);

    /// <summary>The kept definition with that hash, or <see langword="null"/>.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<AgentSnapshot?> GetByHashAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Agents that were added over HTTP, ordered by name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken);
}
