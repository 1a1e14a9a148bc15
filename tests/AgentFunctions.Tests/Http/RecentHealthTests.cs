using AgentFunctions.Http;
using AgentFunctions.Http.Views;

namespace AgentFunctions.Tests.Http;

/// <summary>Everybody may ask for the health: that must cost no more than asking once.</summary>
public class RecentHealthTests
{
    private readonly StoppedTime time = new();
    private readonly List<TaskCompletionSource<HealthSummary>> checks = [];

    [Fact]
    public async Task Who_asks_while_a_check_is_under_way_or_within_a_second_is_answered_by_it()
    {
        var health = new RecentHealth(time);

        var first = health.GetAsync(Check);
        time.Now = TimeSpan.FromMinutes(1);
        var meanwhile = health.GetAsync(Check);
        Assert.Single(checks);
        checks[0].SetResult(new HealthSummary(Live: true, Ready: true));
        Assert.True((await first).Ready && (await meanwhile).Ready);

        var later = health.GetAsync(Check);
        checks[1].SetResult(new HealthSummary(Live: true, Ready: false));
        time.Now += TimeSpan.FromMilliseconds(999);
        var soon = health.GetAsync(Check);
        Assert.Equal(2, checks.Count);
        Assert.False((await later).Ready || (await soon).Ready);

        time.Now += TimeSpan.FromMilliseconds(1);
        var last = health.GetAsync(Check);
        Assert.Equal(3, checks.Count);
        Assert.False(last.IsCompleted);
    }

    private Task<HealthSummary> Check()
    {
        var check = new TaskCompletionSource<HealthSummary>();
        checks.Add(check);
        return check.Task;
    }

    private sealed class StoppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
