using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public class OrchestrationRules
{
    protected virtual bool Replays => false;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Activities_run_one_after_the_other_and_each_gets_the_result_of_the_one_before()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("Sequence", 3);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(6, ended.ReadOutputAs<int>());
        Assert.Equal(3, ended.ReadInputAs<int>());
    }

    [Fact]
    public async Task Activities_that_are_started_together_run_together()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("FanOut", 50);

        Assert.Equal(Enumerable.Range(0, 50).Sum(number => number + 1), ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_orchestrators_exception_fails_it_with_its_type_and_message()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("Throws", "wrong input");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.True(ended.FailureDetails!.IsCausedBy<ArgumentException>());
        Assert.Equal("wrong input", ended.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task An_activitys_exception_reaches_the_orchestrator_with_its_inner_exceptions()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("CatchesAFailure");

        Assert.Equal(["System.InvalidOperationException: outer", "System.FormatException: inner", "True"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task The_failure_of_a_sub_orchestration_is_the_inner_failure_of_its_parents()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("ParentOfAFailure");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.True(ended.FailureDetails!.IsCausedBy<TaskFailedException>());
        Assert.True(ended.FailureDetails.InnerFailure!.IsCausedBy<ArgumentException>());
        Assert.Equal("from the child", ended.FailureDetails.InnerFailure.ErrorMessage);
    }

    [Fact]
    public async Task A_sub_orchestration_knows_its_parent_and_has_the_id_it_was_given()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("ParentOfANamedChild");

        Assert.Equal($"{ended.InstanceId}-child of {ended.InstanceId} ParentOfANamedChild", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unknown_orchestrator_or_activity_fails_and_is_not_retried()
    {
        await using var app = await StartAsync(Log);

        var orchestrator = await app.RunAsync("Nowhere");
        var activity = await app.RunAsync("CallsAnUnknownActivity");

        Assert.Equal("OrchestratorTaskNotFound", orchestrator.FailureDetails!.ErrorType);
        Assert.Equal("ActivityTaskNotFound", activity.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_retry_policy_makes_failed_calls_again_until_one_succeeds()
    {
        var attempts = new Attempts();
        await using var app = await StartAsync(builder => builder.Services.AddSingleton(attempts));

        var ended = await app.RunAsync("Retries", new RetryInput("good", FailuresFirst: 2, MaxAttempts: 3));

        Assert.Equal("good after 3", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_retry_policy_gives_up_after_its_attempts()
    {
        var attempts = new Attempts();
        await using var app = await StartAsync(builder => builder.Services.AddSingleton(attempts));

        var ended = await app.RunAsync("Retries", new RetryInput("bad", FailuresFirst: 9, MaxAttempts: 3));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(3, attempts.Of("bad"));
    }

    [Fact]
    public async Task A_retry_policy_retries_only_the_failures_it_handles()
    {
        var attempts = new Attempts();
        await using var app = await StartAsync(builder => builder.Services.AddSingleton(attempts));

        var ended = await app.RunAsync("RetriesOnlyTimeouts", new RetryInput("once", FailuresFirst: 9, MaxAttempts: 5));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(1, attempts.Of("once"));
    }

    [Fact]
    public async Task A_retry_handler_decides_by_itself_and_may_wait_in_between()
    {
        var attempts = new Attempts();
        await using var app = await StartAsync(builder => builder.Services.AddSingleton(attempts));

        var ended = await app.RunAsync("RetriesByHandler", new RetryInput("handled", FailuresFirst: 3, MaxAttempts: 9));

        Assert.Equal("handled after 4", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Timers_fire_in_order_of_their_times_and_a_cancelled_one_never()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("Timers");

        Assert.Equal(["short", "long", "cancelled"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Ids_and_the_clock_are_the_orchestrations_own()
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("IdsAndClock");

        Assert.Equal("3 Utc", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Continue_as_new_starts_over_with_the_new_input_and_keeps_the_events_that_nobody_took()
    {
        await using var app = await StartAsync(Log);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Counts", new CountState(0, 0), Cancel);
        for (var i = 1; i <= 20; i++)
        {
            await app.Client.RaiseEventAsync(id, "Add", i, Cancel);
        }

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancel);

        Assert.Equal(Enumerable.Range(1, 20).Sum(), ended.ReadOutputAs<int>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Code_that_waits_for_something_else_than_its_context_fails_and_does_not_hang(bool withTimer)
    {
        await using var app = await StartAsync(Log);

        var ended = await app.RunAsync("WaitsForTheWallClock", withTimer);

        Assert.Contains("NonDeterministic", ended.FailureDetails!.ErrorType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_reaches_another_orchestration()
    {
        await using var app = await StartAsync(Log);
        var waiting = await app.Client.ScheduleNewOrchestrationInstanceAsync("WaitsForAnEvent", Cancel);

        await app.RunAsync("SendsAnEvent", waiting);

        var ended = await app.Client.WaitForInstanceCompletionAsync(waiting, getInputsAndOutputs: true, Cancel);
        Assert.Equal("hello", ended.ReadOutputAs<string>());
    }

    private Task<DurableApp> StartAsync(Action<FunctionsApplicationBuilder> configure) =>
        Replays ? DurableApp.StartReplayingAsync(typeof(Functions), configure) : DurableApp.StartAsync(typeof(Functions), configure);

    private static void Log(FunctionsApplicationBuilder builder) =>
        builder.Services.AddSingleton(new Attempts());

    public sealed record RetryInput(string Key, int FailuresFirst, int MaxAttempts);

    public sealed record CountState(int Events, int Total);

    public sealed class Attempts
    {
        private readonly ConcurrentDictionary<string, int> counts = new();

        public int Of(string key) => counts.GetValueOrDefault(key);

        public int Next(string key) => counts.AddOrUpdate(key, 1, (_, count) => count + 1);
    }

    public class Functions(Attempts attempts)
    {
        [Function("Sequence")]
        public static async Task<int> Sequence([OrchestrationTrigger] TaskOrchestrationContext context, int steps)
        {
            var value = steps;
            for (var i = 0; i < steps; i++)
            {
                value = await context.CallActivityAsync<int>("AddOne", value);
            }

            return value;
        }

        [Function("FanOut")]
        public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int width)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, width).Select(number => context.CallActivityAsync<int>("AddOne", number)));
            return results.Sum();
        }

        [Function("AddOne")]
        public static int AddOne([ActivityTrigger] int number) => number + 1;

        [Function("Throws")]
        public static Task Throws([OrchestrationTrigger] TaskOrchestrationContext context) =>
            throw new ArgumentException(context.GetInput<string>());

        [Function("CatchesAFailure")]
        public static async Task<string[]> CatchesAFailure([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("FailsTwice");
                return [];
            }
            catch (TaskFailedException error)
            {
                var failure = error.FailureDetails;
                return [$"{failure}", $"{failure.InnerFailure}", $"{failure.IsCausedBy<Exception>()}"];
            }
        }

        [Function("FailsTwice")]
        public static void FailsTwice([ActivityTrigger] string? nothing) =>
            throw new InvalidOperationException("outer", new FormatException("inner"));

        [Function("ParentOfAFailure")]
        public static async Task ParentOfAFailure([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync("Throws", "from the child");

        [Function("ParentOfANamedChild")]
        public static async Task<string> ParentOfANamedChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync<string>(
                "NamesItsParent", options: new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));

        [Function("NamesItsParent")]
        public static string NamesItsParent([OrchestrationTrigger] TaskOrchestrationContext context) =>
            $"{context.InstanceId} of {context.Parent!.InstanceId} {context.Parent.Name}";

        [Function("CallsAnUnknownActivity")]
        public static async Task CallsAnUnknownActivity([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync("Nowhere", options: new TaskOptions(new RetryPolicy(5, TimeSpan.FromHours(1))));

        [Function("Retries")]
        public static async Task<string> Retries([OrchestrationTrigger] TaskOrchestrationContext context, RetryInput input) =>
            await context.CallActivityAsync<string>(
                "FailsAtFirst", input, TaskOptions.FromRetryPolicy(new RetryPolicy(input.MaxAttempts, TimeSpan.FromMilliseconds(10), 2)));

        [Function("RetriesOnlyTimeouts")]
        public static async Task RetriesOnlyTimeouts([OrchestrationTrigger] TaskOrchestrationContext context, RetryInput input)
        {
            var policy = new RetryPolicy(input.MaxAttempts, TimeSpan.FromMilliseconds(10))
            {
                HandleFailure = failure => failure.IsCausedBy<TimeoutException>(),
            };
            await context.CallActivityAsync("FailsAtFirst", input, new TaskOptions(policy));
        }

        [Function("RetriesByHandler")]
        public static async Task<string> RetriesByHandler([OrchestrationTrigger] TaskOrchestrationContext context, RetryInput input) =>
            await context.CallActivityAsync<string>("FailsAtFirst", input, TaskOptions.FromRetryHandler(async retry =>
            {
                await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
                return retry.LastAttemptNumber < input.MaxAttempts;
            }));

        [Function("FailsAtFirst")]
        public string FailsAtFirst([ActivityTrigger] RetryInput input)
        {
            var attempt = attempts.Next(input.Key);
            return attempt <= input.FailuresFirst
                ? throw new InvalidOperationException($"attempt {attempt}")
                : $"{input.Key} after {attempt}";
        }

        [Function("Timers")]
        public static async Task<string[]> Timers([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var stop = new CancellationTokenSource();
            var order = new List<string>();
            async Task Wait(TimeSpan delay, string name)
            {
                await context.CreateTimer(delay, CancellationToken.None);
                order.Add(name);
            }

            var never = context.CreateTimer(TimeSpan.FromDays(36_500), stop.Token);
            await Task.WhenAll(Wait(TimeSpan.FromMilliseconds(80), "long"), Wait(TimeSpan.FromMilliseconds(10), "short"));
            stop.Cancel();
            try
            {
                await never;
            }
            catch (TaskCanceledException)
            {
                order.Add("cancelled");
            }

            return [.. order];
        }

        [Function("IdsAndClock")]
        public static async Task<string> IdsAndClock([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var ids = new HashSet<Guid> { context.NewGuid(), context.NewGuid() };
            await context.CallActivityAsync<int>("AddOne", 1);
            ids.Add(context.NewGuid());
            return $"{ids.Count} {context.CurrentUtcDateTime.Kind}";
        }

        [Function("Counts")]
        public static async Task<int> Counts([OrchestrationTrigger] TaskOrchestrationContext context, CountState state)
        {
            var number = await context.WaitForExternalEvent<int>("add");
            var next = new CountState(state.Events + 1, state.Total + number);
            if (next.Events < 20)
            {
                context.ContinueAsNew(next);
            }

            return next.Total;
        }

        [Function("WaitsForTheWallClock")]
        public static async Task WaitsForTheWallClock([OrchestrationTrigger] TaskOrchestrationContext context, bool withTimer)
        {
            var timer = withTimer ? context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None) : Task.CompletedTask;
            await Task.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            await timer;
        }

        [Function("WaitsForAnEvent")]
        public static Task<string> WaitsForAnEvent([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.WaitForExternalEvent<string>("Greeting");

        [Function("SendsAnEvent")]
        public static void SendsAnEvent([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.SendEvent(context.GetInput<string>()!, "Greeting", "hello");
    }
}
