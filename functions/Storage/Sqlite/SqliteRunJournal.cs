using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteRunJournal(
    AgentDatabase database, ChangeSignal changes, HostIdentity host, AuditSigner signer, TimeProvider time) : IRunJournal
{
    public async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        var fenced = commit with { Branch = commit.Branch ?? InvocationBranch.Of(commit.RunId) };
        var root = await database.WriteAsync(session => Commit(session, fenced), cancellationToken);
        if (root is not null)
        {
            changes.Raise(root);
        }

        return root is not null;
    }

    public Task<CommittedResult?> FindAsync(string runId, string key, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            "SELECT result, coalesce(branch, 0) FROM commits WHERE run_id = $run AND key = $key",
            row => new CommittedResult(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt32(1)),
            ("$run", runId),
            ("$key", key)),
        cancellationToken);

    public Task<IReadOnlyList<AuditEvent>> ReadEventsAsync(string runId, long afterSequence, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditEvent>>(
            session => session.Query(
                "SELECT body FROM events WHERE run_id = $run AND sequence > $after ORDER BY sequence",
                row => EventRecord.Read(row.GetString(0)),
                ("$run", runId),
                ("$after", afterSequence)),
            cancellationToken);

    public Task<IReadOnlyList<Checkpoint>> ReadCheckpointsAsync(string runId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Checkpoint>>(
            session => session.Query(
                "SELECT body FROM checkpoints WHERE run_id = $run ORDER BY number", Record.Read<Checkpoint>, ("$run", runId)),
            cancellationToken);

    public Task<AuditHead?> ReadHeadAsync(string runId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            "SELECT events, head_hash, head_signature FROM runs WHERE run_id = $run",
            row => new AuditHead(row.GetInt64(0), row.GetString(1), RunRow.ReadSignature(row, 2)),
            ("$run", runId)),
        cancellationToken);

    public Task<IReadOnlyList<CheckpointCount>> CountCheckpointsAsync(string rootRunId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CheckpointCount>>(
            session => session.Query(
                """
                SELECT run_id, host, count(*) FROM runs JOIN checkpoints USING (run_id)
                WHERE root_run_id = $root GROUP BY run_id, host ORDER BY run_id, host
                """,
                row => new CheckpointCount(row.GetString(0), row.GetString(1), row.GetInt32(2)),
                ("$root", rootRunId)),
            cancellationToken);

    public Task WaitForChangeAsync(string rootRunId, CancellationToken cancellationToken) =>
        changes.WaitAsync(rootRunId, cancellationToken);

    /// <summary>The root of the run's tree, or <see langword="null"/> where the key was committed before or the run has its end.</summary>
    private string? Commit(SqlSession session, RunCommit commit)
    {
        var before = RunRow.Find(session, commit.RunId)
            ?? throw new KeyNotFoundException($"There is no run '{commit.RunId}' to commit '{commit.Key}' to.");
        if (before.Run.IsFinished && commit.Patch is { Status: { } status, AddUsage: null } && RunRecord.IsFinal(status))
        {
            return null;
        }

        var branch = commit.Branch ?? before.Run.Branch;
        if (branch != before.Run.Branch)
        {
            CountOnly(session, before, commit, branch);
            return null;
        }

        if (!CommitTable.TryInsert(session, commit, branch))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var row = before with { Run = before.Run.Apply(commit.Patch, now) };
        row = JournalWriter.Append(session, signer, row, commit.Key, commit.Events, now, branch);
        row = JournalWriter.Add(session, row, commit.Key, commit.Checkpoint, now, host);
        row.Update(session, before);
        return row.Run.RootRunId;
    }

    /// <summary>What an abandoned branch has still done: it is on record and counted, and changes nothing of the present branch.</summary>
    private void CountOnly(SqlSession session, RunRow before, RunCommit commit, int branch)
    {
        var hidden = commit with { Key = CommitTable.Hidden(commit.Key, branch), Patch = null };
        var isCounted = CommitTable.PositionOf(session, commit.RunId, commit.Key, branch) > 0;
        if (!isCounted && CommitTable.TryInsert(session, hidden, branch))
        {
            var now = time.GetUtcNow();
            var usage = commit.Patch?.AddUsage is { } used ? before.Run.Usage + used : before.Run.Usage;
            var row = before with { Run = before.Run with { Usage = usage, UpdatedAt = now } };
            JournalWriter.Append(session, signer, row, hidden.Key, commit.Events, now, branch).Update(session, before);
        }
    }
}
