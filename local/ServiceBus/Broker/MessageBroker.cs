using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A namespace's queues: peek-lock delivery at least once, in order of sequence numbers.</summary>
internal sealed class MessageBroker(IMessageDatabase database, TimeProvider time, Func<string, QueueOptions> optionsOf)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, QueueLocks> queues = new(StringComparer.OrdinalIgnoreCase);

    private DateTimeOffset Now => time.GetUtcNow();

    public async Task<IReadOnlyList<long>> SendAsync(
        string queue, IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var options = optionsOf(queue);
        var outgoing = messages.Select(message => Check(queue, OutgoingMessage.Of(message), options)).ToList();
        var numbers = await database.RunAsync(db => outgoing.Select(message => Enqueue(db, queue, message, options)).ToList());
        Locks(queue).Signal();
        return numbers;
    }

    public async Task CancelScheduledAsync(string queue, IReadOnlyList<long> sequenceNumbers, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var missing = await database.RunAsync(db =>
        {
            var lost = sequenceNumbers.Where(number => MessageTable.Find(db, number)?.State != ServiceBusMessageState.Scheduled).ToList();
            if (lost.Count == 0)
            {
                foreach (var number in sequenceNumbers)
                {
                    MessageTable.DeleteScheduled(db, queue, number);
                }
            }

            return lost;
        });
        if (missing.Count > 0)
        {
            throw new ServiceBusException(
                $"No message with the sequence number {missing[0]} is scheduled.", ServiceBusFailureReason.MessageNotFound, queue);
        }
    }

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(
        ReceiveRequest request, TimeSpan maxWait, CancellationToken cancellation)
    {
        if (request is { Session: null, SubQueue: SubQueue.None } && optionsOf(request.Queue).RequiresSession)
        {
            throw new InvalidOperationException(
                $"It is not possible for an entity that requires sessions to create a non-sessionful message receiver: '{request.Queue}'.");
        }

        var locks = Locks(request.Queue);
        return await UntilAsync(
            request.Queue,
            maxWait,
            async () =>
            {
                RefuseLostSession(request, locks);
                return await database.RunAsync(db => Receive(db, request, locks));
            },
            received => received.Count > 0,
            cancellation);
    }

    public async Task<ServiceBusReceivedMessage> ReceiveDeferredAsync(
        string queue, SubQueue subQueue, ServiceBusReceiveMode mode, long sequenceNumber, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var locks = Locks(queue);
        return await database.RunAsync(db =>
        {
            var message = MessageTable.FindDeferred(db, queue, subQueue, sequenceNumber);
            return message is null || locks.Locked(Now).Contains(sequenceNumber)
                ? null
                : Deliver(db, message, new ReceiveRequest(queue, subQueue, mode, 1, null), locks);
        }) ?? throw new ServiceBusException(
            $"No message with the sequence number {sequenceNumber} is deferred.", ServiceBusFailureReason.MessageNotFound, queue);
    }

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string queue, SubQueue subQueue, int maxMessages, long from, string? sessionId, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var messages = await database.RunAsync(db => MessageTable.Peek(db, queue, subQueue, from, sessionId, maxMessages));
        return [.. messages.Select(message => new ServiceBusReceivedMessage(message, Guid.Empty, default))];
    }

    public async Task CompleteAsync(string queue, Guid token, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (locks, held) = Held(queue, token);
        await database.RunAsync(db => MessageTable.Delete(db, held.SequenceNumber));
        locks.Release(held);
    }

    public Task AbandonAsync(string queue, Guid token, IDictionary<string, object>? changes, CancellationToken cancellation) =>
        SettleAsync(
            queue,
            token,
            (db, message) =>
            {
                if (message.DeliveryCount >= optionsOf(queue).MaxDeliveryCount && message.DeadLetterSource is null)
                {
                    MoveToDeadLetters(db, queue, message, Merge(message, changes), DeadLetterReasons.MaxDeliveryCount(message.DeliveryCount));
                }
                else
                {
                    MessageTable.Update(db, message.SequenceNumber, message.State, Merge(message, changes));
                }
            },
            cancellation);

    public Task DeferAsync(string queue, Guid token, IDictionary<string, object>? changes, CancellationToken cancellation) =>
        SettleAsync(
            queue,
            token,
            (db, message) => MessageTable.Update(
                db, message.SequenceNumber, ServiceBusMessageState.Deferred, Merge(message, changes)),
            cancellation);

    public Task DeadLetterAsync(
        string queue,
        Guid token,
        IDictionary<string, object>? changes,
        string? reason,
        string? description,
        CancellationToken cancellation) =>
        SettleAsync(
            queue,
            token,
            (db, message) => MoveToDeadLetters(db, queue, message, Merge(message, changes), (reason, description)),
            cancellation);

    public DateTimeOffset RenewLock(string queue, Guid token)
    {
        var (_, held) = Held(queue, token);
        held.Until = Now + optionsOf(queue).LockDuration;
        return held.Until;
    }

    public SessionHold AcceptSession(string queue, string sessionId)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionId);
        return TryHold(queue, sessionId) ?? throw new ServiceBusException(
            $"The session '{sessionId}' is held by another receiver.", ServiceBusFailureReason.SessionCannotBeLocked, queue);
    }

    public Task<SessionHold?> AcceptNextSessionAsync(string queue, TimeSpan maxWait, CancellationToken cancellation)
    {
        var locks = Locks(queue);
        return UntilAsync(
            queue,
            maxWait,
            async () =>
            {
                var sessions = await database.RunAsync(db =>
                {
                    Upkeep(db, queue, locks);
                    return MessageTable.SessionsWithMessages(db, queue);
                });
                return locks.InTurn(sessions)
                    .Where(session => !locks.IsHeld(session, Now))
                    .Select(session => TryHold(queue, session))
                    .FirstOrDefault(hold => hold is not null);
            },
            hold => hold is not null,
            cancellation);
    }

    public void RenewSession(string queue, SessionHold hold)
    {
        if (!Locks(queue).TryRenew(hold, Now, Now + optionsOf(queue).LockDuration))
        {
            throw SessionLockLost(queue, hold);
        }
    }

    public void ReleaseSession(string queue, SessionHold hold) => Locks(queue).Release(hold);

    private static ServiceBusException SessionLockLost(string queue, SessionHold hold) =>
        new($"The lock of the session '{hold.SessionId}' has ended.", ServiceBusFailureReason.SessionLockLost, queue);

    private static OutgoingMessage Check(string queue, OutgoingMessage message, QueueOptions options)
    {
        if (message.Size > options.MaxMessageSize)
        {
            throw new ServiceBusException(
                $"The message has {message.Size} bytes; the queue takes {options.MaxMessageSize}.",
                ServiceBusFailureReason.MessageSizeExceeded,
                queue);
        }

        return options.RequiresSession && string.IsNullOrEmpty(message.Properties.SessionId)
            ? throw new InvalidOperationException($"The SessionId was not set on a message, and it cannot be sent to the queue '{queue}', which requires sessions.")
            : message;
    }

    private static void MoveToDeadLetters(
        SqliteConnection db,
        string queue,
        StoredMessage message,
        Dictionary<string, object> application,
        (string? Reason, string? Description) why)
    {
        if (why.Reason is not null)
        {
            application[ServiceBusReceivedMessage.DeadLetterReasonKey] = why.Reason;
        }

        if (why.Description is not null)
        {
            application[ServiceBusReceivedMessage.DeadLetterDescriptionKey] = why.Description;
        }

        MessageTable.MoveToDeadLetters(db, message.SequenceNumber, queue, application);
    }

    private static Dictionary<string, object> Merge(StoredMessage message, IDictionary<string, object>? changes)
    {
        var merged = new Dictionary<string, object>(message.ApplicationProperties, StringComparer.Ordinal);
        foreach (var (key, value) in changes ?? new Dictionary<string, object>())
        {
            merged[key] = value;
        }

        return merged;
    }

    private QueueLocks Locks(string queue) => queues.GetOrAdd(queue, _ => new QueueLocks());

    private long Enqueue(SqliteConnection db, string queue, OutgoingMessage message, QueueOptions options)
    {
        var isNew = !options.RequiresDuplicateDetection
            || MessageTable.Remember(db, queue, message.Properties.MessageId, Now, options.DuplicateDetectionHistoryTimeWindow);
        return isNew ? MessageTable.Insert(db, queue, message, Now) : 0;
    }

    private List<ServiceBusReceivedMessage> Receive(SqliteConnection db, ReceiveRequest request, QueueLocks locks)
    {
        var locked = Upkeep(db, request.Queue, locks);
        var received = new List<ServiceBusReceivedMessage>();
        foreach (var message in MessageTable.Next(db, request, request.MaxMessages + locked.Count))
        {
            if (received.Count == request.MaxMessages)
            {
                break;
            }

            if (locked.Contains(message.SequenceNumber))
            {
                continue;
            }

            if (request.SubQueue == SubQueue.None && message.DeliveryCount >= optionsOf(request.Queue).MaxDeliveryCount)
            {
                MoveToDeadLetters(
                    db, request.Queue, message, Merge(message, null), DeadLetterReasons.MaxDeliveryCount(message.DeliveryCount));
                continue;
            }

            received.Add(Deliver(db, message, request, locks));
        }

        return received;
    }

    private ServiceBusReceivedMessage Deliver(SqliteConnection db, StoredMessage message, ReceiveRequest request, QueueLocks locks)
    {
        var delivered = message with { DeliveryCount = message.DeliveryCount + 1 };
        if (request.Mode == ServiceBusReceiveMode.ReceiveAndDelete)
        {
            MessageTable.Delete(db, message.SequenceNumber);
            return new ServiceBusReceivedMessage(delivered, Guid.Empty, default);
        }

        MessageTable.CountDelivery(db, message.SequenceNumber);
        var until = request.Session?.LockedUntil ?? Now + optionsOf(request.Queue).LockDuration;
        var taken = locks.Take(message.SequenceNumber, until, request.Session);
        return new ServiceBusReceivedMessage(delivered, taken.Token, taken.Until);
    }

    /// <summary>Brings a queue up to date with the clock, and says which messages are locked.</summary>
    private HashSet<long> Upkeep(SqliteConnection db, string queue, QueueLocks locks)
    {
        var now = Now;
        var locked = locks.Locked(now);
        MessageTable.Promote(db, queue, now);
        foreach (var number in MessageTable.Expired(db, queue, now).Where(number => !locked.Contains(number)))
        {
            if (optionsOf(queue).DeadLetteringOnMessageExpiration && MessageTable.Find(db, number) is { } message)
            {
                MoveToDeadLetters(db, queue, message, Merge(message, null), DeadLetterReasons.Expired);
            }
            else
            {
                MessageTable.Delete(db, number);
            }
        }

        return locked;
    }

    private async Task SettleAsync(
        string queue, Guid token, Action<SqliteConnection, StoredMessage> settle, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (locks, held) = Held(queue, token);
        await database.RunAsync(db =>
        {
            settle(db, MessageTable.Find(db, held.SequenceNumber) ?? throw LockLost(queue));
            return true;
        });
        locks.Release(held);
    }

    private (QueueLocks Locks, MessageLock Held) Held(string queue, Guid token)
    {
        var locks = Locks(queue);
        return (locks, locks.Find(token, Now) ?? throw LockLost(queue));
    }

    private static ServiceBusException LockLost(string queue) => new(
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
        ServiceBusFailureReason.MessageLockLost,
        queue);

    private SessionHold? TryHold(string queue, string sessionId)
    {
        var hold = new SessionHold(this, queue, sessionId);
        return Locks(queue).TryHold(hold, Now, Now + optionsOf(queue).LockDuration) ? hold : null;
    }

    private void RefuseLostSession(ReceiveRequest request, QueueLocks locks)
    {
        if (request.Session is { } hold && !locks.Holds(hold, Now))
        {
            throw SessionLockLost(request.Queue, hold);
        }
    }

    /// <summary>Tries until something is found or the time is up, woken by every change of the queue and by the clock.</summary>
    private async Task<T> UntilAsync<T>(
        string queue, TimeSpan maxWait, Func<Task<T>> attempt, Func<T, bool> found, CancellationToken cancellation)
    {
        var locks = Locks(queue);
        var deadline = Now + maxWait;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var changed = locks.Changed;
            var result = await attempt();
            if (found(result) || Now >= deadline)
            {
                return result;
            }

            var scheduled = await database.RunAsync(db => MessageTable.NextScheduled(db, queue));
            var wait = new[] { deadline, scheduled ?? deadline, locks.NextExpiry() ?? deadline, Now + LongestWait }.Min() - Now;
            await WaitAsync(changed, wait, cancellation);
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan wait, CancellationToken cancellation)
    {
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var elapsed = Task.Delay(wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1), time, delay.Token);
        await Task.WhenAny(changed, elapsed);
        await delay.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
