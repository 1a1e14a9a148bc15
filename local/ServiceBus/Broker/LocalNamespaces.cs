using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>
/// The namespaces that hosts in this process serve, by endpoint. A connection string is all that a client has to find its
/// namespace, so this is the one thing that hosts of a process share; each host registers an endpoint of its own.
/// </summary>
internal static class LocalNamespaces
{
    private static readonly ConcurrentDictionary<string, MessageBroker> Brokers = new(StringComparer.OrdinalIgnoreCase);

    public static IDisposable Register(Uri endpoint, MessageBroker broker)
    {
        var key = KeyOf(endpoint);
        return Brokers.TryAdd(key, broker)
            ? new Registration(key)
            : throw new InvalidOperationException(
                $"Another host in this process serves the Service Bus namespace '{key}'. Give each host a connection string of its own.");
    }

    public static MessageBroker? Find(string key) => Brokers.GetValueOrDefault(key);

    public static string KeyOf(Uri endpoint) => $"{endpoint.Host}:{endpoint.Port}{endpoint.AbsolutePath.TrimEnd('/')}";

    public static Uri EndpointOf(string connectionString) =>
        ServiceBusConnectionStringProperties.Parse(connectionString).Endpoint
        ?? throw new FormatException("The connection string has no Endpoint.");

    private sealed class Registration(string key) : IDisposable
    {
        public void Dispose() => Brokers.TryRemove(key, out _);
    }
}
