using System.Collections.Concurrent;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public class RecoveryRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task After_a_restart_an_orchestration_goes_on_where_it_waited_and_runs_no_activity_again()
    {
        using var folder = new TempFolder();
        var calls = new Calls();
        await using (var first = await StartAsync(folder, calls))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("TwoHalves", new StartOrchestrationOptions("halves"), Cancel);
            await Eventually.GetAsync(() => first.Client.GetInstanceAsync("halves", true, Cancel), found => found!.SerializedCustomStatus == "\"half\"");
        }

        await using var second = await StartAsync(folder, calls);
        await second.Client.RaiseEventAsync("halves", "go on", Cancel);
        var ended = await second.Client.WaitForInstanceCompletionAsync("halves", true, Cancel);

        Assert.Equal("first second", ended.ReadOutputAs<string>());
        Assert.Equal(["first", "second"], calls.Made);
    }

    [Fact]
    public async Task An_activity_that_the_end_of_the_host_interrupts_is_cancelled_and_run_again()
    {
        using var folder = new TempFolder();
        var calls = new Calls();
        await using (var first = await StartAsync(folder, calls))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Interrupted", new StartOrchestrationOptions("interrupted"), Cancel);
            await Eventually.TrueAsync(() => calls.Made.Contains("waits"));
        }

        Assert.Contains("cancelled", calls.Made);
        calls.IsSecondRun = true;
        await using var second = await StartAsync(folder, calls);

        var ended = await second.Client.WaitForInstanceCompletionAsync("interrupted", true, Cancel);
        Assert.Equal("done", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_result_that_comes_while_the_host_stops_is_kept()
    {
        using var folder = new TempFolder();
        var calls = new Calls();
        await using (var first = await StartAsync(folder, calls))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Stubborn", new StartOrchestrationOptions("stubborn"), Cancel);
            await Eventually.TrueAsync(() => calls.Made.Contains("stubborn"));
        }

        await using var second = await StartAsync(folder, calls);

        var ended = await second.Client.WaitForInstanceCompletionAsync("stubborn", true, Cancel);
        Assert.Equal("stubborn then more", ended.ReadOutputAs<string>());
        Assert.Equal(["stubborn", "more"], calls.Made);
    }

    [Fact]
    public async Task Timers_signals_and_starts_of_the_future_survive_a_restart()
    {
        using var folder = new TempFolder();
        var calls = new Calls();
        var at = DateTimeOffset.UtcNow.AddSeconds(1.5);
        await using (var first = await StartAsync(folder, calls))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("WaitsUntil", at, new StartOrchestrationOptions("timer"), Cancel);
            await first.Client.ScheduleNewOrchestrationInstanceAsync("WaitsUntil", at, new StartOrchestrationOptions("start", at), Cancel);
            await first.Client.Entities.SignalEntityAsync(new EntityInstanceId("Noted", "x"), "Set", 5, at, Cancel);
            await first.Client.WaitForInstanceStartAsync("timer", Cancel);
        }

        await using var second = await StartAsync(folder, calls);

        Assert.True((await second.Client.WaitForInstanceCompletionAsync("timer", true, Cancel)).ReadOutputAs<DateTimeOffset>() >= at);
        Assert.True((await second.Client.WaitForInstanceCompletionAsync("start", true, Cancel)).ReadOutputAs<DateTimeOffset>() >= at);
        await Eventually.GetAsync(
            async () => (await second.Client.Entities.GetEntityAsync<int>(new EntityInstanceId("Noted", "x"), Cancel))?.State, state => state == 5);
    }

    [Fact]
    public async Task A_second_host_does_not_start_on_the_same_data()
    {
        using var folder = new TempFolder();
        await using var first = await StartAsync(folder, new Calls());

        var error = await Assert.ThrowsAsync<IOException>(() => StartAsync(folder, new Calls()));

        Assert.Contains("Another process", error.Message, StringComparison.Ordinal);
    }

    private static Task<DurableApp> StartAsync(TempFolder folder, Calls calls) =>
        DurableApp.StartAsync(typeof(Functions), builder => builder.Services.AddSingleton(calls), folder.Path);

    public sealed class Calls
    {
        private readonly ConcurrentQueue<string> made = new();

        public IReadOnlyCollection<string> Made => made;

        public bool IsSecondRun { get; set; }

        public void Add(string name) => made.Enqueue(name);
    }

    public class Functions(Calls calls) : TaskEntity<int>
    {
        [Function("Noted")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public void Set(int value) => State = value;

        [Function("TwoHalves")]
        public static async Task<string> TwoHalves([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var first = await context.CallActivityAsync<string>("Records", "first");
            context.SetCustomStatus("half");
            await context.WaitForExternalEvent<string>("go on");
            return $"{first} {await context.CallActivityAsync<string>("Records", "second")}";
        }

        [Function("Interrupted")]
        public static Task<string> Interrupted([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync<string>("WaitsForTheEnd");

        [Function("Stubborn")]
        public static async Task<string> Stubborn([OrchestrationTrigger] TaskOrchestrationContext context) =>
            $"{await context.CallActivityAsync<string>("EndsWithTheHost")} then {await context.CallActivityAsync<string>("Records", "more")}";

        [Function("WaitsUntil")]
        public static async Task<DateTimeOffset> WaitsUntil([OrchestrationTrigger] TaskOrchestrationContext context, DateTimeOffset at)
        {
            await context.CreateTimer(at.UtcDateTime, CancellationToken.None);
            return new DateTimeOffset(context.CurrentUtcDateTime);
        }

        [Function("Records")]
        public string Records([ActivityTrigger] string name)
        {
            calls.Add(name);
            return name;
        }

        [Function("WaitsForTheEnd")]
        public async Task<string> WaitsForTheEnd([ActivityTrigger] object? nothing, CancellationToken cancellation)
        {
            if (calls.IsSecondRun)
            {
                return "done";
            }

            calls.Add("waits");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            catch (OperationCanceledException)
            {
                calls.Add("cancelled");
                throw;
            }

            return "never";
        }

        [Function("EndsWithTheHost")]
        public async Task<string> EndsWithTheHost([ActivityTrigger] object? nothing, CancellationToken cancellation)
        {
            calls.Add("stubborn");
            var ending = new TaskCompletionSource();
            await using var registration = cancellation.Register(ending.SetResult);
            await ending.Task;
            return "stubborn";
        }
    }
}
