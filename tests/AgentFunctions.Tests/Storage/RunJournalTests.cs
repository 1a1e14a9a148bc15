using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

public sealed class SqliteRunJournalTests() : RunJournalContract(StoreKind.Sqlite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_a_killed_process_left_behind_opens_with_all_that_was_committed()
    {
        using var folder = new TempFolder();
        using var copy = new TempFolder();
        await using var running = new Stores(folder.Path);
        await running.CreateRunAsync("r");
        for (var i = 0; i < 50; i++)
        {
            await running.Journal.CommitAsync(new RunCommit { RunId = "r", Key = $"{i}", Events = [new("x", "runtime")] }, Cancel);
        }

        // What SIGKILL leaves: the database and its write-ahead log as they are at this moment, the last frame torn.
        foreach (var file in Directory.GetFiles(folder.Path, "agents.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            await using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using var target = File.Create(Path.Combine(copy.Path, Path.GetFileName(file)));
            await source.CopyToAsync(target, Cancel);
            if (file.EndsWith("-wal", StringComparison.Ordinal))
            {
                await target.WriteAsync(new byte[1000], Cancel);
            }
        }

        await using var restarted = new Stores(copy.Path);
        var events = await restarted.Journal.ReadEventsAsync("r", 0, Cancel);
        Assert.Equal(51, events.Count);
        Assert.True((await restarted.VerifyAsync("r")).Verified);
    }
}

public sealed class AzuriteRunJournalTests() : RunJournalContract(StoreKind.Azurite);
