using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a function may do with the session whose messages it is processing.</summary>
public class ServiceBusSessionMessageActions
{
    private readonly ServiceBusSessionReceiver session;
    private DateTimeOffset lockedUntil;

    internal ServiceBusSessionMessageActions(ServiceBusSessionReceiver session)
    {
        this.session = session;
        lockedUntil = session.SessionLockedUntil;
    }

    /// <summary>For tests that replace the methods.</summary>
    protected ServiceBusSessionMessageActions() => session = null!;

    /// <summary>When the session's lock ends, UTC.</summary>
    public virtual DateTimeOffset SessionLockedUntil
    {
        get => lockedUntil;
        protected set => lockedUntil = value;
    }

    /// <summary>Whether the function has asked for the session to be released.</summary>
    internal bool IsReleased { get; private set; }

    /// <summary>Asks for the session to be released when the function returns: another receiver, or this one, takes the next session.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IsReleased = true;
        return Task.CompletedTask;
    }

    /// <summary>Locks the session for another lock duration.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceBusException">The session's lock is lost.</exception>
    public virtual async Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        await session.RenewSessionLockAsync(cancellationToken);
        SessionLockedUntil = session.SessionLockedUntil;
    }
}
