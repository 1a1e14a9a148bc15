using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Queue;

/// <summary>Registers the queue.</summary>
public static class QueueServices
{
    private const string Connection = "ServiceBus";

    /// <summary>
    /// Adds <see cref="RunQueue"/> over the Service Bus namespace of the setting <c>ServiceBus</c> (a connection string)
    /// or <c>ServiceBus:fullyQualifiedNamespace</c> (with the app's identity).
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public static IServiceCollection AddQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => Connect(configuration));
        services.AddSingleton<RunQueue>();
        return services;
    }

    private static ServiceBusClient Connect(IConfiguration configuration)
    {
        if (configuration[Connection] is { Length: > 0 } connectionString)
        {
            return new ServiceBusClient(connectionString);
        }

        return configuration[$"{Connection}:fullyQualifiedNamespace"] is { Length: > 0 } host
            ? new ServiceBusClient(host, new DefaultAzureCredential())
            : throw new InvalidOperationException(
                $"Neither the setting '{Connection}' nor '{Connection}:fullyQualifiedNamespace' is set.");
    }
}
