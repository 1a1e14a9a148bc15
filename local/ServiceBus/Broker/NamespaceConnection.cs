using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A client's way to the namespace it names, found when it is first used: clients may be made before the host has started.</summary>
internal sealed class NamespaceConnection
{
    private readonly string key;

    private NamespaceConnection(Uri endpoint)
    {
        key = LocalNamespaces.KeyOf(endpoint);
        FullyQualifiedNamespace = endpoint.Host;
    }

    public string FullyQualifiedNamespace { get; }

    public MessageBroker Broker => LocalNamespaces.Find(key) ?? throw new ServiceBusException(
        $"No running host in this process serves the Service Bus namespace '{key}'. The local host has no network client for Service Bus.",
        ServiceBusFailureReason.ServiceCommunicationProblem);

    public static NamespaceConnection FromConnectionString(string connectionString) => new(LocalNamespaces.EndpointOf(connectionString));

    public static NamespaceConnection FromHostName(string fullyQualifiedNamespace)
    {
        ArgumentException.ThrowIfNullOrEmpty(fullyQualifiedNamespace);
        return new(new Uri($"sb://{fullyQualifiedNamespace}/"));
    }
}
