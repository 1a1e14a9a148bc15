using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>Changes of shared memory that a rollback has undone: those with a revision behind one and up to another.</summary>
internal sealed record UndoneChanges(long After, long UpTo)
{
    public bool Covers(long revision) => revision > After && revision <= UpTo;
}

/// <summary>The row of a thread's memory that every change replaces, under its ETag.</summary>
/// <param name="Head">Size and revision.</param>
/// <param name="Epoch">Which entries count: a rollback writes all of them anew, and changes to them by changing this.</param>
/// <param name="Captured">Content hash of the list of all entries, where it is known.</param>
/// <param name="Undone">Changes that do not count.</param>
/// <param name="ETag">The row's version; <see langword="null"/> where there is none.</param>
internal sealed record MemoryState(MemoryHead Head, long Epoch, string? Captured, IReadOnlyList<UndoneChanges> Undone, ETag? ETag)
{
    public static MemoryState Empty { get; } = new(MemoryHead.Empty, 0, null, [], null);

    public bool Counts(long revision) => !Undone.Any(range => range.Covers(revision));
}

/// <summary>
/// The partition of a thread's shared memory: its head (<c>h</c>), entries (<c>m:</c>), changes by revision (<c>c:</c>) and by id
/// (<c>i:</c>). A change is one entity-group transaction.
/// </summary>
internal sealed class MemoryPartition(StorageAccount account, EntityTexts texts, IBlobStore blobs, HybridClock clock)
{
    private const string HeadRow = "h";
    private const string Changes = "c:";
    private const string Record = "Record";
    private const string Revision = "Revision";
    private const string Captured = "Captured";
    private const string Undone = "Undone";
    private const int Transaction = 100;

    public async Task<MemoryState> ReadAsync(string threadId, CancellationToken cancellationToken)
    {
        if (await RowAsync(threadId, HeadRow, cancellationToken) is not { } row)
        {
            return MemoryState.Empty;
        }

        return new MemoryState(
            new MemoryHead(row.GetInt64(Revision)!.Value, row.GetInt32(nameof(MemoryHead.Keys))!.Value, row.GetInt64(nameof(MemoryHead.Bytes))!.Value),
            row.GetInt64(nameof(MemoryState.Epoch))!.Value,
            row.GetString(Captured) is { Length: > 0 } hash ? hash : null,
            StoredJson.Read<IReadOnlyList<UndoneChanges>>(await texts.GetAsync(row, Undone, cancellationToken)),
            row.ETag);
    }

    public async Task<MemoryEntry?> FindAsync(string threadId, long epoch, string key, CancellationToken cancellationToken) =>
        await RowAsync(threadId, EntryRow(epoch, key), cancellationToken) is { } row
            ? StoredJson.Read<MemoryEntry>(await texts.GetAsync(row, Record, cancellationToken))
            : null;

    /// <summary>Entries by key, from behind one.</summary>
    public async Task<IReadOnlyList<MemoryEntry>> ListAsync(
        string threadId, long epoch, string prefix, string after, int limit, CancellationToken cancellationToken)
    {
        var first = EntryRow(epoch, prefix);
        var from = after.Length == 0 ? "" : EntryRow(epoch, after);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TableKeys.Partition(threadId)} and RowKey ge {first} and RowKey gt {from} and RowKey lt {TableKeys.Behind(first)}");
        return await TakeAsync<MemoryEntry>(filter, limit, cancellationToken);
    }

    /// <summary>The revisions of a change that was made under an id, on whatever branch.</summary>
    public async Task<IReadOnlyList<long>> RevisionsAsync(string threadId, string changeId, CancellationToken cancellationToken)
    {
        var first = IdRow(changeId);
        var revisions = new List<long>();
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Partition(threadId)} and RowKey ge {first} and RowKey lt {TableKeys.Behind(first)}"),
            cancellationToken: cancellationToken))
        {
            revisions.Add(row.GetInt64(Revision)!.Value);
        }

        return revisions;
    }

    public async Task<MemoryChanged?> FindChangeAsync(string threadId, long revision, CancellationToken cancellationToken) =>
        await RowAsync(threadId, ChangeRow(revision), cancellationToken) is { } row
            ? StoredJson.Read<MemoryChanged>(await texts.GetAsync(row, Record, cancellationToken))
            : null;

    public Task<IReadOnlyList<MemoryChanged>> ListChangesAsync(string threadId, long after, int limit, CancellationToken cancellationToken) =>
        TakeAsync<MemoryChanged>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.Partition(threadId)} and RowKey gt {ChangeRow(after)} and RowKey lt {TableKeys.Behind(Changes)}"),
            limit,
            cancellationToken);

    /// <summary>Makes a change; <see langword="false"/> where another one was faster.</summary>
    public async Task<bool> TryCommitAsync(MemoryState before, MemoryCommit commit, CancellationToken cancellationToken)
    {
        var (partition, revision) = (TableKeys.Partition(commit.ThreadId), commit.Change.Outcome.Revision);
        var change = new TableEntity(partition, ChangeRow(revision));
        await texts.SetAsync(change, Record, StoredJson.Write(commit.Change), cancellationToken);
        var actions = new List<TableTransactionAction>
        {
            await HeadAsync(commit.ThreadId, before with { Head = commit.Head, Captured = null }, cancellationToken),
            new(TableTransactionActionType.Add, change),
            new(
                TableTransactionActionType.Add,
                new TableEntity(partition, IdRow(commit.Change.ChangeId) + TableKeys.Number(revision)) { [Revision] = revision }),
        };
        var row = EntryRow(before.Epoch, commit.Change.Key);
        if (commit.Entry is { } entry)
        {
            actions.Add(new(TableTransactionActionType.UpsertReplace, await EntryAsync(partition, before.Epoch, entry, cancellationToken)));
        }
        else if (await RowAsync(commit.ThreadId, row, cancellationToken) is { } gone)
        {
            actions.Add(new(TableTransactionActionType.Delete, new TableEntity(partition, row), gone.ETag));
        }

        try
        {
            await (await TableAsync()).SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return false;
        }
    }

    /// <summary>Keeps the list of all entries and returns its hash; <see langword="null"/> where nothing was ever remembered.</summary>
    public Task<MemoryMark?> CaptureAsync(string threadId, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            var state = await ReadAsync(threadId, cancellationToken);
            if (state.ETag is null)
            {
                return null;
            }

            if (state.Captured is { } known)
            {
                return new MemoryMark(known, state.Head.Revision);
            }

            var hash = await blobs.PutJsonAsync(
                await ListAsync(threadId, state.Epoch, "", "", int.MaxValue, cancellationToken), cancellationToken);
            await SetAsync(threadId, state with { Captured = hash }, cancellationToken);
            return (MemoryMark?)new MemoryMark(hash, state.Head.Revision);
        },
        cancellationToken);

    /// <summary>
    /// Returns all entries to what they were, and undoes the changes behind. The entries are written under another epoch first, to which
    /// one update of the head changes; the head gets another ETag in any case, so that no change that was allowed before comes behind.
    /// </summary>
    public Task RestoreAsync(string threadId, MemoryMark? mark, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            var state = await ReadAsync(threadId, cancellationToken);
            var revision = mark?.Revision ?? 0;
            if (state.ETag is null || state.Head.Revision == revision)
            {
                await (state.ETag is null ? Task.CompletedTask : SetAsync(threadId, state, cancellationToken));
                return true;
            }

            var entries = mark is null ? [] : await blobs.GetJsonAsync<IReadOnlyList<MemoryEntry>>(mark.Hash, cancellationToken);
            var epoch = clock.Next();
            await WriteAsync(threadId, epoch, entries, cancellationToken);
            await SetAsync(
                threadId,
                state with
                {
                    Head = new MemoryHead(state.Head.Revision + 1, entries.Count, entries.Sum(entry => entry.Bytes)),
                    Epoch = epoch,
                    Captured = mark?.Hash,
                    Undone = [.. state.Undone, new UndoneChanges(revision, state.Head.Revision)],
                },
                cancellationToken);
            return true;
        },
        cancellationToken);

    private static string EntryRow(long epoch, string key) => $"m:{TableKeys.Number(epoch)}:{TableKeys.Ordered(key)}";

    private static string ChangeRow(long revision) => Changes + TableKeys.Number(revision);

    private static string IdRow(string changeId) => $"i:{TableKeys.Encode(changeId)}|";

    private async Task WriteAsync(string threadId, long epoch, IReadOnlyList<MemoryEntry> entries, CancellationToken cancellationToken)
    {
        var table = await TableAsync();
        foreach (var some in entries.Chunk(Transaction))
        {
            var rows = await Task.WhenAll(some.Select(entry => EntryAsync(TableKeys.Partition(threadId), epoch, entry, cancellationToken)));
            await table.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancellationToken);
        }
    }

    private async Task<TableEntity> EntryAsync(string partition, long epoch, MemoryEntry entry, CancellationToken cancellationToken)
    {
        var row = new TableEntity(partition, EntryRow(epoch, entry.Key));
        await texts.SetAsync(row, Record, StoredJson.Write(entry), cancellationToken);
        return row;
    }

    private async Task SetAsync(string threadId, MemoryState state, CancellationToken cancellationToken) =>
        await (await TableAsync()).SubmitTransactionAsync([await HeadAsync(threadId, state, cancellationToken)], cancellationToken);

    private async Task<TableTransactionAction> HeadAsync(string threadId, MemoryState state, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.Partition(threadId), HeadRow)
        {
            [Revision] = state.Head.Revision,
            [nameof(MemoryHead.Keys)] = state.Head.Keys,
            [nameof(MemoryHead.Bytes)] = state.Head.Bytes,
            [nameof(MemoryState.Epoch)] = state.Epoch,
            [Captured] = state.Captured ?? "",
        };
        await texts.SetAsync(row, Undone, StoredJson.Write(state.Undone), cancellationToken);
        return state.ETag is { } seen
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, seen)
            : new TableTransactionAction(TableTransactionActionType.Add, row);
    }

    private async Task<IReadOnlyList<T>> TakeAsync<T>(string filter, int limit, CancellationToken cancellationToken)
    {
        const int LargestPage = 1000;
        var found = new List<T>();
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            filter, Math.Clamp(limit, 1, LargestPage), cancellationToken: cancellationToken))
        {
            if (found.Count >= limit)
            {
                break;
            }

            found.Add(StoredJson.Read<T>(await texts.GetAsync(row, Record, cancellationToken)));
        }

        return found;
    }

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Memory);

    private async Task<TableEntity?> RowAsync(string threadId, string row, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(
            TableKeys.Partition(threadId), row, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
