#nullable disable
using AgentFunctions.Local.ServiceBus.Broker;
using Azure.Core;

namespace Azure.Messaging.ServiceBus;

/// <summary>A client of one Service Bus namespace. On the local host: of the namespace that a host in this process serves.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly NamespaceConnection connection;

    /// <summary>For tests that replace the client.</summary>
    protected ServiceBusClient()
    {
    }

    /// <summary>A client of the namespace that a connection string names.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="FormatException">The connection string is malformed.</exception>
    public ServiceBusClient(string connectionString) : this(connectionString, new ServiceBusClientOptions())
    {
    }

    /// <summary>A client of the namespace that a connection string names.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">How the client behaves.</param>
    /// <exception cref="FormatException">The connection string is malformed.</exception>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        : this(NamespaceConnection.FromConnectionString(connectionString), options)
    {
    }

    /// <summary>A client of a namespace, with an Entra ID identity.</summary>
    /// <param name="fullyQualifiedNamespace">The namespace's host name.</param>
    /// <param name="credential">The identity. The local host does not check it.</param>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    /// <summary>A client of a namespace, with an Entra ID identity.</summary>
    /// <param name="fullyQualifiedNamespace">The namespace's host name.</param>
    /// <param name="credential">The identity. The local host does not check it.</param>
    /// <param name="options">How the client behaves.</param>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
        : this(NamespaceConnection.FromHostName(fullyQualifiedNamespace), options) => ArgumentNullException.ThrowIfNull(credential);

    private ServiceBusClient(NamespaceConnection connection, ServiceBusClientOptions options)
    {
        this.connection = connection;
        TransportType = options?.TransportType ?? default;
        Identifier = options?.Identifier ?? $"{connection.FullyQualifiedNamespace}-{Guid.NewGuid()}";
    }

    /// <summary>The namespace's host name.</summary>
    public virtual string FullyQualifiedNamespace => connection.FullyQualifiedNamespace;

    /// <summary>The client's name in logs.</summary>
    public virtual string Identifier { get; }

    /// <summary>How the namespace is reached.</summary>
    public ServiceBusTransportType TransportType { get; }

    /// <summary>Whether the client is disposed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>A sender to a queue.</summary>
    /// <param name="queueOrTopicName">The queue.</param>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => CreateSender(queueOrTopicName, null);

    /// <summary>A sender to a queue.</summary>
    /// <param name="queueOrTopicName">The queue.</param>
    /// <param name="options">How the sender behaves.</param>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options) =>
        new(Open(), queueOrTopicName, options);

    /// <summary>A receiver of a queue.</summary>
    /// <param name="queueName">The queue.</param>
    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, (ServiceBusReceiverOptions)null);

    /// <summary>A receiver of a queue or its dead letters.</summary>
    /// <param name="queueName">The queue.</param>
    /// <param name="options">How the receiver behaves.</param>
    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) =>
        new(Open(), queueName, options);

    /// <summary>A receiver of the next session that has messages and no receiver, waiting up to a minute for one.</summary>
    /// <param name="queueName">The queue.</param>
    /// <param name="options">How the receiver behaves.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ServiceBusException">No session came up in time.</exception>
    public virtual async Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(
        string queueName, ServiceBusSessionReceiverOptions options = null, CancellationToken cancellationToken = default)
    {
        var open = Open();
        var held = await open.Broker.AcceptNextSessionAsync(queueName, TimeSpan.FromMinutes(1), cancellationToken)
            ?? throw new ServiceBusException("No session became available in time.", ServiceBusFailureReason.ServiceTimeout, queueName);
        return new ServiceBusSessionReceiver(open, queueName, held, options);
    }

    /// <summary>A receiver of one session.</summary>
    /// <param name="queueName">The queue.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="options">How the receiver behaves.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">Another receiver has the session.</exception>
    public virtual Task<ServiceBusSessionReceiver> AcceptSessionAsync(
        string queueName,
        string sessionId,
        ServiceBusSessionReceiverOptions options = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var open = Open();
        return Task.FromResult(new ServiceBusSessionReceiver(open, queueName, open.Broker.AcceptSession(queueName, sessionId), options));
    }

    /// <summary>Closes the client.</summary>
    public virtual ValueTask DisposeAsync()
    {
        IsClosed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private NamespaceConnection Open()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return connection;
    }
}
