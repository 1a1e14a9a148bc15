using AgentFunctions.Models.Simulated;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Models;

/// <summary>Settings of the models.</summary>
/// <param name="Table">Path of the model table.</param>
/// <param name="AzureEndpoint">The Azure OpenAI resource, where one is configured.</param>
/// <param name="AzureKey">Its key; without one the app's identity is used.</param>
/// <param name="OpenAIBaseUrl">The OpenAI-compatible endpoint, where one is configured.</param>
/// <param name="OpenAIKey">Its key; local servers often need none.</param>
/// <param name="Timeout">Longest that one call may take.</param>
/// <param name="Simulation">How the simulated model misbehaves.</param>
internal sealed record ModelSettings(
    string Table, Uri? AzureEndpoint, string? AzureKey, Uri? OpenAIBaseUrl, string? OpenAIKey, TimeSpan Timeout, Simulation Simulation)
{
    private const double DefaultTimeoutSeconds = 120;

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting, never its value.</exception>
    public static ModelSettings Read(IConfiguration configuration) => new(
        Path.GetFullPath(Text(configuration, "Models:Table") ?? "definitions/models.yaml", AppContext.BaseDirectory),
        Url(configuration, "AZURE_OPENAI_ENDPOINT"),
        Text(configuration, "AZURE_OPENAI_API_KEY"),
        Url(configuration, "OPENAI_BASE_URL"),
        Text(configuration, "OPENAI_API_KEY"),
        TimeSpan.FromSeconds(Number(configuration, "Models:TimeoutSeconds", 0.001, 3_600) ?? DefaultTimeoutSeconds),
        new Simulation(
            (int)(Number(configuration, "Models:Simulated:LatencyMs", 0, 600_000) ?? 0),
            Number(configuration, "Models:Simulated:ErrorRate", 0, 1) ?? 0,
            Number(configuration, "Models:Simulated:RateLimitRate", 0, 1) ?? 0,
            Number(configuration, "Models:Simulated:BadJsonRate", 0, 1) ?? 0,
            (int)(Number(configuration, "Models:Simulated:Seed", int.MinValue, int.MaxValue) ?? 0)));

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();

    private static Uri? Url(IConfiguration configuration, string key) => Text(configuration, key) switch
    {
        null => null,
        { } text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" => new Uri(text),
        _ => throw new InvalidOperationException($"The setting {key} must be an absolute http or https URL."),
    };

    private static double? Number(IConfiguration configuration, string key, double least, double most) =>
        SettingNumbers.Read(key, Text(configuration, key), least, most);
}
