#nullable disable
using AgentFunctions.Local.ServiceBus.Broker;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends messages to a queue. What a call has sent is on disk when it returns.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly NamespaceConnection connection;

    /// <summary>For tests that replace the sender.</summary>
    protected ServiceBusSender()
    {
    }

    internal ServiceBusSender(NamespaceConnection connection, string queue, ServiceBusSenderOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        this.connection = connection;
        EntityPath = queue;
        Identifier = options?.Identifier ?? $"{queue}-{Guid.NewGuid()}";
    }

    /// <summary>The queue.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The namespace's host name.</summary>
    public virtual string FullyQualifiedNamespace => connection.FullyQualifiedNamespace;

    /// <summary>The sender's name in logs.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the sender is closed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message is too large, or nothing serves the namespace.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendMessagesAsync([message], cancellationToken);
    }

    /// <summary>Sends messages: all or none.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">A message is too large, or nothing serves the namespace.</exception>
    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Open().SendAsync(EntityPath, [.. messages], cancellationToken);
    }

    /// <summary>Sends a message that becomes receivable later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="scheduledEnqueueTime">When.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sequence number by which the message can be cancelled.</returns>
    public virtual async Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return (await ScheduleMessagesAsync([message], scheduledEnqueueTime, cancellationToken))[0];
    }

    /// <summary>Sends messages that become receivable later.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="scheduledEnqueueTime">When.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The sequence numbers by which the messages can be cancelled.</returns>
    public virtual Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages.ToList();
        foreach (var message in list)
        {
            message.ScheduledEnqueueTime = scheduledEnqueueTime;
        }

        return Open().SendAsync(EntityPath, list, cancellationToken);
    }

    /// <summary>Cancels a scheduled message.</summary>
    /// <param name="sequenceNumber">What scheduling returned.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">No such message is scheduled.</exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    /// <summary>Cancels scheduled messages: all or none.</summary>
    /// <param name="sequenceNumbers">What scheduling returned.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">A message is not scheduled.</exception>
    public virtual Task CancelScheduledMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default) =>
        Open().CancelScheduledAsync(EntityPath, [.. sequenceNumbers], cancellationToken);

    /// <summary>Closes the sender.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    /// <summary>Closes the sender.</summary>
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
}
