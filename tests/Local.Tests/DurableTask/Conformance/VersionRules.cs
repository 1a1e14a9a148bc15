using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Local.Tests.DurableTask.Conformance;

public sealed class VersionRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2.0.0", "2.0.0", 0)]
    [InlineData("beta", "ALPHA", 1)]
    [InlineData("Beta", "beta", 0)]
    public async Task Versions_compare_as_numbers_when_they_are_such_else_as_texts_and_none_is_the_least(string own, string other, int expected)
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var options = new StartOrchestrationOptions { Version = own.Length > 0 ? new TaskVersion(own) : default(TaskVersion?) };

        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Compares", other, options, Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal(expected, Math.Sign(ended.ReadOutputAs<int>()));
    }

    [Fact]
    public async Task An_instance_keeps_its_version_across_continue_as_new_and_a_child_has_only_the_one_it_is_given()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TellsVersions", 0, new StartOrchestrationOptions { Version = "2.1" }, Cancel);

        var ended = await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal(["2.1", "", "3.0"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task The_default_version_of_host_json_is_that_of_instances_and_children_started_without_one()
    {
        await using var app = await DurableApp.StartSetAsync(typeof(Functions), """{ "defaultVersion": "7.0" }""");

        var ended = await app.RunAsync("TellsVersions", 0);

        Assert.Equal(["7.0", "7.0", "3.0"], ended.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task An_instance_in_flight_keeps_its_version_when_the_default_changes()
    {
        using var folder = new TempFolder();
        await using (var before = await DurableApp.StartSetAsync(typeof(Functions), """{ "defaultVersion": "1.0" }""", null, folder.Path))
        {
            await before.Client.ScheduleNewOrchestrationInstanceAsync("TellsItsVersionAfterGo", new StartOrchestrationOptions("old"), Cancel);
            await before.Client.WaitForInstanceStartAsync("old", Cancel);
        }

        await using var after = await DurableApp.StartSetAsync(typeof(Functions), """{ "defaultVersion": "2.0" }""", null, folder.Path);
        await after.Client.ScheduleNewOrchestrationInstanceAsync("TellsItsVersionAfterGo", new StartOrchestrationOptions("new"), Cancel);
        foreach (var (id, version) in new[] { ("old", "1.0"), ("new", "2.0") })
        {
            await after.Client.RaiseEventAsync(id, "go", Cancel);
            Assert.Equal(version, (await after.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task A_start_may_ask_for_no_version_at_all()
    {
        await using var app = await DurableApp.StartSetAsync(typeof(Functions), """{ "defaultVersion": "7.0" }""");
        var options = new StartOrchestrationOptions { Version = TaskVersion.Unversioned };

        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("TellsItsVersion", options, Cancel);

        Assert.Equal(string.Empty, (await app.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
    }

    public static class Functions
    {
        [Function("TellsItsVersionAfterGo")]
        public static async Task<string> TellsItsVersionAfterGo([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<string>("go");
            return context.Version;
        }

        [Function("Compares")]
        public static int Compares([OrchestrationTrigger] TaskOrchestrationContext context, string other) => context.CompareVersionTo(other);

        [Function("TellsVersions")]
        public static async Task<string[]> TellsVersions([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
        {
            if (generation == 0)
            {
                context.ContinueAsNew(1);
                return [];
            }

            return
            [
                context.Version,
                await context.CallSubOrchestratorAsync<string>("TellsItsVersion"),
                await context.CallSubOrchestratorAsync<string>("TellsItsVersion", options: new SubOrchestrationOptions { Version = "3.0" }),
            ];
        }

        [Function("TellsItsVersion")]
        public static string TellsItsVersion([OrchestrationTrigger] TaskOrchestrationContext context) => context.Version;
    }
}
