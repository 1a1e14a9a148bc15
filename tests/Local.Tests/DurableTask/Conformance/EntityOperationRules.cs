using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.DurableTask.Conformance;

public class EntityOperationRules
{
    protected virtual bool Replays => false;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Signals_are_worked_on_once_each_and_one_at_a_time()
    {
        await using var app = await StartAsync();
        var id = new EntityInstanceId("Account", "a");

        await Task.WhenAll(Enumerable.Range(1, 100).Select(amount => app.Client.Entities.SignalEntityAsync(id, "SlowlyAdd", amount, null, Cancel)));

        await EventuallyAsync(app, id, state => state?.Total == 5050);
        Assert.False(Functions.Overlapped);
    }

    [Fact]
    public async Task Signals_of_one_sender_arrive_in_order()
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("SignalsInOrder", 30);

        Assert.Equal(Enumerable.Range(0, 30), ended.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task An_orchestration_is_answered_by_an_entity_it_calls()
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("CallsAnEntity");

        Assert.Equal(12, ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_failed_operation_changes_nothing_sends_nothing_and_tells_its_caller_why()
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("CallsAFailingOperation");

        Assert.Equal("withdraw System.InvalidOperationException: not enough 10", ended.ReadOutputAs<string>());
        Assert.Null(await app.Client.Entities.GetEntityAsync(new EntityInstanceId("Account", "told"), Cancel));
    }

    [Fact]
    public async Task An_unknown_operation_and_an_unknown_entity_fail_their_callers()
    {
        await using var app = await StartAsync();

        var operation = await app.RunAsync("Calls", new CallTarget("Account", "Nothing"));
        var entity = await app.RunAsync("Calls", new CallTarget("Nobody", "Add"));

        Assert.True(operation.FailureDetails!.InnerFailure!.IsCausedBy<NotSupportedException>());
        Assert.Equal("EntityTaskNotFound", entity.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task Locked_entities_work_only_for_the_holder_until_it_releases_them()
    {
        await using var app = await StartAsync();
        var start = new EntityInstanceId("Account", "source");
        await app.Client.Entities.SignalEntityAsync(start, "Add", 1000, null, Cancel);

        var transfers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.RunAsync("Transfers")));

        Assert.All(transfers, ended => Assert.Equal("held, released", ended.ReadOutputAs<string>()));
        Assert.Equal(980, (await app.Client.Entities.GetEntityAsync<Account>(start, Cancel))!.State.Total);
        Assert.Equal(20, (await app.Client.Entities.GetEntityAsync<Account>(new EntityInstanceId("Account", "target"), Cancel))!.State.Total);
    }

    [Fact]
    public async Task The_end_of_an_orchestration_however_it_comes_releases_its_locks()
    {
        await using var app = await StartAsync();
        var holder = await app.Client.ScheduleNewOrchestrationInstanceAsync("HoldsForever", Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync(holder, true, Cancel), found => found!.SerializedCustomStatus == "\"holds\"");
        var waiting = await app.Client.ScheduleNewOrchestrationInstanceAsync("HoldsForever", Cancel);
        var failing = await app.Client.ScheduleNewOrchestrationInstanceAsync("FailsWhileItHolds", Cancel);

        await app.Client.TerminateInstanceAsync(waiting, Cancel);
        await app.Client.TerminateInstanceAsync(holder, Cancel);

        await app.Client.WaitForInstanceCompletionAsync(failing, Cancel);
        var ended = await app.RunAsync("Calls", new CallTarget("Account", "Add", "held"));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
    }

    [Fact]
    public async Task While_it_holds_locks_an_orchestration_can_do_only_what_cannot_deadlock()
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("BreaksTheRulesOfLocks");

        Assert.Equal(["InvalidOperationException", "InvalidOperationException", "InvalidOperationException", "InvalidOperationException"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task A_signal_can_be_sent_for_later_and_an_entity_can_signal_and_start_orchestrations()
    {
        await using var app = await StartAsync();
        var id = new EntityInstanceId("Account", "later");

        await app.Client.Entities.SignalEntityAsync(id, "Forward", "other", DateTimeOffset.UtcNow.AddMilliseconds(100), Cancel);

        await EventuallyAsync(app, new EntityInstanceId("account", "other"), state => state?.Total == 7);
        var started = await app.Client.WaitForInstanceCompletionAsync("started-by-later", true, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, started.RuntimeStatus);
    }

    [Fact]
    public async Task Delete_removes_an_entity_and_listing_shows_those_that_are_left()
    {
        await using var app = await StartAsync();
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("Account", "one"), "Add", 1, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("Account", "two"), "Add", 2, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("Account", "one"), "delete", null, null, Cancel);

        var left = await Eventually.GetAsync(
            async () => await app.Client.Entities.GetAllEntitiesAsync<Account>(new EntityQuery { InstanceIdStartsWith = "Account" }).ToListAsync(Cancel),
            list => list.Count == 1 && list[0].Id.Key == "two");

        Assert.Equal(2, left[0].State.Total);
    }

    private Task<DurableApp> StartAsync() =>
        Replays ? DurableApp.StartReplayingAsync(typeof(Functions)) : DurableApp.StartAsync(typeof(Functions));

    private static Task EventuallyAsync(DurableApp app, EntityInstanceId id, Func<Account?, bool> isDone) => Eventually.GetAsync(
        async () => (await app.Client.Entities.GetEntityAsync<Account>(id, Cancel))?.State, isDone);

    public sealed record CallTarget(string Entity, string Operation, string Key = "x");

    public sealed class Account
    {
        public int Total { get; set; }

        public List<int> Seen { get; set; } = [];
    }

    public class Functions : TaskEntity<Account>
    {
        private static int running;

        public static bool Overlapped { get; private set; }

        [Function("Account")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public int Add(int amount)
        {
            State.Total += amount;
            State.Seen.Add(amount);
            return State.Total;
        }

        public async Task SlowlyAdd(int amount)
        {
            Overlapped |= Interlocked.Increment(ref running) > 1;
            var before = State.Total;
            await Task.Yield();
            State.Total = before + amount;
            Interlocked.Decrement(ref running);
        }

        public void Withdraw(int amount)
        {
            Context.SignalEntity(new EntityInstanceId("Account", "told"), "Add", amount);
            State.Total -= amount;
            if (State.Total < 0)
            {
                throw new InvalidOperationException("not enough");
            }
        }

        public void Forward(string key)
        {
            Context.SignalEntity(new EntityInstanceId("Account", key), "Add", 7);
            Context.ScheduleNewOrchestration("CallsAnEntity", options: new StartOrchestrationOptions("started-by-later"));
        }

        public Account Get() => State;

        [Function("SignalsInOrder")]
        public static async Task<int[]> SignalsInOrder([OrchestrationTrigger] TaskOrchestrationContext context, int count)
        {
            var id = new EntityInstanceId("Account", context.InstanceId);
            for (var i = 0; i < count; i++)
            {
                await context.Entities.SignalEntityAsync(id, "Add", i);
            }

            return [.. (await context.Entities.CallEntityAsync<Account>(id, "Get")).Seen];
        }

        [Function("CallsAnEntity")]
        public static async Task<int> CallsAnEntity([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var id = new EntityInstanceId("Account", context.InstanceId);
            await context.Entities.CallEntityAsync(id, "Add", 5);
            return await context.Entities.CallEntityAsync<int>(id, "Add", 7);
        }

        [Function("CallsAFailingOperation")]
        public static async Task<string> CallsAFailingOperation([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var id = new EntityInstanceId("Account", context.InstanceId);
            await context.Entities.CallEntityAsync(id, "Add", 10);
            try
            {
                await context.Entities.CallEntityAsync(id, "withdraw", 11);
                return "no failure";
            }
            catch (EntityOperationFailedException error)
            {
                return $"{error.OperationName} {error.FailureDetails} {(await context.Entities.CallEntityAsync<Account>(id, "Get")).Total}";
            }
        }

        [Function("Calls")]
        public static Task Calls([OrchestrationTrigger] TaskOrchestrationContext context, CallTarget target) =>
            context.Entities.CallEntityAsync(new EntityInstanceId(target.Entity, target.Key), target.Operation, 1);

        [Function("Transfers")]
        public static async Task<string> Transfers([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var source = new EntityInstanceId("Account", "source");
            var target = new EntityInstanceId("Account", "target");
            await using (await context.Entities.LockEntitiesAsync(target, source))
            {
                var before = await context.Entities.CallEntityAsync<Account>(source, "Get");
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                await context.Entities.CallEntityAsync(target, "Add", 1);
                var after = await context.Entities.CallEntityAsync<int>(source, "Add", -1);
                if (after != before.Total - 1 || !context.Entities.InCriticalSection())
                {
                    return "disturbed";
                }
            }

            return context.Entities.InCriticalSection() ? "held, held" : "held, released";
        }

        [Function("HoldsForever")]
        public static async Task HoldsForever([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await using var held = await context.Entities.LockEntitiesAsync(new EntityInstanceId("Account", "held"));
            context.SetCustomStatus("holds");
            await context.WaitForExternalEvent<string>("never");
        }

        [Function("FailsWhileItHolds")]
        public static async Task FailsWhileItHolds([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = await context.Entities.LockEntitiesAsync(new EntityInstanceId("Account", "held"));
            throw new InvalidOperationException("still holding");
        }

        [Function("BreaksTheRulesOfLocks")]
        public static async Task<string[]> BreaksTheRulesOfLocks([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var locked = new EntityInstanceId("Account", context.InstanceId);
            var errors = new List<string>();
            async Task Try(Func<Task> action)
            {
                try
                {
                    await action();
                    errors.Add("none");
                }
                catch (InvalidOperationException error)
                {
                    errors.Add(error.GetType().Name);
                }
            }

            await using var held = await context.Entities.LockEntitiesAsync(locked);
            await Try(() => context.Entities.LockEntitiesAsync(new EntityInstanceId("Account", "another")));
            await Try(() => context.Entities.CallEntityAsync(new EntityInstanceId("Account", "another"), "Get"));
            await Try(() => context.Entities.SignalEntityAsync(locked, "Add", 1));
            await Try(() => context.CallSubOrchestratorAsync("CallsAnEntity"));
            return [.. errors];
        }
    }
}
