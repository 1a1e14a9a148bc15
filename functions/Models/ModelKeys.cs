using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Models;

/// <summary>The keys of deployments that have an endpoint of their own.</summary>
/// <param name="ByName">The values of the settings <c>Models:Keys:NAME</c>, by name.</param>
internal sealed record ModelKeys(IReadOnlyDictionary<string, string> ByName)
{
    private const string Section = "Models:Keys";

    /// <summary>Reads the keys.</summary>
    /// <param name="configuration">The app's configuration.</param>
    public static ModelKeys Read(IConfiguration configuration) => new(configuration.GetSection(Section).GetChildren()
        .Where(key => !string.IsNullOrWhiteSpace(key.Value))
        .ToDictionary(key => key.Key, key => key.Value!, StringComparer.OrdinalIgnoreCase));

    /// <summary>The setting of a key.</summary>
    /// <param name="name">The key's name.</param>
    public static string SettingOf(string name) => $"{Section}:{name}";
}
