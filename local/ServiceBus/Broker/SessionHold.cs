namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A receiver's exclusive hold on a session.</summary>
internal sealed class SessionHold(MessageBroker broker, string queue, string sessionId)
{
    public string SessionId { get; } = sessionId;

    public DateTimeOffset LockedUntil { get; set; }

    public void Renew() => broker.RenewSession(queue, this);

    public void Release() => broker.ReleaseSession(queue, this);
}
