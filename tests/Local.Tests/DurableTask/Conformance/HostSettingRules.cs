using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Local.Tests.DurableTask.Conformance;

public sealed class HostSettingRules
{
    private const int Limit = 3;

    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData("maxConcurrentActivityFunctions", "ManyActivities")]
    [InlineData("maxConcurrentEntityFunctions", "ManyEntities")]
    [InlineData("maxConcurrentOrchestratorFunctions", "ManyChildren")]
    public async Task No_more_functions_of_a_kind_run_at_once_than_host_json_says(string setting, string orchestrator)
    {
        var gauge = new Gauge(orchestrator == "ManyChildren" ? Limit - 1 : Limit);
        await using var app = await DurableApp.StartSetAsync(
            typeof(Functions), $$"""{ "{{setting}}": {{Limit}} }""", builder => Measure(builder, gauge));

        await app.RunAsync(orchestrator);

        Assert.InRange(gauge.Highest, gauge.Awaited, Limit);
    }

    [Fact]
    public async Task The_hub_has_a_file_of_its_own_by_its_name()
    {
        using var folder = new TempFolder();
        await using (var app = await DurableApp.StartSetAsync(typeof(Functions), """{ "hubName": "MyHub" }""", Unmeasured, folder.Path))
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("mine"), Cancel);
            Assert.Contains("taskHub=MyHub", app.Client.CreateHttpManagementPayload("mine").StatusQueryGetUri, StringComparison.Ordinal);
        }

        await using var other = await DurableApp.StartSetAsync(typeof(Functions), """{ "hubName": "OtherHub" }""", Unmeasured, folder.Path);

        Assert.Null(await other.Client.GetInstanceAsync("mine", Cancel));
        Assert.True(File.Exists(Path.Combine(folder.Path, "myhub.db")) && File.Exists(Path.Combine(folder.Path, "otherhub.db")));
    }

    [Theory]
    [InlineData("""{ "extendedSessionsEnabled": true }""", 1)]
    [InlineData("""{ "extendedSessionsEnabled": false }""", 2)]
    [InlineData("""{ "extendedSessionsEnabled": true, "extendedSessionIdleTimeoutInSeconds": 1 }""", 2)]
    public async Task An_orchestrator_that_waits_stays_in_memory_as_long_as_host_json_says_and_is_replayed_after_that(string settings, int runs)
    {
        var gauge = new Gauge(0);
        await using var app = await DurableApp.StartSetAsync(typeof(Functions), settings, builder => Measure(builder, gauge));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("waits"), Cancel);
        await app.Client.WaitForInstanceStartAsync("waits", Cancel);
        if (settings.Contains("Timeout", StringComparison.Ordinal))
        {
            await Eventually.TrueAsync(() => gauge.HasUnloaded);
        }

        await app.Client.RaiseEventAsync("waits", "go", Cancel);
        await app.Client.WaitForInstanceCompletionAsync("waits", Cancel);

        Assert.Equal(runs, gauge.OrchestratorRuns);
    }

    private static void Unmeasured(FunctionsApplicationBuilder builder) => builder.Services.AddSingleton(new Gauge(0));

    private static void Measure(FunctionsApplicationBuilder builder, Gauge gauge)
    {
        builder.Services.AddSingleton(gauge);
        builder.UseMiddleware(async (context, next) =>
        {
            switch (context.FunctionDefinition.Name)
            {
                case "Child":
                    await gauge.PassAsync();
                    break;
                case "Waits":
                    gauge.OrchestratorRuns++;
                    break;
            }

            await next();
            gauge.HasUnloaded |= context.FunctionDefinition.Name == "Waits";
        });
    }

    /// <summary>Counts who is in at the same time, and lets nobody out before so many have been.</summary>
    public sealed class Gauge(int awaited)
    {
        private readonly Lock gate = new();
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int now;

        public int Awaited => awaited;

        public int Highest { get; private set; }

        public int OrchestratorRuns { get; set; }

        public bool HasUnloaded { get; set; }

        public async Task PassAsync()
        {
            lock (gate)
            {
                Highest = Math.Max(Highest, ++now);
                if (now >= awaited)
                {
                    reached.TrySetResult();
                }
            }

            await reached.Task;
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            lock (gate)
            {
                now--;
            }
        }
    }

    public sealed class Functions(Gauge gauge) : TaskEntity<int>
    {
        [Function("ManyActivities")]
        public static Task ManyActivities([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, 20).Select(_ => context.CallActivityAsync("Passes")));

        [Function("ManyEntities")]
        public static Task ManyEntities([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, 20).Select(number => context.Entities.CallEntityAsync(new EntityInstanceId("PassingOne", $"{number}"), "Pass")));

        [Function("ManyChildren")]
        public static Task ManyChildren([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, 20).Select(_ => context.CallSubOrchestratorAsync("Child")));

        [Function("Child")]
        public static string Child([OrchestrationTrigger] TaskOrchestrationContext context) => context.InstanceId;

        [Function("Waits")]
        public static Task Waits([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string?>("go");

        [Function("Passes")]
        public Task Passes([ActivityTrigger] string? nothing) => gauge.PassAsync();

        [Function("PassingOne")]
        public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

        public Task Pass() => gauge.PassAsync();
    }
}
