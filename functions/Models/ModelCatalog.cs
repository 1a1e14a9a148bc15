using System.Collections.Concurrent;
using System.Collections.Frozen;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Telemetry;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models;

/// <summary>The models of the table, each served by whoever is configured.</summary>
internal sealed class ModelCatalog : IModelCatalog, IDisposable
{
    private readonly FrozenDictionary<string, (ModelRow Row, ModelDefinition Definition, IReadOnlyList<ModelDeployment> Deployments)> models;
    private readonly ConcurrentDictionary<string, Lazy<IChatClient>> clients = new(StringComparer.Ordinal);
    private readonly ModelClients create;
    private readonly TimeProvider time;
    private readonly ChatSpans? spans;

    /// <summary>Reads the table.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="create">Makes the clients.</param>
    /// <param name="time">The clock that dates in Retry-After are held against.</param>
    /// <param name="spans">The spans of calls.</param>
    /// <exception cref="Agents.DefinitionException">A row wants a provider that is not configured.</exception>
    public ModelCatalog(IEnumerable<ModelRow> rows, ModelClients create, TimeProvider time, ChatSpans? spans = null)
    {
        (this.create, this.time, this.spans) = (create, time, spans);
        models = rows.ToFrozenDictionary(row => row.Name, row => (row, Definition(row), Deployments(row)), StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public ModelDefinition? Find(string name) => models.GetValueOrDefault(name).Definition;

    /// <inheritdoc />
    public IReadOnlyList<ModelDefinition> List() =>
        [.. models.Values.Select(model => model.Definition).OrderBy(model => model.Name, StringComparer.Ordinal)];

    /// <inheritdoc />
    public IReadOnlyList<ModelDeployment> Deployments(string model) => Get(model).Deployments;

    /// <inheritdoc />
    public IChatClient GetClient(string name, string? deployment = null)
    {
        var model = Get(name);
        var row = deployment is null ? model.Row.Deployments[0] : model.Row.Deployments.FirstOrDefault(each => each.Name == deployment)
            ?? throw new KeyNotFoundException($"The model '{name}' has no deployment '{deployment}'.");
        return clients.GetOrAdd(row.Name, _ => new Lazy<IChatClient>(() => Observed(model.Definition, create.Create(name, row)))).Value;
    }

    /// <inheritdoc />
    public ModelFailure Classify(Exception exception) => ModelFailures.Classify(exception, time.GetUtcNow());

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var client in clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private IChatClient Observed(ModelDefinition model, IChatClient client) => spans?.Around(model, client) ?? client;

    private (ModelRow Row, ModelDefinition Definition, IReadOnlyList<ModelDeployment> Deployments) Get(string name) =>
        models.TryGetValue(name, out var model) ? model : throw new KeyNotFoundException($"There is no model '{name}'.");

    private ModelDefinition Definition(ModelRow row) => new(
        row.Name,
        Provider(row.Deployments.MinBy(deployment => deployment.Order)!),
        row.InputUsdPerMillionTokens,
        row.OutputUsdPerMillionTokens);

    private IReadOnlyList<ModelDeployment> Deployments(ModelRow row) =>
    [
        .. row.Deployments
            .OrderBy(deployment => deployment.Order)
            .Select(deployment => new ModelDeployment(
                deployment.Name, row.Name, Provider(deployment), deployment.Limits, deployment.Order, deployment.Weight)),
    ];

    private string Provider(DeploymentRow row) => create.ProviderOf(row) switch
    {
        ModelProvider.AzureOpenAI => "azure-openai",
        ModelProvider.OpenAI => "openai",
        ModelProvider.Simulated => "simulated",
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.Provider, "Unknown provider."),
    };
}
