using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class EntityDispatchRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData("Tally", "Add", 5, "5")]
    [InlineData("Tally", "ADD", 5, "5")]
    [InlineData("Tally", "AddLater", 5, "5")]
    [InlineData("Tally", "AddOrOne", null, "1")]
    [InlineData("Tally", "TellsItsId", 7, "@tally@key 7")]
    [InlineData("OnItsState", "Grow", 3, "3")]
    [InlineData("WithServices", "Greet", "you", "hello you")]
    [InlineData("ByFunction", "anything", 4, "anything 4")]
    public async Task An_operation_is_run_by_the_method_of_its_name_by_the_state_or_by_a_function(string entity, string operation, object? input, string expected)
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("Calls", new Call(entity, operation, input));

        Assert.Equal(expected, $"{ended.ReadOutputAs<object>()}");
    }

    [Theory]
    [InlineData("Nothing", typeof(NotSupportedException))]
    [InlineData("Add", typeof(InvalidOperationException))]
    [InlineData("Overloaded", typeof(AmbiguousMatchException))]
    [InlineData("TakesTwo", typeof(InvalidOperationException))]
    [InlineData("Hidden", typeof(NotSupportedException))]
    public async Task An_operation_without_its_method_or_input_fails_its_caller(string operation, Type error)
    {
        await using var app = await StartAsync();

        var ended = await app.RunAsync("Calls", new Call("Tally", operation, null));

        Assert.True(ended.FailureDetails!.InnerFailure!.IsCausedBy(error), $"{ended.FailureDetails.InnerFailure}");
    }

    [Fact]
    public async Task Entities_are_looked_at_with_or_without_their_state_and_one_that_does_not_exist_is_null()
    {
        await using var app = await StartAsync();
        await app.RunAsync("Calls", new Call("Tally", "Add", 5));
        var id = new EntityInstanceId("Tally", "key");

        var typed = (await app.Client.Entities.GetEntityAsync<int>(id, Cancel))!;
        var plain = (await app.Client.Entities.GetEntityAsync(id, true, Cancel))!;
        var bare = (await app.Client.Entities.GetEntityAsync<int>(id, false, Cancel))!;

        Assert.Equal((id, 5, 5), (typed.Id, typed.State, plain.State.ReadAs<int>()));
        Assert.Equal((0, null), (typed.BacklogQueueSize, typed.LockedBy));
        Assert.False(bare.IncludesState);
        Assert.Throws<InvalidOperationException>(() => bare.State);
        Assert.Null(await app.Client.Entities.GetEntityAsync(new EntityInstanceId("Tally", "nobody"), Cancel));
    }

    [Theory]
    [InlineData("@counter@k", "counter", "k")]
    [InlineData("@COUNTER@K", "counter", "K")]
    [InlineData("@counter@", "counter", "")]
    [InlineData("@counter@a@b", "counter", "a@b")]
    public void An_entitys_id_is_its_name_in_lower_case_and_its_key(string text, string name, string key)
    {
        var id = EntityInstanceId.FromString(text);

        Assert.Equal((name, key), (id.Name, id.Key));
        Assert.Equal($"@{name}@{key}", id.ToString());
    }

    [Theory]
    [InlineData("counter")]
    [InlineData("@counter")]
    [InlineData("@@key")]
    public void What_is_no_entitys_id_is_refused(string text) => Assert.Throws<ArgumentException>(() => EntityInstanceId.FromString(text));

    private static Task<DurableApp> StartAsync() =>
        DurableApp.StartAsync(typeof(Functions), builder => builder.Services.AddSingleton(new Greeting("hello")));

    public sealed record Call(string Entity, string Operation, object? Input);

    public sealed record Greeting(string Word);

    public sealed class Plant
    {
        public int Height { get; set; }

        public int Grow(int by) => Height += by;
    }

    public sealed class Tally : TaskEntity<int>
    {
        public int Add(int by) => State += by;

        public async ValueTask<int> AddLater(int by)
        {
            await Task.Yield();
            return State += by;
        }

        public async Task<int> AddOrOne(int by = 1)
        {
            await Task.Yield();
            return State += by;
        }

        public string TellsItsId(TaskEntityContext context, int number) => $"{context.Id} {number}";

        public int Overloaded(int by) => by;

        public int Overloaded(string by) => by.Length;

        public int TakesTwo(int one, int other) => one + other;

        internal int Hidden() => State;
    }

    public sealed class OnItsState : TaskEntity<Plant>
    {
        protected override bool AllowStateDispatch => true;
    }

    public sealed class WithServices(Greeting greeting) : TaskEntity<string>
    {
        public string Greet(string whom) => $"{greeting.Word} {whom}";

        protected override string InitializeState(TaskEntityOperation entityOperation) => string.Empty;
    }

    public sealed class Functions
    {
        [Function("Tally")]
        public static Task RunTally([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(new Tally());

        [Function("OnItsState")]
        public static Task RunOnItsState([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<OnItsState>();

        [Function("WithServices")]
        public static Task RunWithServices([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<WithServices>();

        [Function("ByFunction")]
        public static Task RunByFunction([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(operation =>
        {
            operation.State.SetState(operation.GetInput<int>());
            return ValueTask.FromResult<object?>($"{operation.Name} {operation.State.GetState<int>()}");
        });

        [Function("Calls")]
        public static Task<object> Calls([OrchestrationTrigger] TaskOrchestrationContext context, Call call) =>
            context.Entities.CallEntityAsync<object>(new EntityInstanceId(call.Entity, "key"), call.Operation, call.Input);
    }
}
