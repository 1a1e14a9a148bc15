using System.Collections.Concurrent;
using AgentFunctions.Local.DurableTask.History;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public class RewindRules
{
    protected virtual bool Replays => false;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Rewind_runs_failed_activities_of_all_descendants_again_and_nothing_that_succeeded()
    {
        var world = new World();
        await using var app = await StartAsync(world);
        var failed = await app.RunAsync("Family", 2);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);

        world.Repair();
        await app.Client.RewindInstanceAsync(failed.InstanceId, "repaired", Cancel);

        Assert.Equal("good 2, good 1, good 0, guarded", (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(["good 2", "good 1", "good 0", "guarded", "guarded"], world.Calls);
    }

    [Fact]
    public async Task Rewind_takes_back_a_failure_even_when_other_branches_have_gone_on_since()
    {
        var world = new World();
        await using var app = await StartAsync(world);
        var failed = await app.RunAsync("Branches");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);

        world.Repair();
        await app.Client.RewindInstanceAsync(failed.InstanceId, "repaired", Cancel);

        Assert.Equal("guarded, b, c", (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(["a", "b", "c", "guarded", "guarded"], world.Calls.Order());
    }

    [Fact]
    public async Task Rewind_leaves_failures_alone_that_the_code_has_gone_on_from()
    {
        var world = new World();
        await using var app = await StartAsync(world);
        var failed = await app.RunAsync("RecoversOnceAndFails");

        world.Repair();
        await app.Client.RewindInstanceAsync(failed.InstanceId, "repaired", Cancel);

        Assert.Equal("instead, guarded", (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(["broken", "instead", "guarded", "guarded"], world.Calls);
    }

    [Fact]
    public async Task Rewind_runs_the_code_again_when_it_threw_by_itself()
    {
        var world = new World();
        await using var app = await StartAsync(world);
        var failed = await app.RunAsync("ThrowsUnlessRepaired");

        world.Repair();
        await app.Client.RewindInstanceAsync(failed.InstanceId, "repaired", Cancel);

        Assert.Equal("echo", (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(["echo"], world.Calls);
    }

    [Fact]
    public async Task An_instance_that_strayed_from_its_history_goes_on_with_its_timers_once_its_code_is_put_back_and_it_is_rewound()
    {
        using var folder = new TempFolder();
        var world = new World();
        await using (var before = await StartAsync(world, folder.Path))
        {
            await before.Client.ScheduleNewOrchestrationInstanceAsync("WaitsLong", new StartOrchestrationOptions("strays"), Cancel);
            await Eventually.TrueAsync(() => before.HistoryOf("strays").Count > 0);
        }

        world.Repair();
        await using var after = await StartAsync(world, folder.Path);
        await after.Client.RaiseEventAsync("strays", "go", "x", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await after.Client.WaitForInstanceCompletionAsync("strays", Cancel)).RuntimeStatus);

        world.Break();
        await after.Client.RewindInstanceAsync("strays", "put back", Cancel);

        // The event came too late if the timer had woken the instance before.
        await after.Client.RaiseEventAsync("strays", "go", "x", Cancel);
        Assert.Equal("x", (await after.Client.WaitForInstanceCompletionAsync("strays", true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_rewind_is_part_of_the_history_with_its_reason()
    {
        var world = new World();
        await using var app = await StartAsync(world);
        var failed = await app.RunAsync("ThrowsUnlessRepaired");

        await app.Client.RewindInstanceAsync(failed.InstanceId, "just to see", Cancel);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await app.Client.WaitForInstanceCompletionAsync(failed.InstanceId, Cancel)).RuntimeStatus);
        Assert.Equal("just to see", app.HistoryOf(failed.InstanceId).SelectMany(turn => turn).OfType<ExecutionRewound>().Single().Reason);
    }

    private Task<DurableApp> StartAsync(World world, string? folder = null) => DurableApp.StartSetAsync(
        typeof(Functions), Replays ? """{ "extendedSessionsEnabled": false }""" : "{}", builder => builder.Services.AddSingleton(world), folder);

    /// <summary>What activities find: broken until it is repaired.</summary>
    public sealed class World
    {
        private readonly ConcurrentQueue<string> calls = new();
        private volatile bool isRepaired;

        public bool IsRepaired => isRepaired;

        public IEnumerable<string> Calls => calls;

        public void Repair() => isRepaired = true;

        public void Break() => isRepaired = false;

        public string Note(string call)
        {
            calls.Enqueue(call);
            return call;
        }
    }

    public class Functions(World world)
    {
        [Function("Family")]
        public static async Task<string> Family([OrchestrationTrigger] TaskOrchestrationContext context, int depth)
        {
            var own = await context.CallActivityAsync<string>("Good", $"good {depth}");
            return depth == 0
                ? $"{own}, {await context.CallActivityAsync<string>("Guarded")}"
                : $"{own}, {await context.CallSubOrchestratorAsync<string>("Family", depth - 1)}";
        }

        [Function("Branches")]
        public static async Task<string> Branches([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            async Task<string> ChainAsync()
            {
                await context.CallActivityAsync("Good", "a");
                await context.CreateTimer(TimeSpan.FromMilliseconds(30), CancellationToken.None);
                return $"{await context.CallActivityAsync<string>("Good", "b")}, {await context.CallActivityAsync<string>("Good", "c")}";
            }

            return string.Join(", ", await Task.WhenAll(context.CallActivityAsync<string>("Guarded"), ChainAsync()));
        }

        [Function("RecoversOnceAndFails")]
        public static async Task<string> RecoversOnceAndFails([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var first = string.Empty;
            try
            {
                await context.CallActivityAsync("Broken");
            }
            catch (TaskFailedException)
            {
                first = await context.CallActivityAsync<string>("Good", "instead");
            }

            return $"{first}, {await context.CallActivityAsync<string>("Guarded")}";
        }

        [Function("ThrowsUnlessRepaired")]
        public async Task<string> ThrowsUnlessRepaired([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var echo = await context.CallActivityAsync<string>("Good", "echo");
            return world.IsRepaired ? echo : throw new InvalidOperationException("a mistake");
        }

        [Function("WaitsLong")]
        public async Task<string> WaitsLong([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (world.IsRepaired)
            {
                await context.CallActivityAsync("Broken");
            }

            await context.CreateTimer(TimeSpan.FromMilliseconds(300), CancellationToken.None);
            return await context.WaitForExternalEvent<string>("go");
        }

        [Function("Good")]
        public string Good([ActivityTrigger] string text) => world.Note(text);

        [Function("Broken")]
        public void Broken([ActivityTrigger] string? nothing) => throw new InvalidOperationException(world.Note("broken"));

        [Function("Guarded")]
        public string Guarded([ActivityTrigger] string? nothing)
        {
            world.Note("guarded");
            return world.IsRepaired ? "guarded" : throw new InvalidOperationException("not yet");
        }
    }
}
