using System.Diagnostics;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.DurableTask;
using CrashHost.Programs;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class DataFileRules
{
    private static CancellationToken Cancel => DurableApp.Cancel;

    [Fact]
    public async Task A_host_does_not_start_on_a_file_that_is_not_its_own_and_leaves_it_alone()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "taskhub.db");
        await File.WriteAllTextAsync(file, "this is the only copy of my novel", Cancel);

        await Assert.ThrowsAsync<DatabaseException>(() => DurableApp.StartAsync(typeof(Functions), null, folder.Path));

        Assert.Equal("this is the only copy of my novel", await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task A_second_process_does_not_start_on_the_same_data_and_says_why()
    {
        using var folder = new TempFolder();
        await using var app = await DurableApp.StartAsync(typeof(Functions), null, folder.Path);

        using var second = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(Batch).Assembly.Location, "--urls=http://127.0.0.1:0", $"--DataDirectory={folder.Path}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = second.StandardOutput.ReadToEndAsync(Cancel);
        var errors = await second.StandardError.ReadToEndAsync(Cancel);
        await second.WaitForExitAsync(Cancel);

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains("Another process works on this data", errors + await output, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.RunAsync("Ends")).RuntimeStatus);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_that_is_not_stored_and_all_goes_on_when_there_is_room()
    {
        using var folder = new TempFolder();
        await using (var full = await DurableApp.StartAsync(typeof(Functions), null, folder.Path))
        {
            await full.Client.ScheduleNewOrchestrationInstanceAsync("TakesText", new StartOrchestrationOptions("waiting"), Cancel);
            await full.Client.WaitForInstanceStartAsync("waiting", Cancel);
            var database = full.Services.GetRequiredService<DurableRuntime>().Engine.Database;
            var pages = await database.WriteAsync(db => db.Scalar<long>("PRAGMA page_count"));
            await database.WriteAsync(db => db.Scalar<long>($"PRAGMA max_page_count = {pages}"));

            var error = await Assert.ThrowsAsync<DatabaseException>(
                () => full.Client.RaiseEventAsync("waiting", "text", new string('x', 1_000_000), Cancel));
            Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        }

        await using var roomy = await DurableApp.StartAsync(typeof(Functions), null, folder.Path);
        await roomy.Client.RaiseEventAsync("waiting", "text", new string('y', 1_000_000), Cancel);

        Assert.Equal("y", (await roomy.Client.WaitForInstanceCompletionAsync("waiting", true, Cancel)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_an_older_version_left_goes_on_after_it_was_brought_up_to_date(int version)
    {
        using var folder = new TempFolder();
        OldDatabase.Write(Path.Combine(folder.Path, "taskhub.db"), version);
        await using var app = await DurableApp.StartAsync(typeof(Functions), null, folder.Path);

        var waiting = (await app.Client.GetInstanceAsync("waiting", getInputsAndOutputs: true, Cancel))!;
        Assert.Equal(("so far", "red"), (waiting.ReadCustomStatusAs<string>(), waiting.Tags["color"]));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1760000000001), waiting.LastUpdatedAt);
        await app.Client.RaiseEventAsync("waiting", "text", new string('z', 100_000), Cancel);

        Assert.Equal("z", (await app.Client.WaitForInstanceCompletionAsync("waiting", true, Cancel)).ReadOutputAs<string>());
        Assert.Equal(42, (await app.Client.WaitForInstanceCompletionAsync("working", true, Cancel)).ReadOutputAs<int>());
        Assert.Equal("awake", (await app.Client.WaitForInstanceCompletionAsync("sleeping", true, Cancel)).ReadOutputAs<string>());
    }

    public static class Functions
    {
        [Function("Ends")]
        public static string Ends([OrchestrationTrigger] TaskOrchestrationContext context) => context.InstanceId;

        [Function("TakesText")]
        public static async Task<string> TakesText([OrchestrationTrigger] TaskOrchestrationContext context) =>
            (await context.WaitForExternalEvent<string>("text"))[..1];

        [Function("Doubles")]
        public static Task<int> Doubles([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync<int>("Twice", context.GetInput<int>());

        [Function("Twice")]
        public static int Twice([ActivityTrigger] int number) => 2 * number;

        [Function("Sleeps")]
        public static async Task<string> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "awake";
        }
    }
}
