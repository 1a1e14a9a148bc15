#nullable disable
using System.Runtime.CompilerServices;
using AgentFunctions.Local.ServiceBus.Broker;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives, peeks and settles messages of a queue or its dead letters.</summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(1);

    private readonly NamespaceConnection connection;
    private readonly string queue;
    private readonly SessionHold session;

    /// <summary>For tests that replace the receiver.</summary>
    protected ServiceBusReceiver()
    {
    }

    internal ServiceBusReceiver(
        NamespaceConnection connection, string queue, ServiceBusReceiverOptions options, SessionHold session = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        this.connection = connection;
        this.queue = queue;
        this.session = session;
        SubQueue = options?.SubQueue ?? SubQueue.None;
        EntityPath = SubQueue switch
        {
            SubQueue.None => queue,
            SubQueue.DeadLetter => $"{queue}/$DeadLetterQueue",
            SubQueue.TransferDeadLetter => $"{queue}/$Transfer/$DeadLetterQueue",
            _ => throw new ArgumentOutOfRangeException(nameof(options), SubQueue, "There is no such sub-queue."),
        };
        ReceiveMode = options?.ReceiveMode ?? ServiceBusReceiveMode.PeekLock;
        PrefetchCount = options?.PrefetchCount ?? 0;
        Identifier = options?.Identifier ?? $"{queue}-{Guid.NewGuid()}";
    }

    /// <summary>The queue, with the sub-queue.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The namespace's host name.</summary>
    public virtual string FullyQualifiedNamespace => connection.FullyQualifiedNamespace;

    /// <summary>The receiver's name in logs.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the receiver is closed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>The number of messages fetched ahead.</summary>
    public virtual int PrefetchCount { get; }

    /// <summary>What receiving does to a message.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode { get; }

    internal SubQueue SubQueue { get; }

    /// <summary>Receives a message.</summary>
    /// <param name="maxWaitTime">How long to wait for one. Default a minute.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The message, or null when none came in time.</returns>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) =>
        await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken) is [var message] ? message : null;

    /// <summary>Receives messages: as soon as one is there, what is there.</summary>
    /// <param name="maxMessages">The most messages to receive.</param>
    /// <param name="maxWaitTime">How long to wait for the first. Default a minute.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The messages; none when none came in time.</returns>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        return Open().ReceiveAsync(
            new ReceiveRequest(queue, SubQueue, ReceiveMode, maxMessages, session), maxWaitTime ?? DefaultWait, cancellationToken);
    }

    /// <summary>Receives messages without end.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public virtual async IAsyncEnumerable<ServiceBusReceivedMessage> ReceiveMessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var message = await ReceiveMessageAsync(null, cancellationToken);
            if (message is not null)
            {
                yield return message;
            }
        }
    }

    /// <summary>Looks at the next message without receiving it.</summary>
    /// <param name="fromSequenceNumber">The first sequence number to look at. Default the lowest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The message, or null when there is none.</returns>
    public virtual async Task<ServiceBusReceivedMessage> PeekMessageAsync(
        long? fromSequenceNumber = default, CancellationToken cancellationToken = default) =>
        await PeekMessagesAsync(1, fromSequenceNumber, cancellationToken) is [var message] ? message : null;

    /// <summary>Looks at messages without receiving them: active, deferred and scheduled ones, locked or not.</summary>
    /// <param name="maxMessages">The most messages to look at.</param>
    /// <param name="fromSequenceNumber">The first sequence number to look at. Default the lowest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        return Open().PeekAsync(queue, SubQueue, maxMessages, fromSequenceNumber ?? 0, session?.SessionId, cancellationToken);
    }

    /// <summary>Receives a deferred message.</summary>
    /// <param name="sequenceNumber">Its sequence number.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">No such message is deferred.</exception>
    public virtual Task<ServiceBusReceivedMessage> ReceiveDeferredMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default) =>
        Open().ReceiveDeferredAsync(queue, SubQueue, ReceiveMode, sequenceNumber, cancellationToken);

    /// <summary>Removes a received message from the queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Open().CompleteAsync(queue, LockOf(message), cancellationToken);

    /// <summary>Puts a received message back for another delivery; at the queue's maximum it becomes a dead letter.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        Open().AbandonAsync(queue, LockOf(message), propertiesToModify, cancellationToken);

    /// <summary>Sets a received message aside, to be received by its sequence number.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        Open().DeferAsync(queue, LockOf(message), propertiesToModify, cancellationToken);

    /// <summary>Moves a received message to the dead letters.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        DeadLetterMessageAsync(message, propertiesToModify, null, null, cancellationToken);

    /// <summary>Moves a received message to the dead letters.</summary>
    /// <param name="message">The message.</param>
    /// <param name="deadLetterReason">Why.</param>
    /// <param name="deadLetterErrorDescription">More on why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        DeadLetterMessageAsync(message, null, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>Moves a received message to the dead letters.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="deadLetterReason">Why.</param>
    /// <param name="deadLetterErrorDescription">More on why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify,
        string deadLetterReason,
        string deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        Open().DeadLetterAsync(
            queue, LockOf(message), propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>Locks a received message for another lock duration.</summary>
    /// <param name="message">The message; its <see cref="ServiceBusReceivedMessage.LockedUntil"/> is brought up to date.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        message.LockedUntil = Open().RenewLock(queue, LockOf(message));
        return Task.CompletedTask;
    }

    /// <summary>Closes the receiver. Messages it holds stay locked until their locks end.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (!IsClosed)
        {
            IsClosed = true;
            session?.Release();
        }

        return Task.CompletedTask;
    }

    /// <summary>Closes the receiver.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private MessageBroker Open()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return connection.Broker;
    }

    private Guid LockOf(ServiceBusReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ReceiveMode == ServiceBusReceiveMode.PeekLock
            ? message.LockTokenGuid
            : throw new InvalidOperationException("The operation is only supported in 'PeekLock' receive mode.");
    }
}
