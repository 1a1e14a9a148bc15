using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Models.Deployments;

/// <summary>A deployment in the model table.</summary>
/// <param name="Name">Its name, unique in the table.</param>
/// <param name="Provider">Who serves it.</param>
/// <param name="Deployment">The name that the provider knows it by.</param>
/// <param name="Endpoint">Where it is served; <see langword="null"/> for the provider's configured endpoint.</param>
/// <param name="Key">The name of the key of <paramref name="Endpoint"/> in the settings <c>Models:Keys:NAME</c>.</param>
/// <param name="Limits">What it takes.</param>
/// <param name="Order">The lowest is asked first.</param>
/// <param name="Weight">Its part among those of the same order.</param>
/// <param name="Place">Its place, for complaints.</param>
internal sealed record DeploymentRow(
    string Name,
    ModelProvider Provider,
    string Deployment,
    Uri? Endpoint,
    string? Key,
    DeploymentLimits Limits,
    int Order,
    int Weight,
    YamlValue Place)
{
    private const int Most = 1_000_000_000;
    private const int MostConcurrent = 100_000;
    private const int MostOrder = 1_000;

    /// <summary>The one deployment of a model that lists none.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="provider">Who serves it.</param>
    /// <param name="deployment">The name that the provider knows it by.</param>
    /// <param name="place">The model's place.</param>
    public static DeploymentRow Only(string name, ModelProvider provider, string deployment, YamlValue place) =>
        new(name, provider, deployment, Endpoint: null, Key: null, DeploymentLimits.None, Order: 1, Weight: 1, place);

    /// <summary>Reads one of the list.</summary>
    /// <param name="value">Its place.</param>
    /// <param name="provider">Who serves it where it does not say.</param>
    /// <param name="deployment">The name that the provider knows it by where it does not say.</param>
    /// <exception cref="DefinitionException">It is wrong.</exception>
    public static DeploymentRow Read(YamlValue value, ModelProvider provider, string deployment)
    {
        var row = value.Object();
        var name = row.Required("name");
        var endpoint = row.Optional("endpoint");
        var key = row.Optional("key");
        var read = new DeploymentRow(
            name.Name(),
            row.Optional("provider") is { } own ? ModelTable.Provider(own) : provider,
            row.Optional("deployment")?.Text() ?? deployment,
            endpoint is null ? null : Url(endpoint),
            key?.Text(),
            new DeploymentLimits(
                row.Optional("requestsPerMinute")?.Int(1, Most),
                row.Optional("tokensPerMinute")?.Int(1, Most),
                row.Optional("maxConcurrentCalls")?.Int(1, MostConcurrent)),
            row.Optional("order")?.Int(1, MostOrder) ?? 1,
            row.Optional("weight")?.Int(1, MostOrder) ?? 1,
            value);
        row.RefuseOthers();
        return read switch
        {
            { Endpoint: null, Key: not null } => throw key!.Error("A key is that of an endpoint: name the endpoint, too."),
            { Endpoint: not null, Provider: not (ModelProvider.AzureOpenAI or ModelProvider.OpenAI) } =>
                throw endpoint!.Error("An endpoint needs the provider azure-openai or openai."),
            _ => read,
        };
    }

    private static Uri Url(YamlValue value) =>
        Uri.TryCreate(value.Text(), UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0
            ? url
            : throw value.Error("It is an absolute http or https URL without a user or password.");
}
