namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>A receiver's lock on a message.</summary>
internal sealed class MessageLock(Guid token, long sequenceNumber, SessionHold? session)
{
    public Guid Token { get; } = token;

    public long SequenceNumber { get; } = sequenceNumber;

    public SessionHold? Session { get; } = session;

    public DateTimeOffset Until { get; set; }
}
