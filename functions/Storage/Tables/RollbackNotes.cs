using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>What belongs to a thread at one moment.</summary>
/// <param name="FilesHash">Content hash of the list of its files.</param>
/// <param name="Memory">Its shared memory; <see langword="null"/> where nothing had been remembered yet.</param>
internal sealed record ThreadMark(string FilesHash, MemoryMark? Memory);

/// <summary>What a rollback has found out once and must find again after a crash, in rows of its run's partition that are written once.</summary>
internal sealed class RollbackNotes(RunPartition partition, EntityTexts texts)
{
    private const string Note = "Note";

    /// <summary>What was abandoned, once all of it is held.</summary>
    public async Task<BranchAbandoned?> FindAbandonedAsync(RollbackStart start, CancellationToken cancellationToken) =>
        await FindAsync(start.RunId, Abandoned(start.RollbackId), cancellationToken) is { } note ? StoredJson.Read<BranchAbandoned>(note) : null;

    public async Task<BranchAbandoned> KeepAbandonedAsync(RollbackStart start, BranchAbandoned abandoned, CancellationToken cancellationToken) =>
        StoredJson.Read<BranchAbandoned>(
            await KeepAsync(start.RunId, Abandoned(start.RollbackId), StoredJson.Write(abandoned), cancellationToken));

    /// <summary>The thread's files and memory before they were returned.</summary>
    public async Task<ThreadMark> KeepBeforeAsync(BranchAbandoned abandoned, ThreadMark before, CancellationToken cancellationToken) =>
        StoredJson.Read<ThreadMark>(await KeepAsync(
            abandoned.RunId, $"r:{TableKeys.Encode(abandoned.RollbackId)}:before", StoredJson.Write(before), cancellationToken));

    private static string Abandoned(string rollbackId) => $"r:{TableKeys.Encode(rollbackId)}:abandoned";

    private async Task<string?> FindAsync(string runId, string row, CancellationToken cancellationToken) =>
        await partition.FindRowAsync(runId, row, cancellationToken) is { } found ? await texts.GetAsync(found, Note, cancellationToken) : null;

    private async Task<string> KeepAsync(string runId, string row, string note, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(runId), row);
        await texts.SetAsync(entity, Note, note, cancellationToken);
        try
        {
            await (await partition.TableAsync()).AddEntityAsync(entity, cancellationToken);
            return note;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return (await FindAsync(runId, row, cancellationToken))!;
        }
    }
}
