using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>Calls under way at the same time, where their number is limited.</summary>
/// <param name="most">Most of them; <see langword="null"/> for any number.</param>
/// <param name="shares">What is kept for each priority that waits.</param>
internal sealed class CallSlots(int? most, ByPriority<double> shares)
{
    public bool IsLimited => most is not null;

    /// <summary>Calls under way.</summary>
    /// <param name="hosts">The processes.</param>
    /// <param name="now">UTC.</param>
    public static int Taken(IReadOnlyList<HostCalls> hosts, DateTimeOffset now) => Priorities.All.Sum(priority => Taken(hosts, priority, now));

    /// <summary>Whether one more may begin: of its own part, or of what no one keeps or waits for.</summary>
    /// <param name="state">The state.</param>
    /// <param name="priority">The call's priority.</param>
    /// <param name="mayBorrow">Whether nobody more urgent waits.</param>
    /// <param name="now">UTC.</param>
    private bool HasRoom(DeploymentState state, RunPriority priority, bool mayBorrow, DateTimeOffset now)
    {
        var (limit, taken) = (most ?? int.MaxValue, Taken(state.Hosts, now));
        var kept = Priorities.All
            .Where(other => other != priority && state.Lines[other].IsBusy(now))
            .Sum(other => Math.Max(0, Part(other) - Taken(state.Hosts, other, now)));
        return taken < limit && (Taken(state.Hosts, priority, now) < Part(priority) || (mayBorrow && taken + kept < limit));
    }

    /// <summary>
    /// How long until a slot is free, and until each further one, in seconds: by how long answers take, and by how long none has come.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="priority">The call's priority.</param>
    /// <param name="mayBorrow">Whether nobody more urgent waits.</param>
    /// <param name="now">UTC.</param>
    public (double First, double Step) Delay(DeploymentState state, RunPriority priority, bool mayBorrow, DateTimeOffset now)
    {
        if (most is not { } limit)
        {
            return (0, 0);
        }

        var quiet = Taken(state.Hosts, now) > 0 ? (now - state.MovedAt).TotalSeconds : 0;
        var step = Math.Max(state.LatencySeconds, quiet) / limit;
        return (HasRoom(state, priority, mayBorrow, now) ? 0 : Math.Max(step, quiet / 2), step);
    }

    /// <summary>The processes after one has begun or ended a call. Those that were not heard of for long no longer count.</summary>
    /// <param name="hosts">The processes.</param>
    /// <param name="host">The one.</param>
    /// <param name="priority">The call's priority.</param>
    /// <param name="change">1 or -1.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<HostCalls> Change(IReadOnlyList<HostCalls> hosts, string host, RunPriority priority, int change, DateTimeOffset now)
    {
        var calls = hosts.FirstOrDefault(each => each.Host == host)?.Calls ?? new(0, 0, 0);
        var changed = new HostCalls(host, now + DeploymentRules.HostLease, calls.With(priority, Math.Max(0, calls[priority] + change)));
        return
        [
            .. hosts.Where(each => each.Host != host && each.Until > now),
            .. Priorities.All.Any(each => changed.Calls[each] > 0) ? new[] { changed } : [],
        ];
    }

    private static int Taken(IReadOnlyList<HostCalls> hosts, RunPriority priority, DateTimeOffset now) =>
        hosts.Where(host => host.Until > now).Sum(host => host.Calls[priority]);

    private int Part(RunPriority priority) => Math.Max(1, (int)((most ?? 0) * shares[priority]));
}
