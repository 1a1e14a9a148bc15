namespace AgentFunctions.Storage.Tables;

/// <summary>
/// A hybrid logical clock (Kulkarni et al., Logical Physical Clocks, 2014): it gives each commit its place among all commits without a
/// counter that all would wait for. A place is a time in microseconds since 1970, moved on where needed so that it is behind every place
/// that this process has given or seen: what follows from something comes after it, also where another machine's clock is ahead.
/// </summary>
internal sealed class HybridClock(TimeProvider time)
{
    private readonly Lock access = new();
    private long last;

    /// <summary>The next place.</summary>
    public long Next()
    {
        var now = Now();
        lock (access)
        {
            return last = Math.Max(now, last + 1);
        }
    }

    /// <summary>Notes a place that another process may have given.</summary>
    public void Observe(long place)
    {
        lock (access)
        {
            last = Math.Max(last, place);
        }
    }

    private long Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
