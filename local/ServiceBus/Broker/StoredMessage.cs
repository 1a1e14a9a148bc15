using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A message as the queue holds it.</summary>
internal sealed record StoredMessage(
    long SequenceNumber,
    MessageProperties Properties,
    BinaryData Body,
    IReadOnlyDictionary<string, object> ApplicationProperties,
    int DeliveryCount,
    ServiceBusMessageState State,
    DateTimeOffset EnqueuedTime,
    DateTimeOffset? ExpiresAt,
    string? DeadLetterSource);
