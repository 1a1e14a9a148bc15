namespace AgentFunctions.Models.Deployments;

/// <summary>Counts the calls of the last minute, second by second.</summary>
internal sealed class RecentCalls
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly (long Second, int Calls)[] counts = new (long, int)[Seconds];

    public void Add(DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        lock (gate)
        {
            ref var count = ref counts[second % Seconds];
            count = count.Second == second ? (second, count.Calls + 1) : (second, 1);
        }
    }

    public int PerMinute(DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - Seconds;
        lock (gate)
        {
            return counts.Where(count => count.Second > oldest).Sum(count => count.Calls);
        }
    }
}
