using AgentFunctions.Memory;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every store of shared memory promises.</summary>
public abstract class MemoryStoreContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_made_for_one_revision_only_and_found_by_its_id()
    {
        await using var stores = await kind.OpenAsync();
        Assert.Equal(MemoryHead.Empty, await stores.Memory.HeadAsync("t", Cancel));

        Assert.True(await stores.Memory.CommitAsync(Set(0, "c1", "a", "1"), Cancel));
        Assert.False(await stores.Memory.CommitAsync(Set(0, "c2", "a", "2"), Cancel));
        Assert.True(await stores.Memory.CommitAsync(Set(1, "c3", "b/é", "3"), Cancel));

        Assert.Equal(new MemoryHead(2, 2, 2), await stores.Memory.HeadAsync("t", Cancel));
        Assert.Equal("3", (await stores.Memory.FindAsync("t", "b/é", Cancel))!.Value);
        Assert.Null(await stores.Memory.FindAsync("t", "none", Cancel));
        Assert.Equal("a", (await stores.Memory.FindChangeAsync("t", "c1", Cancel))!.Key);
        Assert.Null(await stores.Memory.FindChangeAsync("t", "c2", Cancel));
        Assert.Equal(["c3"], (await stores.Memory.ListChangesAsync("t", 1, 10, Cancel)).Select(change => change.ChangeId));
    }

    [Fact]
    public async Task Of_changes_at_the_same_time_one_is_made()
    {
        await using var stores = await kind.OpenAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => Task.Run(() => stores.Memory.CommitAsync(Set(0, $"c{index}", "a", "1"), Cancel))));

        Assert.Single(made, isMade => isMade);
        Assert.Single(await stores.Memory.ListChangesAsync("t", 0, 100, Cancel));
    }

    [Fact]
    public async Task Entries_are_listed_by_key_a_page_at_a_time_and_a_deleted_one_is_gone()
    {
        await using var stores = await kind.OpenAsync();
        string[] keys = ["a", "a-1", "a.2", "B", "a_b", "ab", "b"];
        foreach (var (key, index) in keys.Select((key, index) => (key, index)))
        {
            await stores.Memory.CommitAsync(Set(index, $"c{index}", key, "1"), Cancel);
        }

        await stores.Memory.CommitAsync(Set(keys.Length, "gone", "ab", "1") with { Entry = null }, Cancel);
        async Task<string> ListAsync(string prefix, string after, int limit) =>
            string.Join(' ', (await stores.Memory.ListAsync("t", prefix, after, limit, Cancel)).Select(entry => entry.Key));

        Assert.Equal("B a a-1 a.2 a_b b", await ListAsync("", "", 100));
        Assert.Equal("a a-1", await ListAsync("a", "", 2));
        Assert.Equal("a.2 a_b", await ListAsync("a", "a-1", 100));
    }

    [Fact]
    public async Task A_rollback_returns_all_entries_and_the_changes_behind_can_be_made_again()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        await stores.Memory.CommitAsync(Set(0, "kept", "a", "1") with { ThreadId = "case" }, Cancel);
        await stores.Journal.CommitAsync(new RunCommit { RunId = "root", Key = "one", Checkpoint = new("one", "step", "one", null) }, Cancel);
        await stores.Memory.CommitAsync(Set(1, "undone", "a", "2") with { ThreadId = "case" }, Cancel);
        await stores.Memory.CommitAsync(Set(2, "also", "b", "2") with { ThreadId = "case" }, Cancel);

        var abandoned = await stores.History.AbandonAsync(RunHistoryContract.Start("rb", checkpoint: 1), Cancel);
        await Assert.ThrowsAsync<FileWriterGoneException>(() => stores.Memory.CommitAsync(
            Set(3, "late", "a", "3") with { ThreadId = "case", Writer = new FileWriter("root", 0) }, Cancel));
        Assert.True(await stores.History.RestoreAsync(RunHistoryContract.Restore(abandoned), Cancel));

        Assert.Equal(new MemoryHead(4, 1, 1), await stores.Memory.HeadAsync("case", Cancel));
        Assert.Equal("1", Assert.Single(await stores.Memory.ListAsync("case", "", "", 100, Cancel)).Value);
        Assert.NotNull(await stores.Memory.FindChangeAsync("case", "kept", Cancel));
        Assert.Null(await stores.Memory.FindChangeAsync("case", "undone", Cancel));
        Assert.Equal([false, true, true], (await stores.Memory.ListChangesAsync("case", 0, 100, Cancel)).Select(change => change.IsUndone));
        Assert.True(await stores.Memory.CommitAsync(Set(4, "undone", "a", "2") with { ThreadId = "case" }, Cancel));
        Assert.Equal(5, (await stores.Memory.FindChangeAsync("case", "undone", Cancel))!.Outcome.Revision);
    }

    private static MemoryCommit Set(long revision, string changeId, string key, string value) => new(
        "t",
        revision,
        new MemoryEntry(key, revision + 1, 1, value, value, DateTimeOffset.UnixEpoch, "user:test"),
        new MemoryHead(revision + 1, (int)revision + 1, revision + 1),
        new MemoryChanged(
            changeId, "h", MemoryOperation.Set, key, "user:test", DateTimeOffset.UnixEpoch, null, null,
            new MemoryOutcome(MemoryStatus.Ok, revision + 1, revision + 1)),
        Writer: null);
}

public sealed class SqliteMemoryStoreTests() : MemoryStoreContract(StoreKind.Sqlite);

public sealed class AzuriteMemoryStoreTests() : MemoryStoreContract(StoreKind.Azurite);
