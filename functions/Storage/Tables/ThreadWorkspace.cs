using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// The files of a thread as a content-addressed list in the blob store, and a row with its hash: any number of files change together by
/// one update of the row under its ETag, and what the files were at a checkpoint is the row's hash then.
/// </summary>
internal sealed class ThreadWorkspace(StorageAccount account, IBlobStore blobs)
{
    private const string Row = "files";
    private const string FilesHash = "FilesHash";
    private const int MostKnown = 64;

    private readonly ConcurrentDictionary<string, IReadOnlyList<ThreadFile>> known = new(StringComparer.Ordinal);
    private readonly Locks locks = new();

    /// <summary>The hash of the list of the thread's files.</summary>
    public async Task<string> CaptureAsync(string threadId, CancellationToken cancellationToken) =>
        await FindAsync(threadId, cancellationToken) is { } row
            ? row.GetString(FilesHash)
            : await blobs.PutJsonAsync<IReadOnlyList<ThreadFile>>([], cancellationToken);

    /// <summary>The thread's files, ordered by path (ordinal).</summary>
    public async Task<IReadOnlyList<ThreadFile>> ListAsync(string threadId, CancellationToken cancellationToken) =>
        await FilesAsync(await FindAsync(threadId, cancellationToken), cancellationToken);

    /// <summary>Changes the thread's files.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="guard">
    /// Throws where they may not be changed. Asked after the row was read: whoever forbids it first and changes the row then, as a rollback
    /// does, makes the update fail.
    /// </param>
    /// <param name="change">Gives the files as they are to be; <see langword="null"/> for no change. May be called again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether there was a change.</returns>
    public async Task<bool> ChangeAsync(
        string threadId,
        Func<Task> guard,
        Func<IReadOnlyList<ThreadFile>, IReadOnlyList<ThreadFile>?> change,
        CancellationToken cancellationToken)
    {
        using var turn = await locks.EnterAsync(threadId, cancellationToken);
        return await Optimism.TryAsync(
            async _ =>
            {
                var row = await FindAsync(threadId, cancellationToken);
                await guard();
                if (change(await FilesAsync(row, cancellationToken)) is not { } files)
                {
                    return false;
                }

                IReadOnlyList<ThreadFile> ordered = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
                await SetAsync(threadId, await blobs.PutJsonAsync(ordered, cancellationToken), row?.ETag, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Puts the files of a list in the place of the thread's files, whatever these are; the row gets another ETag in any case.</summary>
    public Task RestoreAsync(string threadId, string filesHash, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            var row = await FindAsync(threadId, cancellationToken);
            await SetAsync(threadId, filesHash, row?.ETag, cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task<TableEntity?> FindAsync(string threadId, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Threads);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(TableKeys.Partition(threadId), Row, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task SetAsync(string threadId, string filesHash, ETag? etag, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Threads);
        var row = new TableEntity(TableKeys.Partition(threadId), Row) { [FilesHash] = filesHash };
        await (etag is { } seen
            ? table.UpdateEntityAsync(row, seen, TableUpdateMode.Replace, cancellationToken)
            : table.AddEntityAsync(row, cancellationToken));
    }

    private async Task<IReadOnlyList<ThreadFile>> FilesAsync(TableEntity? row, CancellationToken cancellationToken)
    {
        if (row?.GetString(FilesHash) is not { } hash)
        {
            return [];
        }

        if (known.TryGetValue(hash, out var files))
        {
            return files;
        }

        files = await blobs.GetJsonAsync<IReadOnlyList<ThreadFile>>(hash, cancellationToken);
        if (known.Count >= MostKnown)
        {
            known.Clear();
        }

        return known[hash] = files;
    }
}
