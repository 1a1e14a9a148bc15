using AgentFunctions.Local.Worker.Hosting;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Local.Tests.DurableTask.Conformance;

public sealed class RetentionRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task Instances_are_purged_when_they_finished_long_enough_ago_and_others_stay()
    {
        using var folder = new TempFolder();
        await using (var keeping = await DurableApp.StartSetAsync(typeof(Functions), """{ "storageProvider": { "retention": "unlimited" } }""", null, folder.Path))
        {
            await keeping.Client.ScheduleNewOrchestrationInstanceAsync("Ends", new StartOrchestrationOptions("done"), Cancel);
            await keeping.Client.WaitForInstanceCompletionAsync("done", Cancel);
            await keeping.Client.ScheduleNewOrchestrationInstanceAsync("WaitsAfterAChild", new StartOrchestrationOptions("open"), Cancel);
            await keeping.Client.WaitForInstanceCompletionAsync("open-child", Cancel);
        }

        await using var app = await DurableApp.StartSetAsync(
            typeof(Functions), """{ "storageProvider": { "retention": "00:00:00.2" } }""", null, folder.Path);

        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("done", Cancel), found => found is null);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync("open", Cancel))!.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Client.GetInstanceAsync("open-child", Cancel))!.RuntimeStatus);
        await app.Client.RaiseEventAsync("open", "go", Cancel);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("open", Cancel), found => found is null);
        await Eventually.GetAsync(() => app.Client.GetInstanceAsync("open-child", Cancel), found => found is null);
    }

    [Theory]
    [InlineData("{}", 30.0)]
    [InlineData("""{ "retention": "7.00:00:00" }""", 7.0)]
    [InlineData("""{ "retention": "unlimited" }""", null)]
    public async Task Finished_instances_are_kept_for_30_days_unless_host_json_says_otherwise(string settings, double? days)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "host.json"), $$"""{ "extensions": { "durableTask": { "storageProvider": {{settings}} } } }""", Cancel);

        Assert.Equal(days, HostJson.Load(folder.Path).Retention?.TotalDays);
    }

    public static class Functions
    {
        [Function("Ends")]
        public static string Ends([OrchestrationTrigger] TaskOrchestrationContext context) => context.InstanceId;

        [Function("WaitsAfterAChild")]
        public static async Task WaitsAfterAChild([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallSubOrchestratorAsync("Ends", options: new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));
            await context.WaitForExternalEvent<string>("go");
        }
    }
}
