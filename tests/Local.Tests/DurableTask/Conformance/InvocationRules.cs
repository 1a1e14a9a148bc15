using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Local.Tests.DurableTask.Conformance;

public class InvocationRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Middleware_runs_around_orchestrators_activities_and_entities_and_may_wait_for_anything()
    {
        var seen = new ConcurrentQueue<string>();
        await using var app = await DurableApp.StartAsync(typeof(Functions), builder => builder.UseMiddleware(async (context, next) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            await next();
            await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            seen.Enqueue(context.FunctionDefinition.Name);
        }));

        var ended = await app.RunAsync("Outer", "x");

        Assert.Equal("x!", ended.ReadOutputAs<string>());
        Assert.Equal(["Inner", "Outer"], seen.Where(name => name is "Inner" or "Outer"));
    }

    [Fact]
    public async Task Middleware_may_end_an_orchestration_without_running_it_or_fail_it()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions), builder => builder.UseMiddleware(async (context, next) =>
        {
            switch (context.FunctionDefinition.Name)
            {
                case "Outer":
                    context.GetInvocationResult().Value = "short";
                    break;
                case "Async":
                    throw new InvalidOperationException("refused");
                default:
                    await next();
                    break;
            }
        }));

        Assert.Equal("short", (await app.RunAsync("Outer", "x")).ReadOutputAs<string>());
        Assert.Equal("refused", (await app.RunAsync("Async", "x")).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task An_orchestrators_own_waits_work_and_what_it_throws_where_nobody_waits_fails_it()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        Assert.Equal("0123456789", (await app.RunAsync("Async", "x")).ReadOutputAs<string>());
        Assert.Equal("from async void", (await app.RunAsync("AsyncVoid", "x")).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Activities_belong_to_the_trace_of_whoever_started_their_orchestration()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.Azure.Functions.Worker" or "Local.Tests.Durable",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("Local.Tests.Durable");
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        ActivityTraceId trace;
        using (var caller = source.StartActivity("caller")!)
        {
            trace = caller.TraceId;
            await app.RunAsync("Outer", "x");
        }

        Assert.Contains(spans, span => span.TraceId == trace && Equals(span.GetTagItem("faas.name"), "Inner"));
    }

    [Fact]
    public async Task Each_run_of_an_activity_or_entity_operation_has_a_scope_of_services_of_its_own_that_ends_with_it()
    {
        var log = new ConcurrentQueue<string>();
        await using var app = await DurableApp.StartAsync(
            typeof(Scoped), builder => builder.Services.AddSingleton(log).AddScoped<Tracked>());

        await app.RunAsync("UsesScopes");

        Assert.Equal(4, log.Count(line => line.StartsWith("made", StringComparison.Ordinal)));
        Assert.Equal(
            log.Where(line => line.StartsWith("made", StringComparison.Ordinal)).Select(line => line[5..]),
            log.Where(line => line.StartsWith("disposed", StringComparison.Ordinal)).Select(line => line[9..]));
    }

    public sealed class Tracked : IDisposable
    {
        private readonly Guid id = Guid.NewGuid();
        private readonly ConcurrentQueue<string> log;

        public Tracked(ConcurrentQueue<string> log)
        {
            this.log = log;
            log.Enqueue($"made {id}");
        }

        public void Dispose() => log.Enqueue($"disposed {id}");
    }

    public sealed class ScopedEntity(Tracked tracked) : TaskEntity<int>
    {
        public bool Use() => tracked is not null;
    }

    public sealed class Scoped
    {
        [Function("UsesScopes")]
        public static async Task UsesScopes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            for (var i = 0; i < 2; i++)
            {
                await context.CallActivityAsync("UsesScope");
                await context.Entities.CallEntityAsync(new EntityInstanceId("ScopedOne", "x"), "Use");
            }
        }

        [Function("UsesScope")]
        public static bool UsesScope([ActivityTrigger] string? nothing, FunctionContext context) =>
            context.InstanceServices.GetRequiredService<Tracked>() == context.InstanceServices.GetRequiredService<Tracked>();

        [Function("ScopedOne")]
        public static Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<ScopedEntity>();
    }

    public class Functions
    {
        [Function("Outer")]
        public static Task<string> Outer([OrchestrationTrigger] TaskOrchestrationContext context, string input) =>
            context.CallActivityAsync<string>("Inner", input);

        [Function("Inner")]
        public static string Inner([ActivityTrigger] string input) => input + "!";

        [Function("Async")]
        public static async Task<string> Async([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var two = new SemaphoreSlim(2);
            var order = new List<int>();
            async Task One(int number)
            {
                await two.WaitAsync(CancellationToken.None);
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                order.Add(number);
                two.Release();
            }

            await Task.WhenAll(Enumerable.Range(0, 10).Select(One));
            return string.Concat(order.Order());
        }

        [Function("AsyncVoid")]
        public static async Task<string> AsyncVoid([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            async void Throws()
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                throw new InvalidOperationException("from async void");
            }

            Throws();
            return await context.WaitForExternalEvent<string>("never");
        }
    }
}
