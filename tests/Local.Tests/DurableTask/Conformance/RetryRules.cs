using AgentFunctions.Local.DurableTask.Orchestrations;
using Microsoft.DurableTask;

namespace Local.Tests.DurableTask.Conformance;

public sealed class RetryRules
{
    private static readonly TaskFailureDetails Failure = new("System.InvalidOperationException", "failed", null, null, null);

    [Fact]
    public void The_interval_grows_by_the_coefficient_up_to_the_maximum()
    {
        var policy = new RetryPolicy(10, TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(20));

        var delays = Enumerable.Range(1, 5).Select(attempts => Retries.Delay(policy, attempts, TimeSpan.Zero, Failure)!.Value.TotalSeconds);

        Assert.Equal([1, 3, 9, 20, 20], delays);
    }

    [Fact]
    public void Without_a_coefficient_the_interval_stays()
    {
        var policy = new RetryPolicy(4, TimeSpan.FromSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), Retries.Delay(policy, 3, TimeSpan.FromDays(1), Failure));
    }

    [Fact]
    public void There_are_no_more_attempts_than_the_policy_says()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1));

        Assert.NotNull(Retries.Delay(policy, 2, TimeSpan.Zero, Failure));
        Assert.Null(Retries.Delay(policy, 3, TimeSpan.Zero, Failure));
    }

    [Fact]
    public void After_the_retry_timeout_there_is_no_further_attempt()
    {
        var policy = new RetryPolicy(100, TimeSpan.FromSeconds(1), retryTimeout: TimeSpan.FromSeconds(10));

        Assert.NotNull(Retries.Delay(policy, 5, TimeSpan.FromSeconds(9), Failure));
        Assert.Null(Retries.Delay(policy, 5, TimeSpan.FromSeconds(10), Failure));
    }

    [Fact]
    public void An_interval_that_would_overflow_is_the_maximum()
    {
        var policy = new RetryPolicy(int.MaxValue, TimeSpan.FromDays(1), 10, TimeSpan.FromDays(2));

        Assert.Equal(TimeSpan.FromDays(2), Retries.Delay(policy, 5000, TimeSpan.Zero, Failure));
    }
}
