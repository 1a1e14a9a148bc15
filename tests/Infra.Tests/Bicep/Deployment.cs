using System.Text.Json.Nodes;

namespace Infra.Tests.Bicep;

/// <summary>A resource of a deployment.</summary>
/// <param name="Json">The resource as it is sent to Azure.</param>
internal sealed record Resource(JsonObject Json)
{
    public string Id => Json["id"]!.GetValue<string>();

    public string Type => Json["type"]!.GetValue<string>();

    public string Name => Json["name"]!.GetValue<string>();

    public JsonObject Properties => Json["properties"]?.AsObject() ?? [];

    /// <summary>A value of its properties, by names with dots; <see langword="null"/> where it is not set.</summary>
    public JsonNode? this[string path] => path.Split('.').Aggregate((JsonNode?)Properties, (node, name) => node?[name]);

    /// <inheritdoc />
    public override string ToString() => $"{Type} {Name}";
}

/// <summary>What a deployment would make.</summary>
/// <param name="snapshot">The compiler's snapshot.</param>
internal sealed class Deployment(JsonObject snapshot)
{
    /// <summary>Its resources.</summary>
    public IReadOnlyList<Resource> Resources { get; } =
        [.. snapshot["predictedResources"]!.AsArray().Select(each => new Resource(each!.AsObject()))];

    /// <summary>What the compiler could not make out.</summary>
    public IReadOnlyList<string> Diagnostics { get; } = [.. snapshot["diagnostics"]!.AsArray().Select(each => each!.ToJsonString())];

    /// <summary>The app settings by name; those that depend on other resources as expressions.</summary>
    public IReadOnlyDictionary<string, string> AppSettings => Resources
        .Single(each => each.Type == "Microsoft.Web/sites/config" && each.Name.EndsWith("/appsettings", StringComparison.Ordinal))
        .Properties.ToDictionary(each => each.Key, each => each.Value!.GetValue<string>(), StringComparer.Ordinal);

    /// <summary>The resources of a type.</summary>
    /// <param name="type">The type.</param>
    public IEnumerable<Resource> Of(string type) => Resources.Where(each => each.Type == type);

    /// <summary>The only resource of a type.</summary>
    /// <param name="type">The type.</param>
    public Resource One(string type) => Assert.Single(Of(type));
}
