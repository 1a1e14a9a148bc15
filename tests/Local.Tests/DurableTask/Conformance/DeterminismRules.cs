using System.Collections.Concurrent;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Local.Tests.DurableTask.Conformance;

public sealed class DeterminismRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData("activity", "other activity", "event #0 (TaskScheduled): expected call of activity 'Notes', found call of activity 'Else'.")]
    [InlineData("activity", "timer", "event #0 (TaskScheduled): expected call of activity 'Notes', found timer.")]
    [InlineData("activity", "child", "event #0 (TaskScheduled): expected call of activity 'Notes', found call of orchestrator 'Other'.")]
    [InlineData("activity", "event", "event #0 (TaskScheduled): expected call of activity 'Notes', found event 'hello' to 'somebody'.")]
    [InlineData("activity", "nothing", "event #0 (TaskScheduled): expected call of activity 'Notes', found nothing.")]
    [InlineData("activity", "two activities", "event #1 (TaskScheduled): expected nothing, found call of activity 'Notes'.")]
    [InlineData("nothing", "activity", "event #0 (TaskScheduled): expected nothing, found call of activity 'Notes'.")]
    [InlineData("timer", "activity", "event #0 (TimerCreated): expected timer, found call of activity 'Notes'.")]
    [InlineData("child", "other child", "event #0 (SubOrchestrationInstanceCreated): expected call of orchestrator 'Other', found call of orchestrator 'Stays'.")]
    [InlineData("child", "timer", "event #0 (SubOrchestrationInstanceCreated): expected call of orchestrator 'Other', found timer.")]
    [InlineData("event", "other event", "event #0 (EventSent): expected event 'hello' to 'somebody', found event 'bye' to 'somebody'.")]
    [InlineData("event", "activity", "event #0 (EventSent): expected event 'hello' to 'somebody', found call of activity 'Notes'.")]
    [InlineData("call", "other call", "event #0 (EntityOperationCalled): expected call of 'Get' on entity '@thing@x', found call of 'Clear' on entity '@thing@x'.")]
    [InlineData("call", "signal", "event #0 (EntityOperationCalled): expected call of 'Get' on entity '@thing@x', found signal 'Get' to entity '@thing@x'.")]
    [InlineData("signal", "call", "event #0 (EntityOperationSignaled): expected signal 'Get' to entity '@thing@x', found call of 'Get' on entity '@thing@x'.")]
    [InlineData("lock", "call", "event #0 (EntityLockRequested): expected lock of entities, found call of 'Get' on entity '@thing@x'.")]
    public async Task A_replay_that_leaves_its_history_fails_its_instance_naming_the_event_what_was_expected_and_what_was_found(
        string recorded, string changed, string message)
    {
        using var folder = new TempFolder();
        var code = new Code { Action = recorded };
        await using (var before = await StartAsync(folder, code))
        {
            await WaitForEventAsync(before, "Changes", "changed");
        }

        code.Action = changed;
        await using var after = await StartAsync(folder, code);
        await after.Client.RaiseEventAsync("changed", "go", Cancel);

        var failure = (await after.Client.WaitForInstanceCompletionAsync("changed", true, Cancel)).FailureDetails!;
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.StartsWith($"Instance 'changed' did not repeat its history at {message}", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_replay_leaves_its_history_the_host_and_all_other_instances_go_on()
    {
        using var folder = new TempFolder();
        var code = new Code { Action = "activity" };
        await using (var before = await StartAsync(folder, code))
        {
            await WaitForEventAsync(before, "Changes", "changed");
            await WaitForEventAsync(before, "Stays", "stays");
        }

        code.Action = "nothing";
        await using var after = await StartAsync(folder, code);
        await after.Client.RaiseEventAsync("changed", "go", Cancel);
        await after.Client.WaitForInstanceCompletionAsync("changed", Cancel);

        await after.Client.RaiseEventAsync("stays", "go", Cancel);
        Assert.Equal("stayed", (await after.Client.WaitForInstanceCompletionAsync("stays", true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await after.RunAsync("Other")).RuntimeStatus);
    }

    [Fact]
    public async Task Another_spelling_of_an_activitys_name_is_no_other_activity()
    {
        using var folder = new TempFolder();
        var code = new Code { Action = "activity" };
        await using (var before = await StartAsync(folder, code))
        {
            await WaitForEventAsync(before, "Changes", "changed");
        }

        code.Action = "ACTIVITY";
        await using var after = await StartAsync(folder, code);
        await after.Client.RaiseEventAsync("changed", "go", Cancel);

        Assert.Equal(
            OrchestrationRuntimeStatus.Completed, (await after.Client.WaitForInstanceCompletionAsync("changed", Cancel)).RuntimeStatus);
    }

    [Fact]
    public async Task Without_extended_sessions_every_turn_is_a_replay_that_catches_code_that_does_not_repeat_itself()
    {
        await using var app = await DurableApp.StartReplayingAsync(typeof(Functions), builder => builder.Services.AddSingleton(new Code()));

        var ended = await app.RunAsync("CountsItsRuns");

        Assert.Contains("expected call of activity 'Notes', found call of activity 'Else'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_ids_and_the_clock_are_the_same_when_the_code_runs_again()
    {
        await using var app = await DurableApp.StartReplayingAsync(typeof(Functions), builder => builder.Services.AddSingleton(new Code()));

        var ended = await app.RunAsync("RepeatsItself");

        Assert.Equal("same", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_replay_safe_logger_writes_each_line_once()
    {
        var lines = new Lines();
        await using var app = await DurableApp.StartReplayingAsync(typeof(Functions), builder =>
        {
            builder.Services.AddSingleton(new Code());
            builder.Services.AddSingleton<ILoggerProvider>(lines);
        });

        await app.RunAsync("Logs");

        Assert.Equal(["safe 0", "safe 1", "safe 2"], lines.Written.Where(line => line.StartsWith("safe", StringComparison.Ordinal)));
        Assert.True(lines.Written.Count(line => line == "unsafe 0") > 1);
    }

    private static Task<DurableApp> StartAsync(TempFolder folder, Code code) =>
        DurableApp.StartAsync(typeof(Functions), builder => builder.Services.AddSingleton(code), folder.Path);

    private static async Task WaitForEventAsync(DurableApp app, string orchestrator, string id)
    {
        await app.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, new StartOrchestrationOptions(id), Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync(id, true, Cancel), found => found!.SerializedCustomStatus == "\"waits\"");
    }

    public sealed class Code
    {
        public string Action { get; set; } = "activity";

        public int Runs { get; set; }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    public class Functions(Code code) : TaskEntity<int>
    {
        private static readonly EntityInstanceId Thing = new("Thing", "x");

        [Function("Changes")]
        public async Task Changes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await ActAsync(context);
            context.SetCustomStatus("waits");
            await context.WaitForExternalEvent<string>("go");
        }

        private async Task ActAsync(TaskOrchestrationContext context)
        {
            switch (code.Action)
            {
                case "activity":
                    await context.CallActivityAsync("Notes");
                    break;
                case "ACTIVITY":
                    await context.CallActivityAsync("NOTES");
                    break;
                case "other activity":
                    await context.CallActivityAsync("Else");
                    break;
                case "two activities":
                    await Task.WhenAll(context.CallActivityAsync("Notes"), context.CallActivityAsync("Notes"));
                    break;
                case "timer":
                    await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                    break;
                case "child":
                    await context.CallSubOrchestratorAsync("Other");
                    break;
                case "other child":
                    await context.CallSubOrchestratorAsync("Stays");
                    break;
                case "event":
                    context.SendEvent("somebody", "hello", "x");
                    break;
                case "other event":
                    context.SendEvent("somebody", "bye", "x");
                    break;
                case "call":
                    await context.Entities.CallEntityAsync(Thing, "Get");
                    break;
                case "other call":
                    await context.Entities.CallEntityAsync(Thing, "Clear");
                    break;
                case "signal":
                    await context.Entities.SignalEntityAsync(Thing, "Get");
                    break;
                case "lock":
                    await (await context.Entities.LockEntitiesAsync(Thing)).DisposeAsync();
                    break;
                default:
                    Assert.Equal("nothing", code.Action);
                    break;
            }
        }

        [Function("Thing")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public int Get() => State;

        public void Clear() => State = 0;

        [Function("CountsItsRuns")]
        public async Task CountsItsRuns([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync(code.Runs++ == 0 ? "Notes" : "Else");

        [Function("Stays")]
        public static async Task<string> Stays([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Notes");
            context.SetCustomStatus("waits");
            await context.WaitForExternalEvent<string>("go");
            return "stayed";
        }

        [Function("Other")]
        public static string Other([OrchestrationTrigger] TaskOrchestrationContext context) => context.InstanceId;

        [Function("Notes")]
        public static void Notes([ActivityTrigger] string? nothing)
        {
        }

        [Function("Else")]
        public static void Else([ActivityTrigger] string? nothing)
        {
        }

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;

        [Function("RepeatsItself")]
        public static async Task<string> RepeatsItself([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            for (var i = 0; i < 3; i++)
            {
                var now = $"{context.NewGuid()} {context.CurrentUtcDateTime:o}";
                if (await context.CallActivityAsync<string>("Echo", now) != now)
                {
                    return "different";
                }
            }

            return "same";
        }

        [Function("Logs")]
        public static async Task Logs([OrchestrationTrigger] TaskOrchestrationContext context, FunctionContext function)
        {
            for (var i = 0; i < 3; i++)
            {
                context.CreateReplaySafeLogger("test").LogInformation("safe {Number}", i);
                function.GetLogger("test").LogInformation("unsafe {Number}", i);
                await context.CallActivityAsync("Notes");
            }
        }
    }
}
