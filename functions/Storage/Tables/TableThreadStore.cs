using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableThreadStore(StorageAccount account, EntityTexts texts, ThreadWorkspace workspace, RunWriters writers) : IThreadStore
{
    private const string Row = "thread";
    private const string Record = "Record";

    public async Task<(ThreadRecord Thread, bool Created)> CreateAsync(ThreadRecord thread, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(thread.ThreadId), Row) { [nameof(ThreadRecord.Tenant)] = thread.Tenant };
        await texts.SetAsync(entity, Record, StoredJson.Write(thread), cancellationToken);
        try
        {
            await (await account.TableAsync(StoreTable.Threads)).AddEntityAsync(entity, cancellationToken);
            return (thread, true);
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return ((await GetAsync(thread.ThreadId, cancellationToken))!, false);
        }
    }

    public async Task<ThreadRecord?> GetAsync(string threadId, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Threads);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(TableKeys.Partition(threadId), Row, cancellationToken: cancellationToken);
        return found.HasValue ? StoredJson.Read<ThreadRecord>(await texts.GetAsync(found.Value!, Record, cancellationToken)) : null;
    }

    public Task PutFilesAsync(
        string threadId, IReadOnlyList<ThreadFile> files, FileWriter? writer, CancellationToken cancellationToken)
    {
        var paths = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return workspace.ChangeAsync(
            threadId,
            () => writers.RequireTheSayAsync(writer, cancellationToken),
            before => files.Count == 0
                ? null
                : [.. before.Where(file => !paths.Contains(file.Path)), .. files.Reverse().DistinctBy(file => file.Path)],
            cancellationToken);
    }

    public Task<bool> DeleteFileAsync(string threadId, string path, FileWriter? writer, CancellationToken cancellationToken) =>
        workspace.ChangeAsync(
            threadId,
            () => writers.RequireTheSayAsync(writer, cancellationToken),
            before => before.Any(file => file.Path == path) ? [.. before.Where(file => file.Path != path)] : null,
            cancellationToken);

    public Task<IReadOnlyList<ThreadFile>> ListFilesAsync(string threadId, CancellationToken cancellationToken) =>
        workspace.ListAsync(threadId, cancellationToken);

    public async Task<ThreadFile?> FindFileAsync(string threadId, string path, CancellationToken cancellationToken) =>
        (await workspace.ListAsync(threadId, cancellationToken)).FirstOrDefault(file => file.Path == path);
}
