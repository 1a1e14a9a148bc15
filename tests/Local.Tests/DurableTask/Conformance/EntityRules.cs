using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Worker.DurableTask;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class EntityRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Critical_sections_over_the_same_entities_in_any_order_do_not_deadlock_and_do_not_mix()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        string[] keys = ["a", "b", "c"];

        var ended = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => app.RunAsync(
            "Locks", number % 2 == 0 ? keys : [.. keys.Reverse()]).WaitAsync(TimeSpan.FromSeconds(60), Cancel)));

        Assert.All(ended, each => Assert.Equal("alone", each.ReadOutputAs<string>()));
        foreach (var key in keys)
        {
            Assert.Equal(30, (await app.Client.Entities.GetEntityAsync<int?>(Id(key), Cancel))!.State);
        }
    }

    [Fact]
    public async Task State_that_a_failed_operation_changed_is_rolled_back_with_all_it_asked_for()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.Entities.SignalEntityAsync(Id("rolled"), "Add", 5, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(Id("rolled"), "AddSendStartAndFail", 7, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(Id("rolled"), "Add", 1, null, Cancel);

        await EventuallyAsync(app, "rolled", 6);

        Assert.Null(await app.Client.Entities.GetEntityAsync(Id("rolled-other"), Cancel));
        Assert.Null(await app.Client.GetInstanceAsync("started-by-rolled", Cancel));
    }

    [Fact]
    public async Task An_entity_whose_state_becomes_null_is_gone_and_begins_anew()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.Entities.SignalEntityAsync(Id("gone"), "Add", 5, null, Cancel);
        await EventuallyAsync(app, "gone", 5);

        await app.Client.Entities.SignalEntityAsync(Id("gone"), "Clear", null, null, Cancel);
        await Eventually.GetAsync(() => app.Client.Entities.GetEntityAsync(Id("gone"), Cancel), found => found is null);
        await app.Client.Entities.SignalEntityAsync(Id("gone"), "Add", 2, null, Cancel);

        await EventuallyAsync(app, "gone", 2);
    }

    [Fact]
    public async Task Entity_names_are_compared_without_regard_to_case_and_keys_are_not()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("NUMBER", "Key"), "add", 1, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("number", "Key"), "ADD", 1, null, Cancel);
        await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("number", "key"), "Add", 5, null, Cancel);

        await EventuallyAsync(app, "Key", 2);
        await EventuallyAsync(app, "key", 5);
    }

    [Fact]
    public async Task Scheduled_signals_arrive_in_order_of_their_times_and_do_not_hold_up_others()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var now = DateTimeOffset.UtcNow;
        await app.Client.Entities.SignalEntityAsync(Id("scheduled"), "Times10", null, now.AddMilliseconds(600), Cancel);
        await app.Client.Entities.SignalEntityAsync(Id("scheduled"), "Add", 2, now.AddMilliseconds(300), Cancel);
        await app.Client.Entities.SignalEntityAsync(Id("scheduled"), "Add", 1, null, Cancel);

        await EventuallyAsync(app, "scheduled", 1);
        await EventuallyAsync(app, "scheduled", 30);
        Assert.True(DateTimeOffset.UtcNow >= now.AddMilliseconds(600));
    }

    [Fact]
    public async Task Calls_and_signals_of_one_sender_are_worked_on_in_the_order_in_which_they_were_sent()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var ended = await app.RunAsync("CallsAndSignalsInTurn");

        Assert.Equal(((((1 * 10) + 1) * 10) + 1) * 10, ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_entity_signals_itself_and_may_do_so_for_later()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var before = DateTimeOffset.UtcNow;

        await app.Client.Entities.SignalEntityAsync(Id("self"), "CountDown", 3, null, Cancel);

        await EventuallyAsync(app, "self", 4);
        Assert.True(DateTimeOffset.UtcNow - before >= TimeSpan.FromMilliseconds(90));
    }

    [Fact]
    public async Task An_entity_starts_orchestrations_with_input_id_and_version()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        await app.Client.Entities.SignalEntityAsync(Id("starter"), "Start", null, null, Cancel);

        var found = await Eventually.GetAsync(() => app.Client.GetInstanceAsync("started-by-starter", true, Cancel), each => each is { IsCompleted: true });
        Assert.Equal("input 1.5", found!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Entities_are_queried_by_prefix_time_and_page_with_or_without_state()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        foreach (var key in new[] { "q1", "q2", "q3", "r1" })
        {
            await app.Client.Entities.SignalEntityAsync(Id(key), "Add", 1, null, Cancel);
            await EventuallyAsync(app, key, 1);
        }

        var query = new EntityQuery { InstanceIdStartsWith = "@number@q", PageSize = 2, IncludeState = false };
        var pages = await app.Client.Entities.GetAllEntitiesAsync(query).AsPages().ToListAsync(Cancel);
        var rest = await app.Client.Entities.GetAllEntitiesAsync(query with { ContinuationToken = pages[0].ContinuationToken }).ToListAsync(Cancel);
        var future = await app.Client.Entities.GetAllEntitiesAsync(new EntityQuery { LastModifiedFrom = DateTimeOffset.UtcNow.AddHours(1) }).ToListAsync(Cancel);
        var past = await app.Client.Entities.GetAllEntitiesAsync(new EntityQuery { LastModifiedTo = DateTimeOffset.UtcNow.AddHours(-1) }).ToListAsync(Cancel);

        Assert.Equal([2, 1], pages.Select(page => page.Values.Count));
        Assert.All(pages[0].Values, each => Assert.False(each.IncludesState));
        Assert.Equal(["q3"], rest.Select(each => each.Id.Key));
        Assert.Empty(future);
        Assert.Empty(past);
    }

    [Fact]
    public async Task Cleaning_releases_locks_whose_orchestration_is_gone_and_no_others()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("HoldsUntilTold", new StartOrchestrationOptions("holder"), Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("holder", true, Cancel), found => found!.SerializedCustomStatus == "\"holds\"");
        await app.Services.GetRequiredService<DurableRuntime>().Engine.Database.WriteAsync(db =>
        {
            EntityTable.Save(db, "@number@orphan", "5", "nobody", "lock", DateTimeOffset.UtcNow);
            return true;
        });

        var cleaned = await app.Client.Entities.CleanEntityStorageAsync(CleanEntityStorageRequest.Default, true, Cancel);

        Assert.Equal((0, 1), (cleaned.EmptyEntitiesRemoved, cleaned.OrphanedLocksReleased));
        await Eventually.GetAsync(() => app.Client.Entities.GetEntityAsync(Id("orphan"), Cancel), found => found!.LockedBy is null);
        Assert.Equal("holder", (await app.Client.Entities.GetEntityAsync(Id("held"), Cancel))!.LockedBy);
    }

    [Fact]
    public async Task A_locked_entity_without_state_is_listed_only_as_transient()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("HoldsUntilTold", new StartOrchestrationOptions("holder"), Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("holder", true, Cancel), found => found!.SerializedCustomStatus == "\"holds\"");

        Assert.Empty(await app.Client.Entities.GetAllEntitiesAsync(new EntityQuery()).ToListAsync(Cancel));
        Assert.Single(await app.Client.Entities.GetAllEntitiesAsync(new EntityQuery { IncludeTransient = true }).ToListAsync(Cancel));
    }

    private static EntityInstanceId Id(string key) => new("Number", key);

    private static Task EventuallyAsync(DurableApp app, string key, int value) => Eventually.GetAsync(
        async () => (await app.Client.Entities.GetEntityAsync<int?>(Id(key), Cancel))?.State, state => state == value);

    public class Functions : TaskEntity<int?>
    {
        [Function("Number")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public int? Add(int by) => State = (State ?? 0) + by;

        public int? Times10() => State = (State ?? 0) * 10;

        public void Clear() => State = null;

        public void CountDown(int left)
        {
            Add(1);
            if (left > 0)
            {
                Context.SignalEntity(Context.Id, "CountDown", left - 1, DateTimeOffset.UtcNow.AddMilliseconds(30));
            }
        }

        public void AddSendStartAndFail(int by)
        {
            State += by;
            Context.SignalEntity(Id($"{Context.Id.Key}-other"), "Add", by);
            Start();
            throw new InvalidOperationException("taken back");
        }

        public void Start() => Context.ScheduleNewOrchestration(
            "TellsInputAndVersion", "input", new StartOrchestrationOptions($"started-by-{Context.Id.Key}") { Version = "1.5" });

        protected override int? InitializeState(TaskEntityOperation entityOperation) => null;

        [Function("TellsInputAndVersion")]
        public static string TellsInputAndVersion([OrchestrationTrigger] TaskOrchestrationContext context, string input) => $"{input} {context.Version}";

        [Function("CallsAndSignalsInTurn")]
        public static async Task<int> CallsAndSignalsInTurn([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var id = Id(context.InstanceId);
            Task<int> last = Task.FromResult(0);
            for (var i = 0; i < 3; i++)
            {
                await context.Entities.SignalEntityAsync(id, "Add", 1);
                last = context.Entities.CallEntityAsync<int>(id, "Times10");
            }

            return await last;
        }

        [Function("Locks")]
        public static async Task<string> Locks([OrchestrationTrigger] TaskOrchestrationContext context, string[] keys)
        {
            await using var section = await context.Entities.LockEntitiesAsync(keys.Select(Id));
            var values = new List<int>();
            foreach (var key in keys)
            {
                values.Add(await context.Entities.CallEntityAsync<int>(Id(key), "Add", 1));
            }

            return values.Distinct().Count() == 1 ? "alone" : "mixed";
        }

        [Function("HoldsUntilTold")]
        public static async Task HoldsUntilTold([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await using var section = await context.Entities.LockEntitiesAsync(Id("held"));
            context.SetCustomStatus("holds");
            await context.WaitForExternalEvent<string>("let go");
        }
    }
}
