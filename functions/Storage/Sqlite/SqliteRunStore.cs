using System.Globalization;
using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteRunStore(AgentDatabase database, ChangeSignal changes, AuditSigner signer, TimeProvider time) : IRunStore
{
    public async Task<(RunRecord Run, bool Created)> CreateAsync(
        RunRecord run, AuditDraft created, CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(session => Create(session, run, created), cancellationToken);
        if (result.Created)
        {
            changes.Raise(run.RootRunId);
        }

        return result;
    }

    public Task<RunRecord?> GetAsync(string runId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => RunRow.Find(session, runId)?.Run, cancellationToken);

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        return database.ReadAsync(session => Page(session, query, before), cancellationToken);
    }

    public Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<RunStatus, long>>(
            session => session.Query(
                    $"SELECT status, COUNT(*) FROM runs WHERE {Schema.IsUnfinishedRoot} GROUP BY status",
                    row => (Status: Words.Parse<RunStatus>(row.GetString(0))!.Value, Count: row.GetInt64(1)))
                .ToDictionary(each => each.Status, each => each.Count),
            cancellationToken);

    public Task<IReadOnlyList<RunRecord>> ListTreeAsync(string rootRunId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RunRecord>>(
            session => session.Query(
                $"SELECT {RunRow.Columns} FROM runs WHERE root_run_id = $root ORDER BY run_id",
                row => RunRow.Read(row).Run,
                ("$root", rootRunId)),
            cancellationToken);

    private (RunRecord Run, bool Created) Create(SqlSession session, RunRecord run, AuditDraft created)
    {
        if (RunRow.Find(session, run.RunId) is { } existing)
        {
            return (existing.Run, false);
        }

        if (run.ParentRunId is { } parentId && RunRow.Find(session, parentId)?.Run is { } parent
            && (parent.IsFinished || parent.RollingBackTo is not null || parent.Branch != run.Branch))
        {
            throw new UnretryableException($"The run '{parentId}' has ended or was rolled back: it spawns no more.");
        }

        var now = time.GetUtcNow();
        var row = RunRow.New(run with { UpdatedAt = now });
        row.Insert(session);
        CommitTable.TryInsert(session, new RunCommit { RunId = run.RunId, Key = CommitTable.CreationKey }, run.Branch);
        JournalWriter.Append(session, signer, row, CommitTable.CreationKey, [created], now, run.Branch).Update(session, row);
        return (row.Run, true);
    }

    private static RunPage Page(SqlSession session, RunQuery query, long before)
    {
        // A thread's runs, and those that have not ended, are found by their index, which a condition that may also be open to all would
        // keep from being used.
        var isOfUnfinished = query is { RootsOnly: true, Status: { } asked } && !RunRecord.IsFinal(asked);
        var rows = session.Query(
            $"""
            SELECT {RunRow.Columns}, number FROM runs
            WHERE number < $before AND {(isOfUnfinished ? $"{Schema.IsUnfinishedRoot} AND $roots = 1" : "($roots = 0 OR is_root = 1)")}
                AND ($tenant IS NULL OR tenant = $tenant) AND {(query.ThreadId is null ? "$thread IS NULL" : "thread_id = $thread")}
                AND {(isOfUnfinished ? "status = $status" : "($status IS NULL OR status = $status)")} AND ($agent IS NULL OR agent = $agent)
            ORDER BY number DESC LIMIT $limit
            """,
            row => (RunRow.Read(row).Run, Number: row.GetInt64(7)),
            ("$before", before),
            ("$roots", query.RootsOnly ? 1 : 0),
            ("$tenant", query.Tenant),
            ("$thread", query.ThreadId),
            ("$status", query.Status is { } status ? Words.Of(status) : null),
            ("$agent", query.Agent),
            ("$limit", query.PageSize + 1));
        var page = rows.Take(query.PageSize).ToList();
        return new RunPage(
            [.. page.Select(row => row.Run)],
            rows.Count > page.Count ? page[^1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }
}
