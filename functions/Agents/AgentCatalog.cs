using AgentFunctions.Models;
using AgentFunctions.Policies;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using AgentFunctions.Yaml;

namespace AgentFunctions.Agents;

/// <summary>The packs' agents, read and validated once, and the agents of the store, which replace those of the same name.</summary>
internal sealed class AgentCatalog : IAgentCatalog
{
    private const string Body = "body";
    private const string Api = "api";

    private readonly IReadOnlyDictionary<string, AgentSnapshot> packs;
    private readonly IToolCatalog tools;
    private readonly IModelCatalog models;
    private readonly IPolicyCatalog policies;
    private readonly IAgentStore store;

    /// <summary>Reads and validates the packs' agents.</summary>
    /// <param name="folders">The packs' definitions.</param>
    /// <param name="tools">The tools that agents may name.</param>
    /// <param name="models">The models that agents may name.</param>
    /// <param name="policies">The policies that agents may name.</param>
    /// <param name="store">Agents that were added over HTTP.</param>
    /// <exception cref="DefinitionException">A definition is wrong.</exception>
    public AgentCatalog(
        IEnumerable<DefinitionFolder> folders, IToolCatalog tools, IModelCatalog models, IPolicyCatalog policies, IAgentStore store)
    {
        (this.tools, this.models, this.policies, this.store) = (tools, models, policies, store);
        var read = new SortedDictionary<string, ReadAgent>(StringComparer.Ordinal);
        foreach (var document in DefinitionFiles.Of(folders, "agents"))
        {
            var agent = AgentDefinitionReader.Read(document);
            if (!read.TryAdd(agent.Definition.Name, agent))
            {
                throw new DefinitionException(
                    document.File, document.Line, "name", $"The agent '{agent.Definition.Name}' is defined in {read[agent.Definition.Name].Model.File} too.");
            }
        }

        foreach (var agent in read.Values)
        {
            CheckNames(agent, read.ContainsKey);
        }

        packs = read.Values.ToDictionary(
            agent => agent.Definition.Name, agent => Snapshot(agent.Definition, agent.Model.File), StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<AgentSnapshot?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken)).GetValueOrDefault(name);

    /// <inheritdoc />
    public async Task<AgentDefinition> GetByHashAsync(string hash, CancellationToken cancellationToken) =>
        packs.Values.FirstOrDefault(agent => agent.Hash == hash)?.Definition
        ?? (await store.GetByHashAsync(hash, cancellationToken))?.Definition
        ?? throw new KeyNotFoundException($"There is no agent definition with the hash {hash}.");

    /// <inheritdoc />
    public async Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await AllAsync(cancellationToken)).Values.OrderBy(agent => agent.Definition.Name, StringComparer.Ordinal)];

    /// <inheritdoc />
    public async Task<AgentSnapshot> AddAsync(string yaml, CancellationToken cancellationToken)
    {
        var agent = AgentDefinitionReader.Read(YamlFile.Parse(Body, yaml));
        var others = await AllAsync(cancellationToken);
        CheckNames(agent, name => name == agent.Definition.Name || others.ContainsKey(name));
        var snapshot = Snapshot(agent.Definition, Api);
        await store.AddAsync(snapshot, cancellationToken);
        return snapshot;
    }

    private async Task<Dictionary<string, AgentSnapshot>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, AgentSnapshot>(packs, StringComparer.Ordinal);
        foreach (var agent in await store.ListAsync(cancellationToken))
        {
            all[agent.Definition.Name] = agent;
        }

        return all;
    }

    private void CheckNames(ReadAgent agent, Func<string, bool> isAgent)
    {
        if (models.Find(agent.Definition.Model) is null)
        {
            throw agent.Model.Error(
                $"There is no model '{agent.Definition.Model}'; known are {string.Join(", ", models.List().Select(model => model.Name))}.");
        }

        var deployments = models.Deployments(agent.Definition.Model).Select(deployment => deployment.Name).ToList();
        if (agent.Deployment is { } pinned && !deployments.Contains(pinned.Text(), StringComparer.Ordinal))
        {
            throw pinned.Error(
                $"The model '{agent.Definition.Model}' has no deployment '{pinned.Text()}'; it has {string.Join(", ", deployments)}.");
        }

        if (agent.Tools.FirstOrDefault(tool => tools.Find(tool.Text()) is null) is { } unknownTool)
        {
            throw unknownTool.Error($"There is no tool '{unknownTool.Text()}'.");
        }

        if (agent.Agents.FirstOrDefault(name => !isAgent(name.Text())) is { } unknownAgent)
        {
            throw unknownAgent.Error($"There is no agent '{unknownAgent.Text()}'.");
        }

        if (agent.Policy is { } policy && policies.Find(policy.Text()) is null)
        {
            throw policy.Error(
                $"There is no policy '{policy.Text()}'; known are {string.Join(", ", policies.List().Select(each => each.Name))}.");
        }
    }

    private static AgentSnapshot Snapshot(AgentDefinition definition, string source) => new(definition, DefinitionHash.Of(definition), source);
}
