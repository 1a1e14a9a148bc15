using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.DurableTask;
using AgentFunctions.Local.Worker.Hosting;
using DurableTask.Core.Exceptions;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class ClientRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Orchestrators_and_activities_are_found_without_regard_to_case()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        Assert.Equal("x", (await app.RunAsync("ECHOES", "x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Without_statuses_given_a_start_replaces_finished_instances_only()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await StartWaitingAsync(app, "id");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => StartAsync(app, "id"));
        await app.Client.TerminateInstanceAsync("id", Cancel);
        await app.Client.WaitForInstanceCompletionAsync("id", Cancel);

        await StartAsync(app, "id");
        Assert.Equal("new", (await app.Client.WaitForInstanceCompletionAsync("id", true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_start_terminates_and_replaces_a_running_instance_when_its_status_is_not_among_those_given()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await StartWaitingAsync(app, "id");

        await StartAsync(app, "id", OrchestrationRuntimeStatus.Completed);
        Assert.Equal("new", (await app.Client.WaitForInstanceCompletionAsync("id", true, Cancel)).ReadOutputAs<string>());

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => StartAsync(app, "id", OrchestrationRuntimeStatus.Completed));
        await StartAsync(app, "id", OrchestrationRuntimeStatus.Failed);
    }

    [Fact]
    public async Task A_policy_by_which_the_instance_to_replace_would_keep_its_id_is_refused()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(app, "id", OrchestrationRuntimeStatus.Terminated));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echoes", "x", new StartOrchestrationOptions { DedupeStatuses = ["Sleeping"] }, Cancel));
    }

    [Fact]
    public async Task A_child_under_an_id_in_use_fails_its_parent()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await StartWaitingAsync(app, "taken");

        var ended = await app.RunAsync("CallsAChild", "taken");

        Assert.Contains("AlreadyExists", ended.FailureDetails!.InnerFailure!.ErrorType, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync("taken", Cancel))!.RuntimeStatus);
    }

    [Fact]
    public async Task Custom_status_input_output_and_tags_are_shown_when_asked_for()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var options = new StartOrchestrationOptions("shown") { Tags = new Dictionary<string, string> { ["team"] = "legal" } };
        await app.Client.ScheduleNewOrchestrationInstanceAsync("ShowsItsStatus", "in", options, Cancel);
        await app.Client.WaitForInstanceCompletionAsync("shown", Cancel);

        var with = (await app.Client.GetInstanceAsync("shown", true, Cancel))!;
        var without = (await app.Client.GetInstanceAsync("shown", false, Cancel))!;

        Assert.Equal(("in", "out", "half way"), (with.ReadInputAs<string>(), with.ReadOutputAs<string>(), with.ReadCustomStatusAs<string>()));
        Assert.Equal((null, null, null), (without.SerializedInput, without.SerializedOutput, without.SerializedCustomStatus));
        Assert.Equal("legal", without.Tags["team"]);
    }

    [Fact]
    public async Task Instances_are_queried_by_time_and_go_on_from_a_continuation_token()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await RunManyAsync(app, "early", 3);
        var middle = await MomentAsync();
        await RunManyAsync(app, "late", 3);

        var early = await app.Client.GetAllInstancesAsync(new OrchestrationQuery(CreatedTo: middle)).ToListAsync(Cancel);
        var late = new OrchestrationQuery(CreatedFrom: middle, PageSize: 2);
        var first = (await app.Client.GetAllInstancesAsync(late).AsPages().ToListAsync(Cancel))[0];
        var rest = await app.Client.GetAllInstancesAsync(late with { ContinuationToken = first.ContinuationToken }).ToListAsync(Cancel);

        Assert.Equal(["early-0", "early-1", "early-2"], early.Select(each => each.InstanceId));
        Assert.Equal(["late-0", "late-1"], first.Values.Select(each => each.InstanceId));
        Assert.Equal(["late-2"], rest.Select(each => each.InstanceId));
    }

    [Fact]
    public async Task Purge_by_filter_takes_finished_instances_of_the_time_and_status_only()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await RunManyAsync(app, "old", 2);
        await app.RunAsync("Fails");
        await StartWaitingAsync(app, "open");
        var middle = await MomentAsync();
        await RunManyAsync(app, "new", 1);

        var completed = await app.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedTo: middle, Statuses: [OrchestrationRuntimeStatus.Completed]), Cancel);
        var any = await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: middle), Cancel);

        Assert.Equal((2, 1), (completed.PurgedInstanceCount, any.PurgedInstanceCount));
        Assert.Equal(
            ["new-0", "open"], (await app.Client.GetAllInstancesAsync().ToListAsync(Cancel)).Select(each => each.InstanceId));
    }

    [Fact]
    public async Task A_recursive_purge_takes_the_children_with_it_and_another_one_leaves_them()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var one = await app.RunAsync("CallsAChild", "child-1");
        var two = await app.RunAsync("CallsAChild", "child-2");

        var alone = await app.Client.PurgeInstanceAsync(one.InstanceId, Cancel);
        var whole = await app.Client.PurgeInstanceAsync(two.InstanceId, new PurgeInstanceOptions(Recursive: true), Cancel);

        Assert.Equal((1, 2), (alone.PurgedInstanceCount, whole.PurgedInstanceCount));
        Assert.NotNull(await app.Client.GetInstanceAsync("child-1", Cancel));
        Assert.Null(await app.Client.GetInstanceAsync("child-2", Cancel));
    }

    [Fact]
    public async Task Waiting_for_the_start_ends_with_the_start_and_for_the_end_with_the_end()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await StartWaitingAsync(app, "waits");

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.WaitForInstanceStartAsync("waits", Cancel)).RuntimeStatus);
        var end = app.Client.WaitForInstanceCompletionAsync("waits", Cancel);
        Assert.False(end.IsCompleted);
        await app.Client.RaiseEventAsync("waits", "go", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await end).RuntimeStatus);
    }

    [Fact]
    public async Task Waiting_for_the_start_of_an_instance_can_be_given_up()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", new StartOrchestrationOptions("later", DateTimeOffset.UtcNow.AddDays(1)), Cancel);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Client.WaitForInstanceStartAsync("later", limit.Token));
    }

    [Fact]
    public async Task A_running_instance_is_restarted_under_a_new_id_only()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await StartWaitingAsync(app, "runs");

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.RestartAsync("runs", restartWithNewInstanceId: false, Cancel));
        var other = await app.Client.RestartAsync("runs", restartWithNewInstanceId: true, Cancel);

        await app.Client.WaitForInstanceStartAsync(other, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync("runs", Cancel))!.RuntimeStatus);
    }

    [Fact]
    public async Task An_entitys_id_is_no_instance_of_an_orchestration()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        const string Entity = "@entity@key";

        foreach (var use in new Func<Task>[]
        {
            () => app.Client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", new StartOrchestrationOptions(Entity), Cancel),
            () => app.Client.RaiseEventAsync(Entity, "go", Cancel),
            () => app.Client.TerminateInstanceAsync(Entity, Cancel),
            () => app.Client.SuspendInstanceAsync(Entity, Cancel),
            () => app.Client.ResumeInstanceAsync(Entity, Cancel),
            () => app.Client.GetInstanceAsync(Entity, Cancel),
            () => app.Client.WaitForInstanceStartAsync(Entity, Cancel),
            () => app.Client.WaitForInstanceCompletionAsync(Entity, Cancel),
            () => app.Client.RestartAsync(Entity, false, Cancel),
            () => app.Client.RewindInstanceAsync(Entity, "no", Cancel),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(use);
        }

        Assert.Throws<ArgumentException>(() => app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "@")));
    }

    [Fact]
    public async Task Suspend_resume_and_terminate_of_what_is_not_there_or_has_finished_do_nothing()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var ended = await app.RunAsync("Echoes", "x");

        foreach (var id in new[] { "nobody", ended.InstanceId })
        {
            await app.Client.SuspendInstanceAsync(id, "pause", Cancel);
            await app.Client.ResumeInstanceAsync(id, "go on", Cancel);
            await app.Client.TerminateInstanceAsync(id, "over", Cancel);
        }

        Assert.Null(await app.Client.GetInstanceAsync("nobody", Cancel));
        var after = (await app.Client.GetInstanceAsync(ended.InstanceId, true, Cancel))!;
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "x"), (after.RuntimeStatus, after.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task A_suspended_instance_that_has_not_started_starts_when_it_is_resumed()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", new StartOrchestrationOptions("later", DateTimeOffset.UtcNow.AddMilliseconds(300)), Cancel);
        await app.Client.SuspendInstanceAsync("later", Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("later", Cancel), found => found!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        await app.Client.ResumeInstanceAsync("later", Cancel);

        Assert.Equal("x", (await app.Client.WaitForInstanceCompletionAsync("later", true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_the_turn_of_a_termination_asked_for_is_not_begun()
    {
        using var folder = new TempFolder();
        await using (var before = await DurableApp.StartAsync(typeof(Functions), null, folder.Path))
        {
            await before.Client.ScheduleNewOrchestrationInstanceAsync("ActsOnGo", new StartOrchestrationOptions("acts"), Cancel);
            await before.Client.WaitForInstanceStartAsync("acts", Cancel);
        }

        await using (var database = Database.Open(Path.Combine(folder.Path, "taskhub.db"), HostSchema.Current))
        {
            await database.WriteAsync(db =>
            {
                MessageTable.InsertIfOpen(db, "acts", null, new EventRaised("go", null));
                return MessageTable.InsertIfOpen(db, "acts", null, new ExecutionTerminated(null, Recursive: true));
            });
        }

        await using var after = await DurableApp.StartAsync(typeof(Functions), null, folder.Path);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await after.Client.WaitForInstanceCompletionAsync("acts", Cancel)).RuntimeStatus);
        Assert.Null(await after.Client.GetInstanceAsync("acts-child", Cancel));
        Assert.Equal(0, after.Services.GetRequiredService<DurableRuntime>().Engine.Database.Read(db => WorkTable.Activities(db).Count));
    }

    [Fact]
    public async Task A_pending_instance_can_be_terminated_before_its_start_time()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var options = new StartOrchestrationOptions("future", DateTimeOffset.UtcNow.AddDays(1));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", options, Cancel);

        await app.Client.TerminateInstanceAsync("future", "not needed", Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync("future", true, Cancel);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "not needed"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task What_cannot_be_rewound_or_does_not_exist_is_refused()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var ended = await app.RunAsync("Echoes", "x");

        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.RewindInstanceAsync("nobody", "no", Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.RewindInstanceAsync(ended.InstanceId, "no", Cancel));
    }

    private static Task<string> StartAsync(DurableApp app, string id, params OrchestrationRuntimeStatus[] kept)
    {
        var options = new StartOrchestrationOptions(id);
        return app.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echoes", "new", kept.Length > 0 ? options.WithDedupeStatuses(kept) : options, Cancel);
    }

    private static async Task StartWaitingAsync(DurableApp app, string id)
    {
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions(id), Cancel);
        await app.Client.WaitForInstanceStartAsync(id, Cancel);
    }

    private static async Task RunManyAsync(DurableApp app, string prefix, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("Echoes", "x", new StartOrchestrationOptions($"{prefix}-{i}"), Cancel);
            await app.Client.WaitForInstanceCompletionAsync($"{prefix}-{i}", Cancel);
        }
    }

    /// <summary>A time with whole milliseconds between it and what was before and comes after.</summary>
    private static async Task<DateTimeOffset> MomentAsync()
    {
        var before = DateTimeOffset.UtcNow;
        while (DateTimeOffset.UtcNow < before.AddMilliseconds(5))
        {
            await Task.Yield();
        }

        return before.AddMilliseconds(2);
    }

    public static class Functions
    {
        [Function("Echoes")]
        public static Task<string> Echoes([OrchestrationTrigger] TaskOrchestrationContext context, string input) =>
            context.CallActivityAsync<string>("ECHO", input);

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;

        [Function("Waits")]
        public static Task Waits([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("go");

        [Function("ActsOnGo")]
        public static async Task ActsOnGo([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<string?>("go");
            _ = context.CallActivityAsync("Echo", "x");
            await context.CallSubOrchestratorAsync("Waits", new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));
        }

        [Function("Fails")]
        public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("as told");

        [Function("CallsAChild")]
        public static Task<string> CallsAChild([OrchestrationTrigger] TaskOrchestrationContext context, string id) =>
            context.CallSubOrchestratorAsync<string>("Echoes", "child", new SubOrchestrationOptions(instanceId: id));

        [Function("ShowsItsStatus")]
        public static string ShowsItsStatus([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("half way");
            return "out";
        }
    }
}
