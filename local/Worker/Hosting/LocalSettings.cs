using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>Where a function app's settings come from, later ones over earlier ones.</summary>
internal static class LocalSettings
{
    public const string DataDirectory = "DataDirectory";
    public const string DefaultConnection = "ServiceBus";
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static void Add(ConfigurationManager configuration, string folder, string environment, string[] args)
    {
        configuration.SetBasePath(folder);
        configuration.AddInMemoryCollection([new("urls", DefaultUrl)]);
        configuration.AddEnvironmentVariables("ASPNETCORE_");
        configuration.AddJsonFile("appsettings.json", optional: true, reloadOnChange: false);
        configuration.AddJsonFile($"appsettings.{environment}.json", optional: true, reloadOnChange: false);
        configuration.AddInMemoryCollection(Values(folder));
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(args);
        configuration.AddInMemoryCollection(Defaults(configuration));
    }

    /// <summary>A connection string of this host's own, so that hosts in one process do not share queues.</summary>
    public static string NewConnectionString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Endpoint=sb://127.0.0.1/{Guid.NewGuid():N};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;");

    /// <summary>The <c>Values</c> of local.settings.json. As environment variables do, two underscores stand for a colon.</summary>
    private static Dictionary<string, string?> Values(string folder) => new ConfigurationBuilder()
        .SetBasePath(folder)
        .AddJsonFile("local.settings.json", optional: true, reloadOnChange: false)
        .Build()
        .GetSection("Values")
        .AsEnumerable(makePathsRelative: true)
        .Where(pair => pair.Value is not null)
        .ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string?> Defaults(IConfiguration configuration)
    {
        var defaults = new Dictionary<string, string?>
        {
            [DataDirectory] = Path.GetFullPath(configuration[DataDirectory] is { Length: > 0 } folder ? folder : ".agentfunctions"),
        };
        if (!ServiceBusConnections.IsSet(configuration, DefaultConnection))
        {
            defaults[DefaultConnection] = NewConnectionString();
        }

        return defaults;
    }
}
