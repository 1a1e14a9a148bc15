using AgentFunctions.Agents;
using AgentFunctions.Models;
using AgentFunctions.Policies;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Tools;
using AgentFunctions.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Agents;

/// <summary>A catalogue over a pack folder of a test's own.</summary>
internal sealed class AgentWorld : IDisposable
{
    public const string Valid =
        """
        name: writer
        model: gpt-4.1
        instructions: Write.
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("agentfunctions-");
    private readonly List<ServiceProvider> built = [];

    public AgentWorld(params string[] agents)
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "agents"));
        for (var index = 0; index < agents.Length; index++)
        {
            File.WriteAllText(PathOf(index), agents[index]);
        }
    }

    public MemoryAgentStore Store { get; } = new();

    public string PathOf(int index) => Path.Combine(folder.FullName, "agents", $"{index}.yaml");

    public IAgentCatalog Catalog()
    {
        var configuration = new ConfigurationBuilder().Build();
        var services = new ServiceCollection();
        new PackBuilder(services).AddTools<SampleTools>().AddDefinitions(folder.FullName);
        services.AddSingleton<IAgentStore>(Store).AddSingleton<IToolCircuitStore, NoCircuits>().AddModels(configuration).AddTools(configuration).AddPolicies(configuration).AddAgents();
        built.Add(services.BuildServiceProvider());
        return built[^1].GetRequiredService<IAgentCatalog>();
    }

    public void Dispose()
    {
        built.ForEach(provider => provider.Dispose());
        folder.Delete(recursive: true);
    }
}

internal sealed class MemoryAgentStore : IAgentStore
{
    private readonly Dictionary<string, AgentSnapshot> byHash = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AgentSnapshot> byName = new(StringComparer.Ordinal);

    public Task KeepAsync(AgentSnapshot agent, CancellationToken cancellationToken)
    {
        byHash[agent.Hash] = agent;
        return Task.CompletedTask;
    }

    public Task AddAsync(AgentSnapshot agent, CancellationToken cancellationToken)
    {
        byName[agent.Definition.Name] = agent;
        return KeepAsync(agent, cancellationToken);
    }

    public Task<AgentSnapshot?> GetByHashAsync(string hash, CancellationToken cancellationToken) => Task.FromResult(byHash.GetValueOrDefault(hash));

    public Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AgentSnapshot>>([.. byName.Values]);
}
