using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Leases;

/// <summary>The entity that gives leases of one resource.</summary>
public static class LeaseEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Lease";

    /// <summary>
    /// Asks for the lease. Input: <see cref="LeaseAsk"/>. Returns <see cref="LeaseGrant"/>, or <see langword="null"/> where it has to be
    /// waited for; then it comes as the event <see cref="GrantedEvent"/>. The same ask again has the same answer.
    /// </summary>
    public const string Acquire = nameof(Acquire);

    /// <summary>Takes an ask back. Input: <see cref="LeaseAsk"/>. Returns the <see cref="LeaseGrant"/> where it was given meanwhile.</summary>
    public const string Withdraw = nameof(Withdraw);

    /// <summary>Lengthens a lease. Input: <see cref="LeaseRenewal"/>. Returns its <see cref="LeaseGrant"/>, or <see langword="null"/> where it is over.</summary>
    public const string Renew = nameof(Renew);

    /// <summary>Gives a lease back. Input: its token. A token that is over changes nothing.</summary>
    public const string Release = nameof(Release);

    /// <summary>Ends a lease whose time is up. Input: its token. Comes on a durable timer.</summary>
    public const string Expire = nameof(Expire);

    /// <summary>Takes back all asks of runs that have ended. Input: their ids.</summary>
    public const string Forget = nameof(Forget);

    /// <summary>The entity of a resource.</summary>
    /// <param name="key">The key of the resource, see <see cref="LeaseNeed"/>.</param>
    public static EntityInstanceId For(string key) => new(Name, key);

    /// <summary>The event by which who waits is given the lease. Payload: <see cref="LeaseGrant"/>.</summary>
    /// <param name="askId">The ask.</param>
    public static string GrantedEvent(string askId) => $"lease:{askId}";
}

/// <summary>What a call needs before it can be made.</summary>
/// <param name="Key">The key of the resource's entity.</param>
/// <param name="Resource">The resource, for people.</param>
/// <param name="Lasts">How long the lease lasts.</param>
/// <param name="Waits">How long it is waited for.</param>
public sealed record LeaseNeed(string Key, string Resource, TimeSpan Lasts, TimeSpan Waits);

/// <summary>An ask for a lease.</summary>
/// <param name="AskId">Unique.</param>
/// <param name="RunId">The run for which it is asked.</param>
/// <param name="ReplyTo">Instance id of the orchestration that waits.</param>
/// <param name="Lasts">How long the lease lasts from when it is given.</param>
public sealed record LeaseAsk(string AskId, string RunId, string ReplyTo, TimeSpan Lasts);

/// <summary>A lease that was given.</summary>
/// <param name="AskId">The ask.</param>
/// <param name="Token">The fencing token: greater than all that were given for the resource before.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record LeaseGrant(string AskId, long Token, DateTimeOffset ExpiresAt);

/// <summary>A lease to be lengthened.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Lasts">How long it lasts from now on.</param>
public sealed record LeaseRenewal(long Token, TimeSpan Lasts);

/// <summary>The lease under which a call is made.</summary>
/// <param name="Need">What it needed.</param>
/// <param name="Grant">The lease; <see langword="null"/> where the wait for it was in vain.</param>
public sealed record CallLease(LeaseNeed Need, LeaseGrant? Grant);

/// <summary>The leases of one resource.</summary>
public sealed record LeaseState
{
    /// <summary>The greatest token that was given.</summary>
    public long Token { get; init; }

    /// <summary>Who has the lease, if anyone.</summary>
    public LeaseGrant? Holder { get; init; }

    /// <summary>Who waits, in the order in which they came.</summary>
    public IReadOnlyList<LeaseAsk> Waiting { get; init; } = [];
}
