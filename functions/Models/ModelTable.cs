using AgentFunctions.Agents;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Yaml;

namespace AgentFunctions.Models;

/// <summary>Who serves a model.</summary>
internal enum ModelProvider
{
    /// <summary>Whoever is configured: Azure OpenAI, an OpenAI-compatible endpoint, or else the simulation.</summary>
    Auto,

    /// <summary>Azure OpenAI.</summary>
    AzureOpenAI,

    /// <summary>An OpenAI-compatible endpoint.</summary>
    OpenAI,

    /// <summary>Scripts.</summary>
    Simulated,
}

/// <summary>One row of the model table.</summary>
/// <param name="Name">The name that agent definitions use.</param>
/// <param name="InputUsdPerMillionTokens">Price of input.</param>
/// <param name="OutputUsdPerMillionTokens">Price of output.</param>
/// <param name="Deployments">What backs it; at least one.</param>
internal sealed record ModelRow(
    string Name,
    decimal InputUsdPerMillionTokens,
    decimal OutputUsdPerMillionTokens,
    IReadOnlyList<DeploymentRow> Deployments);

/// <summary>Reads the model table.</summary>
internal static class ModelTable
{
    private const decimal HighestPrice = 1_000_000m;

    /// <summary>The rows of a table, ordered by name.</summary>
    /// <param name="document">The file's content.</param>
    /// <exception cref="DefinitionException">A row is wrong.</exception>
    public static IReadOnlyList<ModelRow> Read(YamlValue document)
    {
        var table = document.Object();
        var rows = new SortedDictionary<string, ModelRow>(StringComparer.Ordinal);
        var deployments = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in table.Required("models").List())
        {
            var row = Row(value);
            if (!rows.TryAdd(row.Name, row))
            {
                throw value.Error($"The model '{row.Name}' stands in the table twice.");
            }

            if (row.Deployments.FirstOrDefault(deployment => !deployments.Add(deployment.Name)) is { } twice)
            {
                throw twice.Place.Error($"The deployment '{twice.Name}' stands in the table twice; a model without deployments is one of its own name.");
            }
        }

        table.RefuseOthers();
        return [.. rows.Values];
    }

    /// <summary>A provider by its word.</summary>
    /// <param name="value">The word.</param>
    /// <exception cref="DefinitionException">There is no such provider.</exception>
    public static ModelProvider Provider(YamlValue value) => value.OneOf(
        ("auto", ModelProvider.Auto),
        ("azure-openai", ModelProvider.AzureOpenAI),
        ("openai", ModelProvider.OpenAI),
        ("simulated", ModelProvider.Simulated));

    private static ModelRow Row(YamlValue value)
    {
        var row = value.Object();
        var name = row.Required("name");
        var provider = row.Optional("provider") is { } own ? Provider(own) : ModelProvider.Auto;
        var deployment = row.Optional("deployment")?.Text() ?? name.Text();
        var model = new ModelRow(
            Identifiers.IsValid(name.Text()) ? name.Text() : throw name.Error($"A model's name is {Identifiers.Rule}."),
            row.Required("inputUsdPerMillionTokens").Decimal(0, HighestPrice),
            row.Required("outputUsdPerMillionTokens").Decimal(0, HighestPrice),
            Deployments(row.Optional("deployments"), provider, deployment) ?? [DeploymentRow.Only(name.Text(), provider, deployment, value)]);
        row.RefuseOthers();
        return model;
    }

    private static List<DeploymentRow>? Deployments(YamlValue? list, ModelProvider provider, string deployment) =>
        list is null ? null
        : list.List() is { Count: > 0 } rows ? [.. rows.Select(row => DeploymentRow.Read(row, provider, deployment))]
        : throw list.Error("There is no deployment in the list; leave it out where the model is one of its own name.");
}
