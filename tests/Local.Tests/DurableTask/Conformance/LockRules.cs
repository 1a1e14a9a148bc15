using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Conformance;

public sealed class LockRules(Apps<LockRules.Functions> apps) : IClassFixture<Apps<LockRules.Functions>>
{
    [Theory]
    [InlineData("nested lock", false)]
    [InlineData("nested lock", true)]
    [InlineData("call of an entity that is not locked", false)]
    [InlineData("call of an entity that is not locked", true)]
    [InlineData("second call of a locked entity before the first is answered", false)]
    [InlineData("second call of a locked entity before the first is answered", true)]
    [InlineData("signal to a locked entity", false)]
    [InlineData("signal to a locked entity", true)]
    [InlineData("call of an orchestration", false)]
    [InlineData("call of an orchestration", true)]
    [InlineData("call of an entity while the lock is awaited", false)]
    [InlineData("call of an entity while the lock is awaited", true)]
    [InlineData("lock of nothing", false)]
    [InlineData("lock of nothing", true)]
    public async Task What_could_deadlock_is_refused(string attempt, bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("Attempts", attempt);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(attempt == "lock of nothing" ? "ArgumentException" : "InvalidOperationException", ended.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_critical_section_may_call_activities_and_timers_and_signal_other_entities(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("DoesWhatIsAllowed");

        Assert.Equal("1 activity", ended.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orchestration_knows_whether_it_holds_locks_and_which_entities_it_may_call(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("LooksAround");

        Assert.Equal(["outside: no", "inside: 2", "calling: 1", "called: 2", "left: no"], ended.ReadOutputAs<string[]>()!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_entity_given_twice_is_locked_once(bool replays)
    {
        var ended = await apps.Of(replays).RunAsync("LocksOneTwice");

        Assert.Equal(1, ended.ReadOutputAs<int>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_critical_section_that_failed_takes_nothing_back_and_its_entities_are_free(bool replays)
    {
        var app = apps.Of(replays);
        await app.RunAsync("AddsAndFails");

        var after = await app.RunAsync("Adds");

        Assert.Equal(2, after.ReadOutputAs<int>());
    }

    public sealed class Functions : TaskEntity<int>
    {
        [Function("Number")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public int Add(int by) => State += by;

        [Function("Attempts")]
        public static async Task<string> Attempts([OrchestrationTrigger] TaskOrchestrationContext context, string attempt)
        {
            var locked = Id(context, "locked");
            try
            {
                switch (attempt)
                {
                    case "lock of nothing":
                        await context.Entities.LockEntitiesAsync();
                        break;
                    case "call of an entity while the lock is awaited":
                        var awaited = context.Entities.LockEntitiesAsync(locked);
                        await context.Entities.CallEntityAsync(locked, "Add", 1);
                        await awaited;
                        break;
                    default:
                        await using (await context.Entities.LockEntitiesAsync(locked))
                        {
                            await AttemptAsync(context, attempt, locked);
                        }

                        break;
                }
            }
            catch (Exception error) when (error is InvalidOperationException or ArgumentException)
            {
                return error.GetType().Name;
            }

            return "allowed";
        }

        private static Task AttemptAsync(TaskOrchestrationContext context, string attempt, EntityInstanceId locked) => attempt switch
        {
            "nested lock" => context.Entities.LockEntitiesAsync(Id(context, "another")),
            "call of an entity that is not locked" => context.Entities.CallEntityAsync(Id(context, "another"), "Add", 1),
            "second call of a locked entity before the first is answered" => Task.WhenAll(
                context.Entities.CallEntityAsync(locked, "Add", 1), context.Entities.CallEntityAsync(locked, "Add", 1)),
            "signal to a locked entity" => context.Entities.SignalEntityAsync(locked, "Add", 1),
            "call of an orchestration" => context.CallSubOrchestratorAsync("Adds"),
            _ => Task.CompletedTask,
        };

        [Function("DoesWhatIsAllowed")]
        public static async Task<string> DoesWhatIsAllowed([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await using var section = await context.Entities.LockEntitiesAsync(Id(context, "locked"));
            await context.Entities.SignalEntityAsync(Id(context, "another"), "Add", 1);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            var value = await context.Entities.CallEntityAsync<int>(Id(context, "locked"), "Add", 1);
            return $"{value} {await context.CallActivityAsync<string>("Echo", "activity")}";
        }

        [Function("LooksAround")]
        public static async Task<string[]> LooksAround([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var seen = new List<string>();
            void Look(string when) => seen.Add(context.Entities.InCriticalSection(out var free) ? $"{when}: {free.Count}" : $"{when}: no");
            Look("outside");
            await using (await context.Entities.LockEntitiesAsync(Id(context, "one"), Id(context, "two")))
            {
                Look("inside");
                var call = context.Entities.CallEntityAsync(Id(context, "one"), "Add", 1);
                Look("calling");
                await call;
                Look("called");
            }

            Look("left");
            return [.. seen];
        }

        [Function("LocksOneTwice")]
        public static async Task<int> LocksOneTwice([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await using var section = await context.Entities.LockEntitiesAsync(Id(context, "twice"), Id(context, "twice"));
            return await context.Entities.CallEntityAsync<int>(Id(context, "twice"), "Add", 1);
        }

        [Function("AddsAndFails")]
        public static async Task AddsAndFails([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = await context.Entities.LockEntitiesAsync(new EntityInstanceId("Number", "shared"));
            await context.Entities.CallEntityAsync(new EntityInstanceId("Number", "shared"), "Add", 1);
            throw new InvalidOperationException("in the middle");
        }

        [Function("Adds")]
        public static async Task<int> Adds([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await using var section = await context.Entities.LockEntitiesAsync(new EntityInstanceId("Number", "shared"));
            return await context.Entities.CallEntityAsync<int>(new EntityInstanceId("Number", "shared"), "Add", 1);
        }

        [Function("Echo")]
        public static string Echo([ActivityTrigger] string text) => text;

        private static EntityInstanceId Id(TaskOrchestrationContext context, string key) => new("Number", $"{context.InstanceId}-{key}");
    }
}
