#nullable disable
using AgentFunctions.Local.ServiceBus.Broker;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives the messages of one session, in order, while no other receiver can.</summary>
public class ServiceBusSessionReceiver : ServiceBusReceiver
{
    private readonly SessionHold session;

    /// <summary>For tests that replace the receiver.</summary>
    protected ServiceBusSessionReceiver()
    {
    }

    internal ServiceBusSessionReceiver(
        NamespaceConnection connection, string queue, SessionHold session, ServiceBusSessionReceiverOptions options)
        : base(connection, queue, ReceiverOptions(options), session) => this.session = session;

    /// <summary>The session.</summary>
    public virtual string SessionId => session.SessionId;

    /// <summary>When the session's lock ends.</summary>
    public virtual DateTimeOffset SessionLockedUntil => session.LockedUntil;

    /// <summary>Locks the session for another lock duration.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The session's lock is lost.</exception>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        session.Renew();
        return Task.CompletedTask;
    }

    private static ServiceBusReceiverOptions ReceiverOptions(ServiceBusSessionReceiverOptions options) => new()
    {
        PrefetchCount = options?.PrefetchCount ?? 0,
        ReceiveMode = options?.ReceiveMode ?? ServiceBusReceiveMode.PeekLock,
        Identifier = options?.Identifier,
    };
}
