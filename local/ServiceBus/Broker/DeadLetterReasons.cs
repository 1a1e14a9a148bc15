namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>The reasons that the service itself gives for a dead letter.</summary>
internal static class DeadLetterReasons
{
    public static (string Reason, string Description) Expired { get; } =
        ("TTLExpiredException", "The message expired and was dead lettered.");

    public static (string Reason, string Description) MaxDeliveryCount(int deliveries) =>
        ("MaxDeliveryCountExceeded", $"Message could not be consumed after {deliveries} delivery attempts.");
}
