#nullable disable
using AgentFunctions.Local.ServiceBus.Broker;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message as it was received or peeked.</summary>
public class ServiceBusReceivedMessage
{
    internal const string DeadLetterReasonKey = "DeadLetterReason";
    internal const string DeadLetterDescriptionKey = "DeadLetterErrorDescription";

    private readonly StoredMessage message;
    private readonly Guid lockToken;

    internal ServiceBusReceivedMessage(StoredMessage message, Guid lockToken, DateTimeOffset lockedUntil)
    {
        this.message = message;
        this.lockToken = lockToken;
        LockedUntil = lockedUntil;
    }

    /// <summary>The body.</summary>
    public BinaryData Body => message.Body;

    /// <summary>The message's id.</summary>
    public string MessageId => message.Properties.MessageId;

    /// <summary>The partition key.</summary>
    public string PartitionKey => message.Properties.PartitionKey;

    /// <summary>The session.</summary>
    public string SessionId => message.Properties.SessionId;

    /// <summary>The session to reply to.</summary>
    public string ReplyToSessionId => message.Properties.ReplyToSessionId;

    /// <summary>How long the message lives once enqueued.</summary>
    public TimeSpan TimeToLive => message.Properties.TimeToLive ?? TimeSpan.MaxValue;

    /// <summary>An id for tracing.</summary>
    public string CorrelationId => message.Properties.CorrelationId;

    /// <summary>The label.</summary>
    public string Subject => message.Properties.Subject;

    /// <summary>The destination's address.</summary>
    public string To => message.Properties.To;

    /// <summary>The body's media type.</summary>
    public string ContentType => message.Properties.ContentType;

    /// <summary>The address to reply to.</summary>
    public string ReplyTo => message.Properties.ReplyTo;

    /// <summary>When the message became or becomes receivable, if it was scheduled.</summary>
    public DateTimeOffset ScheduledEnqueueTime => message.Properties.ScheduledEnqueueTime ?? default;

    /// <summary>The application's own properties, with the reason and description of a dead letter.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties => message.ApplicationProperties;

    /// <summary>Identifies the lock under which the message was received.</summary>
    public string LockToken => lockToken.ToString();

    /// <summary>How often the message has been delivered, this time included.</summary>
    public int DeliveryCount => message.DeliveryCount;

    /// <summary>When the lock ends.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>The number that the queue gave the message: unique, growing.</summary>
    public long SequenceNumber => message.SequenceNumber;

    /// <summary>The queue that the dead letter came from; null for any other message.</summary>
    public string DeadLetterSource => message.DeadLetterSource;

    /// <summary>The sequence number the message was first enqueued under.</summary>
    public long EnqueuedSequenceNumber => message.SequenceNumber;

    /// <summary>When the message was enqueued.</summary>
    public DateTimeOffset EnqueuedTime => message.EnqueuedTime;

    /// <summary>When the message expires.</summary>
    public DateTimeOffset ExpiresAt => message.ExpiresAt ?? DateTimeOffset.MaxValue;

    /// <summary>Why the message is a dead letter; null for any other message.</summary>
    public string DeadLetterReason => ApplicationProperties.TryGetValue(DeadLetterReasonKey, out var reason) ? reason as string : null;

    /// <summary>More on why the message is a dead letter; null for any other message.</summary>
    public string DeadLetterErrorDescription =>
        ApplicationProperties.TryGetValue(DeadLetterDescriptionKey, out var description) ? description as string : null;

    /// <summary>Whether the message is active, deferred or scheduled.</summary>
    public ServiceBusMessageState State => message.State;

    internal Guid LockTokenGuid => lockToken;

    /// <summary>The message's id.</summary>
    public override string ToString() => $"{{MessageId:{MessageId}}}";
}
