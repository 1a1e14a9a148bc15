namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteMemoryStore(AgentDatabase database) : IMemoryStore
{
    public Task<MemoryHead> HeadAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => MemoryTable.Head(session, threadId), cancellationToken);

    public Task<MemoryEntry?> FindAsync(string threadId, string key, CancellationToken cancellationToken) =>
        database.ReadAsync(session => MemoryTable.Find(session, threadId, key), cancellationToken);

    public Task<IReadOnlyList<MemoryEntry>> ListAsync(
        string threadId, string prefix, string after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => MemoryTable.List(session, threadId, prefix, after, limit), cancellationToken);

    public Task<MemoryChanged?> FindChangeAsync(string threadId, string changeId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => MemoryTable.FindChange(session, threadId, changeId), cancellationToken);

    public Task<IReadOnlyList<MemoryChanged>> ListChangesAsync(string threadId, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => MemoryTable.Changes(session, threadId, after, limit), cancellationToken);

    public Task<bool> CommitAsync(MemoryCommit commit, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Commit(session, commit), cancellationToken);

    private static bool Commit(SqlSession session, MemoryCommit commit)
    {
        Writers.RequireTheSay(session, commit.Writer);
        if (MemoryTable.Head(session, commit.ThreadId).Revision != commit.IfRevision)
        {
            return false;
        }

        if (commit.Entry is { } entry)
        {
            MemoryTable.Put(session, commit.ThreadId, entry);
        }
        else
        {
            MemoryTable.Delete(session, commit.ThreadId, commit.Change.Key);
        }

        MemoryTable.Add(session, commit.ThreadId, commit.Change);
        MemoryTable.SetHead(session, commit.ThreadId, commit.Head);
        return true;
    }
}
