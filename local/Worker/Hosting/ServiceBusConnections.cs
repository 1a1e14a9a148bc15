using AgentFunctions.Local.ServiceBus.Broker;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Hosting;

/// <summary>The settings that name a Service Bus namespace: a connection string, or the host name of one used with an identity.</summary>
internal static class ServiceBusConnections
{
    private const string HostName = "fullyQualifiedNamespace";

    public static bool IsSet(IConfiguration configuration, string name) => Find(configuration, name) is not null;

    /// <summary>The endpoint that a setting names, or null when it is not set.</summary>
    /// <exception cref="FormatException">The setting is malformed.</exception>
    public static Uri? Find(IConfiguration configuration, string name)
    {
        foreach (var key in new[] { name, $"AzureWebJobs{name}", $"ConnectionStrings:{name}" })
        {
            if (configuration[key] is { Length: > 0 } connectionString)
            {
                return LocalNamespaces.EndpointOf(connectionString);
            }

            if (configuration[$"{key}:{HostName}"] is { Length: > 0 } hostName)
            {
                return new Uri($"sb://{hostName}/");
            }
        }

        return null;
    }
}
