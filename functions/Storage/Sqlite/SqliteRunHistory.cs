using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteRunHistory(AgentDatabase database, ChangeSignal changes, AuditSigner signer, TimeProvider time) : IRunHistory
{
    public Task<RollbackTarget> FindAsync(string runId, long checkpoint, CancellationToken cancellationToken) => database.ReadAsync(
        session => RunRow.Find(session, runId) is { } row
            ? RollbackRules.Target(session, row.Run, checkpoint)
            : RollbackTarget.Impossible($"There is no run '{runId}'."),
        cancellationToken);

    public Task<Checkpoint?> FindBeforeStepAsync(string runId, string stepId, CancellationToken cancellationToken) => database.ReadAsync(
        session => RollbackRules.BeforeStep(session, runId, stepId), cancellationToken);

    public Task<RunRecord> StateAtAsync(string runId, long position, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CommitTable.StateAt(session, runId, position), cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> KeysUpToAsync(string runId, long position, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CommitTable.KeysUpTo(session, runId, position), cancellationToken);

    public async Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        var abandoned = await database.WriteAsync(session => Abandon(session, start), cancellationToken);
        changes.Raise(abandoned.RootRunId);
        return abandoned;
    }

    public Task<IReadOnlyList<EffectCall>> EffectsAsync(BranchAbandoned abandoned, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<EffectCall>>(
            session =>
            [
                .. abandoned.Restored.Concat(abandoned.Spawned)
                    .SelectMany(runId => Effects(session, runId, abandoned.Position))
                    .OrderByDescending(effect => effect.Place)
                    .Select(effect => effect.Call),
            ],
            cancellationToken);

    public async Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken)
    {
        var isRestored = await database.WriteAsync(session => Restore(session, restore), cancellationToken);
        changes.Raise(restore.Abandoned.RootRunId);
        return isRestored;
    }

    private BranchAbandoned Abandon(SqlSession session, RollbackStart start)
    {
        var key = RollbackCommits.Key(start);
        var row = RunRow.Find(session, start.RunId)!;
        if (CommitTable.ResultOf(session, start.RunId, key) is { } done)
        {
            return Record.Read<BranchAbandoned>(done);
        }

        var target = RollbackRules.Target(session, row.Run, start.Checkpoint);
        if (target.Problem is { } problem)
        {
            return BranchAbandoned.Nothing(start, problem);
        }

        var tree = RollbackRules.Tree(session, row.Run.RootRunId);
        var inside = RollbackRules.Below(tree, row.Run.RunId);
        var (restored, spawned) = RollbackRules.AtPosition(session, inside, target.Position);

        var abandoned = new BranchAbandoned(
            start.RollbackId,
            start.RunId,
            row.Run.ThreadId,
            row.Run.RootRunId,
            row.Run.ParentRunId is { } parent ? RunInstances.Of(tree.Single(each => each.Run.RunId == parent).Run) : null,
            row.Run.Branch,
            tree.Max(each => each.Run.Branch) + 1,
            start.Checkpoint,
            target.Position,
            target.FilesHash,
            [.. restored.Select(each => each.Run.RunId)],
            [.. spawned.Select(each => each.Run.RunId)],
            [.. inside.Where(each => !each.Run.IsFinished).Select(each => RunInstances.Of(each.Run))])
        {
            Memory = target.Memory,
        };
        foreach (var each in spawned.Where(each => !each.Run.IsFinished))
        {
            Cancel(session, each, start);
        }

        foreach (var each in restored)
        {
            Hold(session, each, abandoned, start);
        }

        return abandoned;
    }

    private void Cancel(SqlSession session, RunRow row, RollbackStart start)
    {
        var commit = RollbackCommits.Cancel(row.Run, start);
        Write(session, row, commit, run => run.Apply(commit.Patch, time.GetUtcNow()));
    }

    private void Hold(SqlSession session, RunRow row, BranchAbandoned abandoned, RollbackStart start) => Write(
        session, row, RollbackCommits.Hold(abandoned, start, row.Run.RunId, RollbackRules.Find(session, start.RunId, start.Checkpoint)?.Key), run => RollbackCommits.Held(run, abandoned, start));

    private bool Restore(SqlSession session, RollbackRestore restore)
    {
        var abandoned = restore.Abandoned;
        var key = BranchStart.Key(abandoned.Branch);
        var root = RunRow.Find(session, abandoned.RunId)!;
        if (CommitTable.ResultOf(session, abandoned.RunId, key) is not null)
        {
            return true;
        }

        if (root.Run.IsFinished || root.Run.Branch != abandoned.Branch || root.Run.RollingBackTo is null)
        {
            return false;
        }

        var filesBefore = Workspace.Capture(session, abandoned.ThreadId);
        var memoryBefore = MemoryTable.Capture(session, abandoned.ThreadId);
        Workspace.Restore(session, abandoned.ThreadId, abandoned.FilesHash);
        MemoryTable.Restore(session, abandoned.ThreadId, abandoned.Memory);
        foreach (var runId in abandoned.Restored)
        {
            CommitTable.HideAfter(session, runId, abandoned.Position);
            HideCutOffCalls(session, runId);
            foreach (var forgotten in restore.Forgotten.GetValueOrDefault(runId, []))
            {
                CommitTable.Hide(session, runId, forgotten);
            }

            var row = RunRow.Find(session, runId)!;
            if (!row.Run.IsFinished || runId == abandoned.RunId || row.Run.RollingBackTo is not null)
            {
                var before = CommitTable.StateAt(session, runId, abandoned.Position);
                var commit = runId == abandoned.RunId
                    ? RollbackCommits.Begin(restore, before, filesBefore, memoryBefore)
                    : RollbackCommits.Begin(runId, abandoned.Branch, before);
                Write(session, row, commit, run => RollbackCommits.Returned(run, before.Apply(commit.Patch, time.GetUtcNow())));
            }
        }

        return true;
    }

    /// <summary>A call that was noted before the checkpoint and ended after it was compensated; on the new branch it will be another one.</summary>
    private static void HideCutOffCalls(SqlSession session, string runId)
    {
        foreach (var begun in CommitTable.Ending(session, runId, EffectCall.BegunEnding))
        {
            if (CommitTable.PositionOf(session, runId, EffectCall.KeyOf(begun.Key)) == 0)
            {
                CommitTable.Hide(session, runId, begun.Key);
            }
        }
    }

    private void Write(SqlSession session, RunRow before, RunCommit commit, Func<RunRecord, RunRecord> change)
    {
        var now = time.GetUtcNow();
        var row = before with { Run = change(before.Run) with { UpdatedAt = now } };
        if (CommitTable.TryInsert(session, commit, row.Run.Branch))
        {
            JournalWriter.Append(session, signer, row, commit.Key, commit.Events, now, row.Run.Branch).Update(session, before);
        }
    }

    /// <summary>Calls that were noted, but did not end at or before the place, and were not compensated.</summary>
    private static IEnumerable<(EffectCall Call, long Place)> Effects(SqlSession session, string runId, long position)
    {
        List<AuditEvent>? log = null;
        foreach (var begun in CommitTable.Ending(session, runId, EffectCall.BegunEnding))
        {
            var key = EffectCall.KeyOf(begun.Key);
            var ended = CommitTable.PositionOf(session, runId, key);
            if ((ended == 0 || ended > position)
                && CommitTable.PositionOf(session, runId, key + EffectCall.CompensatedEnding) == 0)
            {
                log ??= session.Query(
                    "SELECT body FROM events WHERE run_id = $run ORDER BY sequence", row => EventRecord.Read(row.GetString(0)), ("$run", runId));
                yield return (RollbackCommits.WithResult(Record.Read<EffectCall>(begun.Result!), log), ended == 0 ? begun.Number : ended);
            }
        }
    }
}
