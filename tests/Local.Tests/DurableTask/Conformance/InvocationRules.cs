using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
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
    public async Task No_more_activities_run_at_once_than_host_json_says()
    {
        using var root = new Worker.TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "host.json"), """{ "extensions": { "durableTask": { "maxConcurrentActivityFunctions": 3 } } }""", Cancel);
        var gauge = new Gauge();
        await using var app = await DurableApp.StartAsync(
            typeof(Gauged), builder => builder.Services.AddSingleton(gauge), null, $"--AzureWebJobsScriptRoot={root.Path}");

        await app.RunAsync("ManyGauged");

        Assert.Equal(3, gauge.Highest);
    }

    public sealed class Gauge
    {
        private readonly Lock gate = new();
        private int now;

        public int Highest { get; private set; }

        public void Change(int by)
        {
            lock (gate)
            {
                now += by;
                Highest = Math.Max(Highest, now);
            }
        }
    }

    public class Gauged(Gauge gauge)
    {
        [Function("ManyGauged")]
        public static Task ManyGauged([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, 20).Select(_ => context.CallActivityAsync("GaugedOne")));

        [Function("GaugedOne")]
        public async Task GaugedOne([ActivityTrigger] object? nothing)
        {
            gauge.Change(1);
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            gauge.Change(-1);
        }
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
