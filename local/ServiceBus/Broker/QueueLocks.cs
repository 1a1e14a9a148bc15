namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>
/// The locks on one queue's messages and sessions. They live in memory only: a process that dies holds none, so what it had
/// received is received again as soon as a host serves the file again. Delivery counts are on disk.
/// </summary>
internal sealed class QueueLocks
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, MessageLock> bySequenceNumber = [];
    private readonly Dictionary<Guid, MessageLock> byToken = [];
    private readonly Dictionary<string, SessionHold> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> turns = new(StringComparer.Ordinal);
    private long turn;
    private TaskCompletionSource change = NewChange();

    /// <summary>Completes when a message may have become receivable since this was read.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return change.Task;
            }
        }
    }

    public void Signal()
    {
        TaskCompletionSource signalled;
        lock (gate)
        {
            signalled = change;
            change = NewChange();
        }

        signalled.SetResult();
    }

    public HashSet<long> Locked(DateTimeOffset now)
    {
        lock (gate)
        {
            foreach (var expired in byToken.Values.Where(held => held.Until <= now).ToList())
            {
                Remove(expired);
            }

            return [.. bySequenceNumber.Keys];
        }
    }

    public DateTimeOffset? NextExpiry()
    {
        lock (gate)
        {
            var ends = byToken.Values.Select(held => held.Until).Concat(sessions.Values.Select(hold => hold.LockedUntil));
            return ends.Any() ? ends.Min() : null;
        }
    }

    public MessageLock Take(long sequenceNumber, DateTimeOffset until, SessionHold? session)
    {
        var taken = new MessageLock(Guid.NewGuid(), sequenceNumber, session) { Until = until };
        lock (gate)
        {
            bySequenceNumber[sequenceNumber] = taken;
            byToken[taken.Token] = taken;
        }

        return taken;
    }

    public MessageLock? Find(Guid token, DateTimeOffset now)
    {
        lock (gate)
        {
            return byToken.TryGetValue(token, out var held) && held.Until > now ? held : null;
        }
    }

    public void Release(MessageLock held)
    {
        lock (gate)
        {
            Remove(held);
        }

        Signal();
    }

    public bool TryHold(SessionHold hold, DateTimeOffset now, DateTimeOffset until)
    {
        lock (gate)
        {
            if (sessions.TryGetValue(hold.SessionId, out var other) && other.LockedUntil > now)
            {
                return false;
            }

            hold.LockedUntil = until;
            sessions[hold.SessionId] = hold;
            turn += 2;
            turns[hold.SessionId] = turn + 1;
            return true;
        }
    }

    /// <summary>
    /// Sessions that have messages, in the order in which they are given out: the one that has waited longest since its last turn, or since
    /// it has had messages, comes first. So neither one that always has some nor many that have one now and then keep others from their turn.
    /// </summary>
    public IReadOnlyList<string> InTurn(IReadOnlyCollection<string> oldestFirst)
    {
        lock (gate)
        {
            var known = oldestFirst.ToHashSet(StringComparer.Ordinal);
            foreach (var gone in turns.Keys.Where(session => !known.Contains(session)).ToList())
            {
                turns.Remove(gone);
            }

            foreach (var session in oldestFirst)
            {
                // Before the session that had the last turn, since it has come while that one was held.
                turns.TryAdd(session, turn);
            }

            return [.. oldestFirst.OrderBy(session => turns[session])];
        }
    }

    public bool Holds(SessionHold hold, DateTimeOffset now)
    {
        lock (gate)
        {
            return sessions.TryGetValue(hold.SessionId, out var current) && ReferenceEquals(current, hold) && hold.LockedUntil > now;
        }
    }

    public bool IsHeld(string sessionId, DateTimeOffset now)
    {
        lock (gate)
        {
            return sessions.TryGetValue(sessionId, out var hold) && hold.LockedUntil > now;
        }
    }

    public bool TryRenew(SessionHold hold, DateTimeOffset now, DateTimeOffset until)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(hold.SessionId, out var current) || !ReferenceEquals(current, hold) || hold.LockedUntil <= now)
            {
                return false;
            }

            hold.LockedUntil = until;
            foreach (var held in byToken.Values.Where(held => ReferenceEquals(held.Session, hold)))
            {
                held.Until = until;
            }

            return true;
        }
    }

    public void Release(SessionHold hold)
    {
        lock (gate)
        {
            if (sessions.TryGetValue(hold.SessionId, out var current) && ReferenceEquals(current, hold))
            {
                sessions.Remove(hold.SessionId);
            }

            foreach (var held in byToken.Values.Where(held => ReferenceEquals(held.Session, hold)).ToList())
            {
                Remove(held);
            }
        }

        Signal();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Remove(MessageLock held)
    {
        byToken.Remove(held.Token);
        if (bySequenceNumber.TryGetValue(held.SequenceNumber, out var current) && current.Token == held.Token)
        {
            bySequenceNumber.Remove(held.SequenceNumber);
        }
    }
}
