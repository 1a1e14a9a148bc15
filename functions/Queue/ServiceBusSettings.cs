using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Queue;

/// <summary>The Service Bus namespace of the queue.</summary>
/// <param name="ConnectionString">A connection string. Setting <c>ServiceBus</c>.</param>
/// <param name="Host">The namespace's host name, used with the app's identity. Setting <c>ServiceBus:fullyQualifiedNamespace</c>.</param>
internal sealed record ServiceBusSettings(string? ConnectionString, string? Host)
{
    private const string Connection = "ServiceBus";

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's settings.</param>
    public static ServiceBusSettings Read(IConfiguration configuration) =>
        new(configuration[Connection], configuration[$"{Connection}:fullyQualifiedNamespace"]);

    /// <summary>A client of the namespace.</summary>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public ServiceBusClient Connect() => (ConnectionString, Host) switch
    {
        ({ Length: > 0 } connectionString, _) => new ServiceBusClient(connectionString),
        (_, { Length: > 0 } host) => new ServiceBusClient(host, new DefaultAzureCredential()),
        _ => throw new InvalidOperationException($"Neither the setting '{Connection}' nor '{Connection}:fullyQualifiedNamespace' is set."),
    };

    /// <summary>The host only: a connection string holds a key.</summary>
    public override string ToString() => Host ?? "";
}
