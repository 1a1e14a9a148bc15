using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settles messages that a function is processing. A settled message is not settled again by the host.</summary>
public class ServiceBusMessageActions
{
    private readonly ConcurrentDictionary<ServiceBusReceivedMessage, bool> settled = new();
    private readonly ServiceBusReceiver receiver;

    internal ServiceBusMessageActions(ServiceBusReceiver receiver) => this.receiver = receiver;

    /// <summary>For tests that replace the settlement methods.</summary>
    protected ServiceBusMessageActions() => receiver = null!;

    /// <summary>Whether the function has settled the message.</summary>
    internal bool IsSettled(ServiceBusReceivedMessage message) => settled.ContainsKey(message);

    /// <summary>Removes the message from the queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await receiver.CompleteMessageAsync(message, cancellationToken);
        settled[message] = true;
    }

    /// <summary>Puts the message back for another delivery.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken);
        settled[message] = true;
    }

    /// <summary>Moves the message to the dead-letter sub-queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="deadLetterReason">Why.</param>
    /// <param name="deadLetterErrorDescription">More on why.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await receiver.DeadLetterMessageAsync(
            message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);
        settled[message] = true;
    }

    /// <summary>Locks the message for longer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The message's lock is lost.</exception>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return receiver.RenewMessageLockAsync(message, cancellationToken);
    }
}
