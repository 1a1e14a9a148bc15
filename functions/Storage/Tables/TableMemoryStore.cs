namespace AgentFunctions.Storage.Tables;

internal sealed class TableMemoryStore(MemoryPartition partition, RunWriters writers) : IMemoryStore
{
    public async Task<MemoryHead> HeadAsync(string threadId, CancellationToken cancellationToken) =>
        (await partition.ReadAsync(threadId, cancellationToken)).Head;

    public async Task<MemoryEntry?> FindAsync(string threadId, string key, CancellationToken cancellationToken) =>
        await partition.FindAsync(threadId, (await partition.ReadAsync(threadId, cancellationToken)).Epoch, key, cancellationToken);

    public async Task<IReadOnlyList<MemoryEntry>> ListAsync(
        string threadId, string prefix, string after, int limit, CancellationToken cancellationToken) =>
        await partition.ListAsync(
            threadId, (await partition.ReadAsync(threadId, cancellationToken)).Epoch, prefix, after, limit, cancellationToken);

    public async Task<MemoryChanged?> FindChangeAsync(string threadId, string changeId, CancellationToken cancellationToken)
    {
        var state = await partition.ReadAsync(threadId, cancellationToken);
        var counting = (await partition.RevisionsAsync(threadId, changeId, cancellationToken)).Where(state.Counts).ToList();
        return counting.Count == 0 ? null : await partition.FindChangeAsync(threadId, counting[^1], cancellationToken);
    }

    public async Task<IReadOnlyList<MemoryChanged>> ListChangesAsync(
        string threadId, long after, int limit, CancellationToken cancellationToken)
    {
        var state = await partition.ReadAsync(threadId, cancellationToken);
        return
        [
            .. (await partition.ListChangesAsync(threadId, after, limit, cancellationToken))
                .Select(change => change with { IsUndone = !state.Counts(change.Outcome.Revision) }),
        ];
    }

    public async Task<bool> CommitAsync(MemoryCommit commit, CancellationToken cancellationToken)
    {
        // Read before the writer is asked: a rollback forbids it first and changes the head then, so that the change fails.
        var before = await partition.ReadAsync(commit.ThreadId, cancellationToken);
        await writers.RequireTheSayAsync(commit.Writer, cancellationToken);
        return before.Head.Revision == commit.IfRevision && await partition.TryCommitAsync(before, commit, cancellationToken);
    }
}
