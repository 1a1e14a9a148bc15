using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Storage;

/// <summary>
/// Where the stores keep their data. Names are those of a connection of Azure Functions: <c>Storage</c> is a connection string, or
/// <c>Storage:…</c> describes a connection by identity. With neither, everything lies in SQLite files on this machine.
/// </summary>
/// <param name="ConnectionString">
/// Setting <c>Storage</c>: a connection string, such as that of the emulator Azurite. As with every connection of Azure Functions, it
/// counts before what describes a connection by identity.
/// </param>
/// <param name="TableServiceUri">Setting <c>Storage:tableServiceUri</c>, such as <c>https://NAME.table.core.windows.net</c>.</param>
/// <param name="BlobServiceUri">Setting <c>Storage:blobServiceUri</c>, such as <c>https://NAME.blob.core.windows.net</c>.</param>
/// <param name="Credential">
/// Setting <c>Storage:credential</c>: <c>managedidentity</c>, or nothing for what <c>DefaultAzureCredential</c> finds.
/// </param>
/// <param name="ClientId">Setting <c>Storage:clientId</c>: the client id of a user-assigned identity.</param>
/// <param name="TablePrefix">
/// Setting <c>Storage:TablePrefix</c>: what the names of the tables begin with, a letter and at most 30 letters and digits; default
/// <c>AgentFunctions</c>.
/// </param>
/// <param name="Container">Setting <c>Storage:Container</c>: the container of payloads; default <c>agentfunctions-payloads</c>.</param>
/// <param name="PollSeconds">
/// Setting <c>Storage:PollSeconds</c>: seconds after which those who watch a run live see what another process has committed; from 0.1 to
/// 60, default 1.
/// </param>
public sealed record StorageSettings(
    string? ConnectionString,
    Uri? TableServiceUri,
    Uri? BlobServiceUri,
    string? Credential,
    string? ClientId,
    string TablePrefix = StorageSettings.DefaultPrefix,
    string Container = StorageSettings.DefaultContainer,
    double PollSeconds = 1)
{
    private const string DefaultPrefix = "AgentFunctions";
    private const string DefaultContainer = "agentfunctions-payloads";
    private const string ManagedIdentity = "managedidentity";
    private const int LongestPrefix = 30;

    /// <summary>What the platform sets where the app runs in Azure: what a process writes to its own disk there is lost with it.</summary>
    private static readonly string[] OfThePlatform = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "CONTAINER_APP_NAME"];

    /// <summary>Whether a storage account is used.</summary>
    public bool IsConfigured => ConnectionString is not null || TableServiceUri is not null;

    /// <summary>Whether the identity is a managed one and nothing else is tried.</summary>
    public bool UsesManagedIdentity => Credential is not null;

    /// <summary>The app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or missing.</exception>
    public static StorageSettings From(IConfiguration configuration)
    {
        var settings = new StorageSettings(
            Text(configuration, "Storage"),
            Service(configuration, "Storage:tableServiceUri"),
            Service(configuration, "Storage:blobServiceUri"),
            Text(configuration, "Storage:credential"),
            Text(configuration, "Storage:clientId"),
            Text(configuration, "Storage:TablePrefix") ?? DefaultPrefix,
            Text(configuration, "Storage:Container") ?? DefaultContainer,
            configuration.GetValue("Storage:PollSeconds", 1d));
        return Problem(settings, configuration) is { } problem ? throw new InvalidOperationException(problem) : settings;
    }

    private static string? Problem(StorageSettings settings, IConfiguration configuration) => settings switch
    {
        { ConnectionString: null, TableServiceUri: not null, BlobServiceUri: null } => "The setting 'Storage:blobServiceUri' is missing beside 'Storage:tableServiceUri'.",
        { ConnectionString: null, TableServiceUri: null, BlobServiceUri: not null } => "The setting 'Storage:tableServiceUri' is missing beside 'Storage:blobServiceUri'.",
        { Credential: not null and not ManagedIdentity } => $"The setting 'Storage:credential' is '{ManagedIdentity}' or not set.",
        { TablePrefix: var prefix } when !IsPrefix(prefix) =>
            $"The setting 'Storage:TablePrefix' is a letter and at most {LongestPrefix} letters and digits.",
        { Container: var container } when !IsContainer(container) =>
            "The setting 'Storage:Container' has 3 to 63 lower-case letters, digits and single hyphens.",
        { PollSeconds: not (>= 0.1 and <= 60) } => "The setting 'Storage:PollSeconds' is from 0.1 to 60.",
        { IsConfigured: false } when Array.Exists(OfThePlatform, name => !string.IsNullOrEmpty(configuration[name])) =>
            "In Azure the app needs a storage account: set 'Storage:tableServiceUri' and 'Storage:blobServiceUri'. Files of a process are lost with it.",
        _ => null,
    };

    private static bool IsPrefix(string prefix) =>
        prefix.Length <= LongestPrefix + 1 && char.IsAsciiLetter(prefix[0]) && prefix.All(char.IsAsciiLetterOrDigit);

    private static bool IsContainer(string container) =>
        container.Length is >= 3 and <= 63
        && container.All(each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each) || each == '-')
        && container[0] != '-' && container[^1] != '-' && !container.Contains("--", StringComparison.Ordinal);

    private static string? Text(IConfiguration configuration, string name) =>
        string.IsNullOrWhiteSpace(configuration[name]) ? null : configuration[name]!.Trim();

    private static Uri? Service(IConfiguration configuration, string name) => Text(configuration, name) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps => uri,
        _ => throw new InvalidOperationException($"The setting '{name}' is an https URI."),
    };
}
