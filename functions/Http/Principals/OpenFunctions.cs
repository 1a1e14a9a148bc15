namespace AgentFunctions.Http.Principals;

/// <summary>The HTTP functions that need neither a function key nor a principal. All others have the level Function; a test holds that.</summary>
public static class OpenFunctions
{
    /// <summary>Why each of them is open, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(HealthApi.GetHealth)] = "Probes of platforms and the smoke test have no key. It tells whether the app works, and nothing of what it holds.",
        [nameof(OpenApiApi.GetOpenApi)] = "The description is that of the published source: the same for every deployment.",
    };
}
