using System.Diagnostics;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.Hosting;
using CrashHost.Programs;
using FsCheck.Xunit;
using Local.Tests.Worker;
using Microsoft.DurableTask.Converters;

namespace Local.Tests.DurableTask.Programs;

public sealed class ProgramCrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Nothing = string.Empty;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// No activity whose success is stored is executed again, none is executed before it is stored that it shall be, and entities are
    /// written once each.
    /// </summary>
    [Property(Arbitrary = [typeof(ProgramGenerator)], MaxTest = 6)]
    public async Task Programs_killed_at_random_commits_do_what_the_model_says_and_repeat_nothing_that_is_stored(CrashCase crash)
    {
        using var folder = new TempFolder();
        var expected = crash.Programs.Select(Expectation.Of).ToList();
        var batch = new Batch(crash.Programs, expected.Sum(each => each.Writes.All.Count()));
        await batch.SaveAsync(Path.Combine(folder.Path, "programs.json"), Cancel);
        var stored = new HashSet<string>(StringComparer.Ordinal);
        foreach (var kill in crash.Kills.Cast<int?>().Append(null))
        {
            var before = ReadLedger(folder).Length;
            await RunAsync(folder.Path, kill);
            Assert.Empty(ReadLedger(folder)[before..].Intersect(stored));
            var (scheduled, succeeded) = await StoredAsync(folder);
            stored.UnionWith(succeeded);
            Assert.Empty(ReadLedger(folder).Where(line => KeepsItsHistory(crash, line)).Except(scheduled));
        }

        await using var database = Open(folder);
        database.Read(db =>
        {
            foreach (var (index, each) in expected.Index())
            {
                Check(db, each, Batch.Root(index));
            }

            AssertNothingIsLeft(db);
            return Nothing;
        });
    }

    private static void Check(DatabaseSession db, Expectation expected, string root)
    {
        var data = InstanceTable.Data(db, InstanceTable.KeyOf(db, root)!.Value);
        var output = JsonDataConverter.Default.Deserialize<string>(data.Output);
        var failure = HistoryCodec.DecodeFailure(data.Failure) is { } details ? Failures.MessageOf(details) : null;
        Assert.Equal(expected.Outcome, new Outcome(output, failure));
        for (var entity = 0; entity < ProgramGenerator.Entities; entity++)
        {
            var paths = expected.Writes.All.Where(each => each.Entity == entity).Select(each => each.Path);
            var state = EntityTable.Find(db, $"@journal@{Names.EntityKey(root, entity)}")?.State;
            var seen = JsonDataConverter.Default.Deserialize<List<string>>(state) ?? [];
            Assert.Equal(paths.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
            Assert.True(expected.Writes.Allows(entity, seen));
        }
    }

    private static void AssertNothingIsLeft(DatabaseSession db)
    {
        Assert.Empty(WorkTable.Activities(db));
        Assert.Empty(WorkTable.Timers(db));
        Assert.Empty(MessageTable.Receivers(db));
        Assert.Empty(EntityTable.Receivers(db));
        Assert.Empty(EntityTable.OrphanedLocks(db));
    }

    private static string[] ReadLedger(TempFolder folder) => Ledger.Read(Path.Combine(folder.Path, "ledger.txt"));

    private static Database Open(TempFolder folder) => Database.Open(Path.Combine(folder.Path, "taskhub.db"), HostSchema.Current);

    /// <summary>Whether the program that a line of the ledger is of never continues as new, which drops its history.</summary>
    private static bool KeepsItsHistory(CrashCase crash, string line)
    {
        var program = crash.Programs.Index().Single(each => line.StartsWith($"{Batch.Root(each.Index)} ", StringComparison.Ordinal)).Item;
        return !program.ToString().Contains("\"AsNew\":{", StringComparison.Ordinal);
    }

    /// <summary>The activities that are stored as to be executed, and those whose success is.</summary>
    private static async Task<(List<string> Scheduled, List<string> Succeeded)> StoredAsync(TempFolder folder)
    {
        await using var database = Open(folder);
        var histories = database.Read(db => db.Query("SELECT DISTINCT instance_key FROM durable_history", row => row.GetInt64(0))
            .ConvertAll(key => HistoryTable.Turns(db, key).SelectMany(events => events).ToList()));
        return (
            [.. histories.SelectMany(history => history.OfType<TaskScheduled>()).Select(LineOf)],
            [.. histories.SelectMany(Succeeded).Select(LineOf)]);
    }

    private static IEnumerable<TaskScheduled> Succeeded(List<HistoryEvent> history) => history
        .OfType<TaskCompleted>()
        .Select(done => history.OfType<TaskScheduled>().Single(each => each.TaskId == done.TaskId));

    private static string LineOf(TaskScheduled activity) =>
        JsonDataConverter.Default.Deserialize<Job>(activity.Input)!.Line;

    private static async Task RunAsync(string folder, int? killAtCommit)
    {
        string[] kill = killAtCommit is { } commit ? [$"--KillAtCommit={commit}"] : [];
        using var host = Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(Batch).Assembly.Location, "--urls=http://127.0.0.1:0", $"--DataDirectory={folder}", $"--Programs={Path.Combine(folder, "programs.json")}", .. kill])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = host.StandardOutput.ReadToEndAsync(Cancel);
            var errors = host.StandardError.ReadToEndAsync(Cancel);
            await host.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
            const int Killed = 128 + 9;
            Assert.True(host.ExitCode == 0 || (killAtCommit is not null && host.ExitCode == Killed), $"{await output}\n{await errors}");
        }
        finally
        {
            host.Kill();
        }
    }
}
