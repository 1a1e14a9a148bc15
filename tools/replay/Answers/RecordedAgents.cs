using AgentFunctions.Agents;
using AgentFunctions.Audit;

namespace AgentFunctions.Replay.Answers;

/// <summary>The agents of the record, as they were when the run that was started last was started.</summary>
/// <param name="catalogs">The catalogues of the record.</param>
public sealed class RecordedAgents(IReadOnlyList<RunCatalog> catalogs) : IAgentCatalog
{
    private volatile RunCatalog current = catalogs[0];

    /// <summary>Goes on to the catalogue that the next run found.</summary>
    /// <param name="catalog">The catalogue.</param>
    public void Use(RunCatalog catalog) => current = catalog;

    /// <inheritdoc/>
    public Task<AgentSnapshot?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(current.Agents.FirstOrDefault(agent => agent.Definition.Name == name));

    /// <inheritdoc/>
    public Task<AgentDefinition> GetByHashAsync(string hash, CancellationToken cancellationToken) => Task.FromResult(
        catalogs.SelectMany(catalog => catalog.Agents).FirstOrDefault(agent => agent.Hash == hash)?.Definition
            ?? throw new KeyNotFoundException($"There is no agent definition with the hash {hash} on record."));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(current.Agents);

    /// <inheritdoc/>
    public Task<AgentSnapshot> AddAsync(string yaml, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A replay adds no agents.");
}
