using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.DurableTask;
using AgentFunctions.Local.Worker.Hosting;
using Local.Tests.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Conformance;

public sealed class DurabilityRules
{
    [Fact]
    public async Task A_commit_is_flushed_to_disk_before_it_is_acknowledged()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));
        var database = app.Services.GetRequiredService<DurableRuntime>().Engine.Database;

        Assert.Equal("wal", await database.WriteAsync(db => db.Scalar<string>("PRAGMA journal_mode")));
        Assert.Equal(2, await database.WriteAsync(db => db.Scalar<long>("PRAGMA synchronous")));
    }

    [Fact]
    public async Task What_was_acknowledged_outlives_the_killed_process()
    {
        using var folder = new TempFolder();

        await CrashTests.RunAsync(folder.Path, TimeSpan.Zero);

        await using var database = Database.Open(Path.Combine(folder.Path, "taskhub.db"), HostSchema.Current);
        Assert.All(
            Enumerable.Range(0, CrashHost.Functions.Instances),
            number => Assert.NotNull(database.Read(db => InstanceTable.Find(db, $"crash-{number}"))));
    }

    [Fact]
    public async Task A_completion_and_what_is_scheduled_next_share_a_commit()
    {
        await using var app = await DurableApp.StartAsync(typeof(Functions));

        var ended = await app.RunAsync("ThreeSteps");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(
            [
                ["TaskScheduled"],
                ["TaskCompleted", "TaskScheduled"],
                ["TaskCompleted", "TaskScheduled"],
                ["TaskCompleted", "ExecutionCompleted"],
            ],
            app.HistoryOf(ended.InstanceId).ConvertAll(commit =>
                commit.Where(each => each is not (TurnStarted or ExecutionStarted)).Select(each => each.GetType().Name).ToList()));
    }

    public static class Functions
    {
        [Function("ThreeSteps")]
        public static async Task ThreeSteps([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            for (var step = 0; step < 3; step++)
            {
                await context.CallActivityAsync<int>("Same", step);
            }
        }

        [Function("Same")]
        public static int Same([ActivityTrigger] int number) => number;
    }
}
