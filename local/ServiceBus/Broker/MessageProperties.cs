using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>The properties that the sender set.</summary>
internal sealed record MessageProperties(
    string MessageId,
    string? SessionId,
    string? PartitionKey,
    string? ReplyToSessionId,
    TimeSpan? TimeToLive,
    string? CorrelationId,
    string? Subject,
    string? To,
    string? ContentType,
    string? ReplyTo,
    DateTimeOffset? ScheduledEnqueueTime)
{
    public static MessageProperties Of(ServiceBusMessage message) => new(
        string.IsNullOrEmpty(message.MessageId) ? Guid.NewGuid().ToString("N") : message.MessageId,
        message.SessionId,
        message.PartitionKey,
        message.ReplyToSessionId,
        message.TimeToLive == TimeSpan.MaxValue ? null : message.TimeToLive,
        message.CorrelationId,
        message.Subject,
        message.To,
        message.ContentType,
        message.ReplyTo,
        message.ScheduledEnqueueTime == default ? null : message.ScheduledEnqueueTime);
}
