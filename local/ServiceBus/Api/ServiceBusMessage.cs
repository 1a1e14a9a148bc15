#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>A message to send. Unset text properties are null.</summary>
public class ServiceBusMessage
{
    private TimeSpan timeToLive = TimeSpan.MaxValue;

    /// <summary>An empty message.</summary>
    public ServiceBusMessage() : this(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty))
    {
    }

    /// <summary>A message with a UTF-8 body.</summary>
    /// <param name="body">The body.</param>
    public ServiceBusMessage(string body) : this(BinaryData.FromString(body))
    {
    }

    /// <summary>A message with a body of bytes.</summary>
    /// <param name="body">The body.</param>
    public ServiceBusMessage(ReadOnlyMemory<byte> body) : this(BinaryData.FromBytes(body))
    {
    }

    /// <summary>A message with a body.</summary>
    /// <param name="body">The body.</param>
    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>A message to resend what was received: body and properties, without what the queue had added.</summary>
    /// <param name="receivedMessage">The received message.</param>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
    {
        ArgumentNullException.ThrowIfNull(receivedMessage);
        Body = receivedMessage.Body;
        MessageId = receivedMessage.MessageId;
        PartitionKey = receivedMessage.PartitionKey;
        SessionId = receivedMessage.SessionId;
        ReplyToSessionId = receivedMessage.ReplyToSessionId;
        TimeToLive = receivedMessage.TimeToLive;
        CorrelationId = receivedMessage.CorrelationId;
        Subject = receivedMessage.Subject;
        To = receivedMessage.To;
        ContentType = receivedMessage.ContentType;
        ReplyTo = receivedMessage.ReplyTo;
        foreach (var (key, value) in receivedMessage.ApplicationProperties)
        {
            if (key is not (ServiceBusReceivedMessage.DeadLetterReasonKey or ServiceBusReceivedMessage.DeadLetterDescriptionKey))
            {
                ApplicationProperties[key] = value;
            }
        }
    }

    /// <summary>The body.</summary>
    public BinaryData Body { get; set; }

    /// <summary>The id by which duplicates are found; the sender's own choice, at most 128 characters. A random one when not set.</summary>
    public string MessageId { get; set; }

    /// <summary>The partition key. Kept, without effect on one machine.</summary>
    public string PartitionKey { get; set; }

    /// <summary>The session: messages of one session are received in order by one receiver.</summary>
    public string SessionId { get; set; }

    /// <summary>The session to reply to.</summary>
    public string ReplyToSessionId { get; set; }

    /// <summary>How long the message lives once enqueued. Default <see cref="TimeSpan.MaxValue"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan TimeToLive
    {
        get => timeToLive;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            timeToLive = value;
        }
    }

    /// <summary>An id for tracing.</summary>
    public string CorrelationId { get; set; }

    /// <summary>A label.</summary>
    public string Subject { get; set; }

    /// <summary>The destination's address.</summary>
    public string To { get; set; }

    /// <summary>The body's media type.</summary>
    public string ContentType { get; set; }

    /// <summary>The address to reply to.</summary>
    public string ReplyTo { get; set; }

    /// <summary>When the message becomes receivable; at once when default.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>The application's own properties: strings, numbers, booleans, dates, time spans, GUIDs and URIs.</summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>The message's id.</summary>
    public override string ToString() => $"{{MessageId:{MessageId}}}";
}
