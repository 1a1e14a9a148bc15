using System.Collections.Concurrent;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Local.Tests.DurableTask.Conformance;

public sealed class DeterminismRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData("other activity", "#0 (call of activity 'Notes') was recorded, #0 (call of activity 'Else') was made")]
    [InlineData("child", "#0 (call of activity 'Notes') was recorded, #0 (call of orchestrator 'Other') was made")]
    [InlineData("nothing", "#0 (call of activity 'Notes') was recorded, nothing was made")]
    [InlineData("two", "nothing was recorded, #1 (call of activity 'Notes') was made")]
    public async Task Changed_code_fails_its_instance_naming_what_was_recorded_and_what_was_made_and_the_others_go_on(string change, string message)
    {
        using var folder = new TempFolder();
        var code = new Code { Action = "activity" };
        await using (var before = await StartAsync(folder, code))
        {
            await WaitForEventAsync(before, "Changes", "changed");
            await WaitForEventAsync(before, "Stays", "stays");
        }

        code.Action = change;
        await using var after = await StartAsync(folder, code);
        await after.Client.RaiseEventAsync("changed", "go", Cancel);
        await after.Client.RaiseEventAsync("stays", "go", Cancel);

        var failure = (await after.Client.WaitForInstanceCompletionAsync("changed", true, Cancel)).FailureDetails!;
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Contains("'changed'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(message, failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("stayed", (await after.Client.WaitForInstanceCompletionAsync("stays", true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await after.RunAsync("Other")).RuntimeStatus);
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

    public class Functions(Code code)
    {
        [Function("Changes")]
        public async Task Changes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            switch (code.Action)
            {
                case "activity":
                    await context.CallActivityAsync("Notes");
                    break;
                case "other activity":
                    await context.CallActivityAsync("Else");
                    break;
                case "child":
                    await context.CallSubOrchestratorAsync("Other");
                    break;
                case "two":
                    await Task.WhenAll(context.CallActivityAsync("Notes"), context.CallActivityAsync("Notes"));
                    break;
            }

            context.SetCustomStatus("waits");
            await context.WaitForExternalEvent<string>("go");
        }

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
