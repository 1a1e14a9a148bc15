using System.Collections.Concurrent;
using AgentFunctions.Storage;

namespace AgentFunctions.Queue;

/// <summary>
/// Lets no more runs of a tenant in than may wait. Requests on their way count as well, those that came first before those that came
/// later, so that of many at once exactly as many are let in as there is room for; over several processes, no more of them are let in
/// beyond that than there are requests on their way in the others.
/// </summary>
/// <param name="waiting">What waits.</param>
/// <param name="settings">The limits.</param>
public sealed class QueueGate(IWaitingList waiting, AdmissionSettings settings)
{
    private readonly ConcurrentDictionary<string, SortedDictionary<long, string>> entering = new(StringComparer.Ordinal);
    private long tickets;

    /// <summary>Lets a run in, until it is on record and the result is disposed; <see langword="null"/> where there is no room for it.</summary>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IDisposable?> EnterAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var most = settings.Of(tenant).MaxQueued!.Value;
        var before = entering.GetOrAdd(tenant, _ => []);
        long ticket;
        IReadOnlyCollection<string> earlier;
        lock (before)
        {
            // Drawn under the lock: a ticket that is drawn but not yet listed would be missed by the next one.
            ticket = Interlocked.Increment(ref tickets);
            earlier = [.. before.Values];
            before.Add(ticket, runId);
        }

        var entry = new Entry(before, ticket);
        var isIn = false;
        try
        {
            isIn = earlier.Count + await waiting.DepthAsync(tenant, most, earlier, cancellationToken) < most;
            return isIn ? entry : null;
        }
        finally
        {
            if (!isIn)
            {
                entry.Dispose();
            }
        }
    }

    private sealed class Entry(SortedDictionary<long, string> entering, long ticket) : IDisposable
    {
        public void Dispose()
        {
            lock (entering)
            {
                entering.Remove(ticket);
            }
        }
    }
}
