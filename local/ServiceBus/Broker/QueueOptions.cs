namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>What an administrator sets on a queue. The defaults are Azure's, except that duplicates are detected.</summary>
internal sealed record QueueOptions
{
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromSeconds(30);

    public int MaxDeliveryCount { get; init; } = 10;

    public bool RequiresSession { get; init; }

    public bool RequiresDuplicateDetection { get; init; } = true;

    public TimeSpan DuplicateDetectionHistoryTimeWindow { get; init; } = TimeSpan.FromMinutes(10);

    public bool DeadLetteringOnMessageExpiration { get; init; }

    /// <summary>The largest message in bytes, properties included: the standard tier's.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;
}
