using DurableTask.Core.Exceptions;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public class LifecycleRules
{
    protected virtual bool Replays => false;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Events_that_come_before_they_are_waited_for_are_kept_in_order_whatever_the_case_of_their_names()
    {
        await using var app = await StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", Cancel);
        await app.Client.RaiseEventAsync(id, "ITEM", "a", Cancel);
        await app.Client.RaiseEventAsync(id, "item", "b", Cancel);
        await app.Client.RaiseEventAsync(id, "Item", "c", Cancel);
        await app.Client.RaiseEventAsync(id, "go", Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal("abc", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_with_a_timeout_ends_without_its_event_and_a_later_wait_still_gets_it()
    {
        await using var app = await StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("WaitsTwice", Cancel);
        await StatusAsync(app, id, "timed out");

        await app.Client.RaiseEventAsync(id, "late", 42, Cancel);

        Assert.Equal(42, (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_suspended_instance_keeps_what_arrives_and_goes_on_when_resumed()
    {
        await using var app = await StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", Cancel);
        await app.Client.WaitForInstanceStartAsync(id, Cancel);
        await app.Client.SuspendInstanceAsync(id, "lunch", Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync(id, Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        foreach (var (name, payload) in new[] { ("item", "x"), ("item", "y"), ("item", "z"), ("go", "") })
        {
            await app.Client.RaiseEventAsync(id, name, payload, Cancel);
        }

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await app.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        await app.Client.ResumeInstanceAsync(id, Cancel);

        Assert.Equal("xyz", (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Termination_takes_all_descendants_with_it_when_asked_to()
    {
        await using var app = await StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Nests", 3, new StartOrchestrationOptions("top"), Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("top-2-1-0", Cancel), found => found?.RuntimeStatus == OrchestrationRuntimeStatus.Running);

        await app.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true), Cancel);

        foreach (var each in new[] { "top", "top-2", "top-2-1", "top-2-1-0" })
        {
            var ended = await app.Client.WaitForInstanceCompletionAsync(each, true, Cancel);
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
            Assert.Equal("enough", ended.ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task Termination_alone_leaves_children_running_and_tells_a_waiting_parent()
    {
        await using var app = await StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Nests", 2, new StartOrchestrationOptions("family"), Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("family-1-0", Cancel), found => found?.RuntimeStatus == OrchestrationRuntimeStatus.Running);

        await app.Client.TerminateInstanceAsync("family-1", Cancel);

        var parent = await app.Client.WaitForInstanceCompletionAsync("family", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, parent.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync("family-1-0", Cancel))!.RuntimeStatus);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_that_of_a_finished_instance_is_given_anew()
    {
        await using var app = await StartAsync();
        var options = new StartOrchestrationOptions("mine");
        await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", options, Cancel);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => app.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "second", options, Cancel));
        await app.Client.TerminateInstanceAsync("mine", Cancel);
        await app.Client.WaitForInstanceCompletionAsync("mine", Cancel);
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "third", options, Cancel);

        Assert.Equal("third", (await app.Client.WaitForInstanceCompletionAsync("mine", true, Cancel)).ReadOutputAs<string>());
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", "fourth", options.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed), Cancel));
    }

    [Fact]
    public async Task A_start_at_a_time_waits_for_it_and_keeps_the_events_that_come_before()
    {
        await using var app = await StartAsync();
        var startAt = DateTimeOffset.UtcNow.AddMilliseconds(300);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("EchoesAnEvent", null, new StartOrchestrationOptions("later", startAt), Cancel);
        await app.Client.RaiseEventAsync(id, "word", "early", Cancel);
        var pending = await app.Client.GetInstanceAsync(id, Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, pending!.RuntimeStatus);
        Assert.Equal("early", ended.ReadOutputAs<string>());
        Assert.True(ended.LastUpdatedAt >= startAt.AddMilliseconds(-1));
    }

    [Fact]
    public async Task Restart_runs_the_same_input_again_under_the_same_or_a_new_id()
    {
        await using var app = await StartAsync();
        var first = await app.RunAsync("Echo", "again");

        var same = await app.Client.RestartAsync(first.InstanceId, false, Cancel);
        Assert.Equal("again", (await app.Client.WaitForInstanceCompletionAsync(same, true, Cancel)).ReadOutputAs<string>());
        var other = await app.Client.RestartAsync(first.InstanceId, true, Cancel);
        Assert.Equal("again", (await app.Client.WaitForInstanceCompletionAsync(other, true, Cancel)).ReadOutputAs<string>());

        Assert.Equal(first.InstanceId, same);
        Assert.NotEqual(first.InstanceId, other);
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.RestartAsync("nobody", false, Cancel));
    }

    [Fact]
    public async Task Rewind_runs_only_what_failed_again()
    {
        await using var app = await StartAsync();
        var failed = await app.RunAsync("WorksWhenAllowed", "rewound");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        var switches = app.Services.GetRequiredService<Switches>();
        var before = switches.Calls;

        switches.IsAllowed = true;
        await app.Client.RewindInstanceAsync(failed.InstanceId, "repaired", Cancel);

        Assert.Equal("echo rewound, allowed", (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(before + 1, switches.Calls);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.RewindInstanceAsync(failed.InstanceId, "again", Cancel));
    }

    [Fact]
    public async Task Purge_removes_finished_instances_with_their_children_and_leaves_the_others()
    {
        await using var app = await StartAsync();
        var done = await app.RunAsync("Echo", "gone");
        var open = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", Cancel);

        Assert.Equal(1, (await app.Client.PurgeInstanceAsync(done.InstanceId, Cancel)).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync(open, Cancel)).PurgedInstanceCount);
        Assert.Null(await app.Client.GetInstanceAsync(done.InstanceId, Cancel));
        Assert.NotNull(await app.Client.GetInstanceAsync(open, Cancel));

        await app.RunAsync("ParentOfEcho", "both");
        var all = await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]), Cancel);
        Assert.Equal(2, all.PurgedInstanceCount);
    }

    [Fact]
    public async Task Instances_are_listed_by_prefix_and_status_page_by_page_with_their_tags()
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 7; i++)
        {
            var options = new StartOrchestrationOptions($"job-{i}") { Tags = new Dictionary<string, string> { ["number"] = $"{i}" } };
            await app.Client.ScheduleNewOrchestrationInstanceAsync("Echo", i, options, Cancel);
            await app.Client.WaitForInstanceCompletionAsync($"job-{i}", Cancel);
        }

        await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", new StartOrchestrationOptions("job-open"), Cancel);
        var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "job-", PageSize: 3, FetchInputsAndOutputs: true);

        var pages = await app.Client.GetAllInstancesAsync(query).AsPages().ToListAsync(Cancel);

        Assert.Equal([3, 3, 1], pages.Select(page => page.Values.Count));
        Assert.Equal(Enumerable.Range(0, 7), pages.SelectMany(page => page.Values).Select(each => each.ReadOutputAs<int>()));
        Assert.Equal("4", pages[1].Values[1].Tags["number"]);
    }

    [Fact]
    public async Task Waiting_for_the_end_of_an_instance_can_be_given_up()
    {
        await using var app = await StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TakesThree", Cancel);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Client.WaitForInstanceCompletionAsync(id, limit.Token));
    }

    [Fact]
    public async Task An_event_for_nobody_is_dropped_and_an_entitys_id_is_refused()
    {
        await using var app = await StartAsync();

        await app.Client.RaiseEventAsync("nobody", "hello", "x", Cancel);

        Assert.Null(await app.Client.GetInstanceAsync("nobody", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.RaiseEventAsync("@entity@key", "hello", "x", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(
            () => app.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "x", new StartOrchestrationOptions("@entity@key"), Cancel));
    }

    private Task<DurableApp> StartAsync()
    {
        Action<FunctionsApplicationBuilder> configure = builder => builder.Services.AddSingleton(new Switches());
        return Replays ? DurableApp.StartReplayingAsync(typeof(Functions), configure) : DurableApp.StartAsync(typeof(Functions), configure);
    }

    private static Task StatusAsync(DurableApp app, string id, string status) => Eventually.GetAsync(
        () => app.Client.GetInstanceAsync(id, true, Cancel), found => found!.SerializedCustomStatus == $"\"{status}\"");

    public sealed class Switches
    {
        private int calls;

        public bool IsAllowed { get; set; }

        public int Calls => calls;

        public void Count() => Interlocked.Increment(ref calls);
    }

    public class Functions(Switches switches)
    {
        [Function("Echo")]
        public static object? Echo([OrchestrationTrigger] TaskOrchestrationContext context, object? input) => input;

        [Function("ParentOfEcho")]
        public static Task<string> ParentOfEcho([OrchestrationTrigger] TaskOrchestrationContext context, string input) =>
            context.CallSubOrchestratorAsync<string>("Echo", input);

        [Function("EchoesAnEvent")]
        public static Task<string> EchoesAnEvent([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.WaitForExternalEvent<string>("word");

        [Function("TakesThree")]
        public static async Task<string> TakesThree([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<string>("go");
            var first = await context.WaitForExternalEvent<string>("item");
            var second = await context.WaitForExternalEvent<string>("item");
            return first + second + await context.WaitForExternalEvent<string>("item");
        }

        [Function("WaitsTwice")]
        public static async Task<int> WaitsTwice([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                return await context.WaitForExternalEvent<int>("late", TimeSpan.FromMilliseconds(20));
            }
            catch (TaskCanceledException)
            {
                context.SetCustomStatus("timed out");
                return await context.WaitForExternalEvent<int>("late", TimeSpan.FromDays(100));
            }
        }

        [Function("Nests")]
        public static async Task Nests([OrchestrationTrigger] TaskOrchestrationContext context, int depth)
        {
            if (depth == 0)
            {
                await context.WaitForExternalEvent<string>("never");
            }

            await context.CallSubOrchestratorAsync("Nests", depth - 1, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{depth - 1}"));
        }

        [Function("WorksWhenAllowed")]
        public static async Task<string> WorksWhenAllowed([OrchestrationTrigger] TaskOrchestrationContext context, string input)
        {
            var first = await context.CallActivityAsync<string>("EchoActivity", input);
            return $"{first}, {await context.CallSubOrchestratorAsync<string>("Guarded")}";
        }

        [Function("Guarded")]
        public static Task<string> Guarded([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync<string>("FailsUnlessAllowed");

        [Function("EchoActivity")]
        public string EchoActivity([ActivityTrigger] string input)
        {
            switches.Count();
            return $"echo {input}";
        }

        [Function("FailsUnlessAllowed")]
        public string FailsUnlessAllowed([ActivityTrigger] object? nothing)
        {
            switches.Count();
            return switches.IsAllowed ? "allowed" : throw new InvalidOperationException("not allowed");
        }
    }
}
