using AgentFunctions.Agents;
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
/// <param name="Provider">Who serves it.</param>
/// <param name="Deployment">The name that the provider knows it by.</param>
/// <param name="InputUsdPerMillionTokens">Price of input.</param>
/// <param name="OutputUsdPerMillionTokens">Price of output.</param>
/// <param name="Place">The row's place, for complaints.</param>
internal sealed record ModelRow(
    string Name, ModelProvider Provider, string Deployment, decimal InputUsdPerMillionTokens, decimal OutputUsdPerMillionTokens, YamlValue Place);

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
        foreach (var value in table.Required("models").List())
        {
            var row = Row(value);
            if (!rows.TryAdd(row.Name, row))
            {
                throw value.Error($"The model '{row.Name}' stands in the table twice.");
            }
        }

        table.RefuseOthers();
        return [.. rows.Values];
    }

    private static ModelRow Row(YamlValue value)
    {
        var row = value.Object();
        var name = row.Required("name");
        var model = new ModelRow(
            Identifiers.IsValid(name.Text()) ? name.Text() : throw name.Error($"A model's name is {Identifiers.Rule}."),
            row.Optional("provider")?.OneOf(
                ("auto", ModelProvider.Auto),
                ("azure-openai", ModelProvider.AzureOpenAI),
                ("openai", ModelProvider.OpenAI),
                ("simulated", ModelProvider.Simulated)) ?? ModelProvider.Auto,
            row.Optional("deployment")?.Text() ?? name.Text(),
            row.Required("inputUsdPerMillionTokens").Decimal(0, HighestPrice),
            row.Required("outputUsdPerMillionTokens").Decimal(0, HighestPrice),
            value);
        row.RefuseOthers();
        return model;
    }
}
