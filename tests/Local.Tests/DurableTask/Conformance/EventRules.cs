using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class EventRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Of_two_waits_for_one_name_the_newer_gets_the_first_event()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("WaitsTwiceAtOnce", Cancel);
        await app.Client.WaitForInstanceStartAsync(id, Cancel);
        await app.Client.RaiseEventAsync(id, "word", "first", Cancel);
        await app.Client.RaiseEventAsync(id, "word", "second", Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal("older second, newer first", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_of_different_names_do_not_wait_for_each_other()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("WaitsForTwoNames", Cancel);
        await app.Client.RaiseEventAsync(id, "b", "2", Cancel);
        await app.Client.RaiseEventAsync(id, "a", "1", Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal("12", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Waiting_for_one_name_as_two_types_is_refused()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var ended = await app.RunAsync("WaitsAsTwoTypes");

        Assert.True(ended.FailureDetails!.IsCausedBy<ArgumentException>());
    }

    [Fact]
    public async Task Continue_as_new_without_carrying_drops_the_events_that_nobody_took()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var carried = await RunGenerationsAsync(app, carries: true);
        var dropped = await RunGenerationsAsync(app, carries: false);

        Assert.Equal("spare", carried);
        Assert.Equal("nothing", dropped);
    }

    [Fact]
    public async Task Continue_as_new_forgets_activities_and_timers_that_were_left_open()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var ended = await app.RunAsync("LeavesWorkOpen", 0);

        Assert.Equal("generation 1 done", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Continue_as_new_may_give_the_next_execution_another_version()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var options = new StartOrchestrationOptions("versions") { Version = "1.0" };
        await app.Client.ScheduleNewOrchestrationInstanceAsync("MovesToTheNextVersion", options, Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync("versions", true, Cancel);

        Assert.Equal("moved to 2.0", ended.ReadOutputAs<string>());
        await app.Client.RestartAsync("versions", false, Cancel);
        Assert.Equal("moved to 2.0", (await app.Client.WaitForInstanceCompletionAsync("versions", true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_cancelled_wait_throws_and_takes_no_event_that_comes_later()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("GivesUpAndWaitsAgain", Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync(id, true, Cancel), found => found!.SerializedCustomStatus == "\"gave up\"");

        await app.Client.RaiseEventAsync(id, "word", "late", Cancel);

        Assert.Equal("late", (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_to_an_orchestration_that_does_not_exist_or_has_finished_is_dropped()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var finished = await app.RunAsync("SendsTo", "nobody");

        var sending = await app.RunAsync("SendsTo", finished.InstanceId);
        await app.Client.RaiseEventAsync(finished.InstanceId, "word", "too late", Cancel);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, sending.RuntimeStatus);
        Assert.Null(await app.Client.GetInstanceAsync("nobody", Cancel));
        var after = (await app.Client.GetInstanceAsync(finished.InstanceId, Cancel))!;
        Assert.Equal((OrchestrationRuntimeStatus.Completed, finished.LastUpdatedAt), (after.RuntimeStatus, after.LastUpdatedAt));
    }

    [Fact]
    public async Task An_event_has_any_payload_or_none()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesAnyPayload", Cancel);
        await app.Client.RaiseEventAsync(id, "record", new Generation(7, true), Cancel);
        await app.Client.RaiseEventAsync(id, "number", 4, Cancel);
        await app.Client.RaiseEventAsync(id, "none", Cancel);

        Assert.Equal("7 True 4 null", (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_that_is_not_what_is_waited_for_fails_the_wait()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesAnyPayload", Cancel);

        await app.Client.RaiseEventAsync(id, "record", "no record", Cancel);

        Assert.True((await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).FailureDetails!.IsCausedBy<System.Text.Json.JsonException>());
    }

    [Fact]
    public async Task A_suspended_instance_keeps_the_results_and_timers_that_come_and_can_be_terminated()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var resumed = await SuspendWaitingAsync(app);
        var terminated = await SuspendWaitingAsync(app);

        await app.Client.RaiseEventAsync(resumed, "word", "kept", Cancel);
        await app.Client.ResumeInstanceAsync(resumed, Cancel);
        await app.Client.TerminateInstanceAsync(terminated, "over", Cancel);

        Assert.Equal("kept", (await app.Client.WaitForInstanceCompletionAsync(resumed, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(
            OrchestrationRuntimeStatus.Terminated, (await app.Client.WaitForInstanceCompletionAsync(terminated, Cancel)).RuntimeStatus);
    }

    private static async Task<string> SuspendWaitingAsync(DurableApp app)
    {
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("WaitsForAWord", Cancel);
        await app.Client.WaitForInstanceStartAsync(id, Cancel);
        await app.Client.SuspendInstanceAsync(id, "pause", Cancel);
        await Eventually.GetAsync(
            () => app.Client.GetInstanceAsync(id, Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        return id;
    }

    private static async Task<string?> RunGenerationsAsync(DurableApp app, bool carries)
    {
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesTheSpareLater", new Generation(0, carries), Cancel);
        await app.Client.RaiseEventAsync(id, "spare", "spare", Cancel);
        await app.Client.RaiseEventAsync(id, "go", Cancel);
        return (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>();
    }

    public sealed record Generation(int Number, bool Carries);

    public static class Functions
    {
        [Function("WaitsTwiceAtOnce")]
        public static async Task<string> WaitsTwiceAtOnce([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var older = context.WaitForExternalEvent<string>("word");
            var newer = context.WaitForExternalEvent<string>("word");
            return $"older {await older}, newer {await newer}";
        }

        [Function("WaitsForTwoNames")]
        public static async Task<string> WaitsForTwoNames([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.WaitForExternalEvent<string>("a") + await context.WaitForExternalEvent<string>("b");

        [Function("WaitsForAWord")]
        public static Task<string> WaitsForAWord([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.WaitForExternalEvent<string>("word");

        [Function("WaitsAsTwoTypes")]
        public static Task WaitsAsTwoTypes([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(context.WaitForExternalEvent<string>("x"), context.WaitForExternalEvent<int>("X"));

        [Function("MovesToTheNextVersion")]
        public static string MovesToTheNextVersion([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (context.CompareVersionTo("2.0") < 0)
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
            }

            return $"moved to {context.Version}";
        }

        [Function("GivesUpAndWaitsAgain")]
        public static async Task<string> GivesUpAndWaitsAgain([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var cancel = new CancellationTokenSource();
            var wait = context.WaitForExternalEvent<string>("word", cancel.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            cancel.Cancel();
            try
            {
                return await wait;
            }
            catch (TaskCanceledException)
            {
                context.SetCustomStatus("gave up");
                return await context.WaitForExternalEvent<string>("word");
            }
        }

        [Function("SendsTo")]
        public static void SendsTo([OrchestrationTrigger] TaskOrchestrationContext context, string id) => context.SendEvent(id, "word", "hello");

        [Function("TakesAnyPayload")]
        public static async Task<string> TakesAnyPayload([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var record = await context.WaitForExternalEvent<Generation>("record");
            var number = await context.WaitForExternalEvent<int>("number");
            var none = await context.WaitForExternalEvent<string?>("none");
            return $"{record.Number} {record.Carries} {number} {none ?? "null"}";
        }

        [Function("TakesTheSpareLater")]
        public static async Task<string> TakesTheSpareLater([OrchestrationTrigger] TaskOrchestrationContext context, Generation generation)
        {
            if (generation.Number == 0)
            {
                await context.WaitForExternalEvent<string>("go");
                context.ContinueAsNew(generation with { Number = 1 }, generation.Carries);
                return string.Empty;
            }

            try
            {
                return await context.WaitForExternalEvent<string>("spare", TimeSpan.FromMilliseconds(50));
            }
            catch (TaskCanceledException)
            {
                return "nothing";
            }
        }

        [Function("LeavesWorkOpen")]
        public static async Task<string> LeavesWorkOpen([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
        {
            var open = context.CallActivityAsync<string>("Slow", generation);
            if (generation == 0)
            {
                _ = context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
                context.ContinueAsNew(1);
                return "left";
            }

            return $"generation {generation} {await open}";
        }

        [Function("Slow")]
        public static async Task<string> Slow([ActivityTrigger] int generation)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(generation == 0 ? 5 : 60));
            return generation == 0 ? "of the execution before" : "done";
        }
    }
}
