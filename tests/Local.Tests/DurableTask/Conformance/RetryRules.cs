using System.Collections.Concurrent;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class RetryRules(Apps<RetryRules.Functions> apps) : IClassFixture<Apps<RetryRules.Functions>>
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

    [Theory]
    [InlineData(0, 1.0, 1.0, null, null)]
    [InlineData(1, 0.0, 1.0, null, null)]
    [InlineData(1, 1.0, 0.9, null, null)]
    [InlineData(1, 1.0, 1.0, 0.5, null)]
    [InlineData(1, 1.0, 1.0, null, 0.5)]
    public void A_policy_of_impossible_values_is_refused(int attempts, double first, double coefficient, double? longest, double? timeout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(
            attempts,
            TimeSpan.FromSeconds(first),
            coefficient,
            longest is { } max ? TimeSpan.FromSeconds(max) : null,
            timeout is { } end ? TimeSpan.FromSeconds(end) : null));

    [Fact]
    public void Longest_interval_and_timeout_may_be_infinite_and_are_an_hour_and_infinite_by_default()
    {
        var infinite = new RetryPolicy(9, TimeSpan.FromHours(1), 10, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var standard = new RetryPolicy(9, TimeSpan.FromMinutes(1), 10);

        Assert.Equal(TimeSpan.FromHours(1000), Retries.Delay(infinite, 4, TimeSpan.FromDays(99), Failure));
        Assert.Equal(TimeSpan.FromHours(1), Retries.Delay(standard, 4, TimeSpan.FromDays(99), Failure));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Between_attempts_an_orchestration_waits_on_durable_timers_of_the_policys_intervals(bool replays)
    {
        var app = apps.Of(replays);

        var ended = await app.RunAsync("RetriesByPolicy", new Plan($"intervals {replays}", Attempts: 5, FirstMs: 10, Coefficient: 2, LongestMs: 35));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(5, Functions.AttemptsOf($"intervals {replays}"));
        var delays = app.HistoryOf(ended.InstanceId)
            .SelectMany(turn => turn.OfType<TimerCreated>().Select(timer => timer.DueAt - turn.OfType<TurnStarted>().Single().At));
        Assert.Equal([10, 20, 35, 35], delays.Select(delay => delay.TotalMilliseconds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_attempt_is_made_once_the_retry_timeout_has_passed(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync(
            "RetriesByPolicy", new Plan($"timeout {replays}", Attempts: 1000, FirstMs: 30, Coefficient: 1, LongestMs: 30, TimeoutMs: 50));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        var turns = apps.Of(replays).HistoryOf(ended.InstanceId);
        DateTimeOffset At(List<HistoryEvent> turn) => turn.OfType<TurnStarted>().Single().At;
        var end = At(turns[0]) + TimeSpan.FromMilliseconds(50);
        var failures = turns.Where(turn => turn.Exists(each => each is TaskFailed)).Select(At).ToList();
        Assert.All(failures.SkipLast(1), failure => Assert.True(failure < end));
        Assert.True(failures[^1] >= end);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_sub_orchestration_is_called_again_under_the_same_id(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("RetriesAChild", $"child {replays}");

        Assert.Equal($"{ended.InstanceId}-child on attempt 3", ended.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_handler_is_told_attempt_failure_and_time_and_decides_whether_it_waits_or_not(bool isAsync, bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("RetriesByHandler", new Handled($"handler {isAsync} {replays}", isAsync));

        Assert.Equal(
            ["1 System.InvalidOperationException: attempt 1", "2 System.InvalidOperationException: attempt 2", "3 System.InvalidOperationException: attempt 3"],
            ended.ReadOutputAs<string[]>()!);
        Assert.Equal(3, Functions.AttemptsOf($"handler {isAsync} {replays}"));
    }

    public sealed record Plan(string Key, int Attempts, double FirstMs, double Coefficient, double LongestMs, double? TimeoutMs = null);

    public sealed record Handled(string Key, bool IsAsync);

    public sealed class Functions
    {
        private static readonly ConcurrentDictionary<string, int> Attempts = new(StringComparer.Ordinal);

        public static int AttemptsOf(string key) => Attempts.GetValueOrDefault(key);

        [Function("Fails")]
        public static void Fails([ActivityTrigger] string key) => throw new InvalidOperationException($"attempt {Attempts.AddOrUpdate(key, 1, (_, count) => count + 1)}");

        [Function("RetriesByPolicy")]
        public static Task RetriesByPolicy([OrchestrationTrigger] TaskOrchestrationContext context, Plan plan)
        {
            var policy = new RetryPolicy(
                plan.Attempts,
                TimeSpan.FromMilliseconds(plan.FirstMs),
                plan.Coefficient,
                TimeSpan.FromMilliseconds(plan.LongestMs),
                plan.TimeoutMs is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null);
            return context.CallActivityAsync("Fails", plan.Key, TaskOptions.FromRetryPolicy(policy));
        }

        [Function("RetriesAChild")]
        public static Task<string> RetriesAChild([OrchestrationTrigger] TaskOrchestrationContext context, string key) =>
            context.CallSubOrchestratorAsync<string>(
                "FailsTwice", key, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(1))).WithInstanceId($"{context.InstanceId}-child"));

        [Function("FailsTwice")]
        public static async Task<string> FailsTwice([OrchestrationTrigger] TaskOrchestrationContext context, string key)
        {
            var attempt = await context.CallActivityAsync<int>("Counts", key);
            return attempt < 3 ? throw new InvalidOperationException($"attempt {attempt}") : $"{context.InstanceId} on attempt {attempt}";
        }

        [Function("Counts")]
        public static int Counts([ActivityTrigger] string key) => Attempts.AddOrUpdate(key, 1, (_, count) => count + 1);

        [Function("RetriesByHandler")]
        public static async Task<string[]> RetriesByHandler([OrchestrationTrigger] TaskOrchestrationContext context, Handled handled)
        {
            var told = new List<string>();
            bool Decide(Microsoft.DurableTask.RetryContext retry)
            {
                told.Add(retry.TotalRetryTime >= TimeSpan.Zero && retry.OrchestrationContext == context
                    ? $"{retry.LastAttemptNumber} {retry.LastFailure}"
                    : "wrong");
                return retry.LastAttemptNumber < 3;
            }

            async Task<bool> DecideLater(Microsoft.DurableTask.RetryContext retry)
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                return Decide(retry);
            }

            try
            {
                var options = handled.IsAsync ? TaskOptions.FromRetryHandler(DecideLater) : TaskOptions.FromRetryHandler(Decide);
                await context.CallActivityAsync("Fails", handled.Key, options);
            }
            catch (TaskFailedException)
            {
                return [.. told];
            }

            return ["no failure"];
        }
    }
}
