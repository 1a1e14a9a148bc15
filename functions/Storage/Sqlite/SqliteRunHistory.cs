using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
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
        var key = $"rollback/{start.RollbackId}";
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
            Cancel(session, each, start, key);
        }

        foreach (var each in restored)
        {
            Hold(session, each, abandoned, start, key);
        }

        return abandoned;
    }

    /// <summary>A run that was spawned after the checkpoint belongs to the abandoned branch for good.</summary>
    private void Cancel(SqlSession session, RunRow row, RollbackStart start, string key)
    {
        var reason = $"Its supervisor was rolled back: {start.Reason}";
        var open = OpenSteps.EndedBy(start.Actor, row.Run, reason);
        var commit = new RunCommit
        {
            RunId = row.Run.RunId,
            Key = key,
            Patch = new RunPatch { Status = RunStatus.Canceled, Reason = reason, StepChanges = open.Changes },
            Events = [.. open.Events, new AuditDraft(RunEndEvents.Type(RunStatus.Canceled), start.Actor) { Reason = reason }],
        };
        Write(session, row, commit, run => run.Apply(commit.Patch, time.GetUtcNow()));
    }

    private void Hold(SqlSession session, RunRow row, BranchAbandoned abandoned, RollbackStart start, string key)
    {
        var isRun = row.Run.RunId == abandoned.RunId;
        var commit = new RunCommit
        {
            RunId = row.Run.RunId,
            Key = key,
            Result = isRun ? Record.Write(abandoned) : null,
            Events = isRun
                ?
                [
                    new AuditDraft("rollback.started", start.Actor)
                    {
                        Reason = start.Reason,
                        InputHash = start.AskedHash,
                        Data = new JsonObject
                        {
                            ["checkpoint"] = start.Checkpoint,
                            ["checkpointKey"] = RollbackRules.Find(session, start.RunId, start.Checkpoint)?.Key,
                            ["branch"] = abandoned.From,
                            ["newBranch"] = abandoned.Branch,
                        },
                    },
                ]
                : [],
        };
        Write(session, row, commit, run => run with
        {
            Branch = abandoned.Branch,
            RollingBackTo = start.Checkpoint,
            Status = isRun || !run.IsFinished ? RunStatus.Paused : run.Status,
            Reason = isRun || !run.IsFinished
                ? string.Create(CultureInfo.InvariantCulture, $"It is being returned to checkpoint {start.Checkpoint}: {start.Reason}")
                : run.Reason,
            CompletedAt = isRun ? null : run.CompletedAt,
        });
    }

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
                var commit = runId == abandoned.RunId ? Begin(restore, key, before, filesBefore, memoryBefore) : Begin(runId, key, before);
                Write(session, row, commit, run => Returned(run, before.Apply(commit.Patch, time.GetUtcNow())));
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

    private static RunRecord Returned(RunRecord now, RunRecord state) => now with
    {
        RollingBackTo = null,
        Status = state.Status,
        Reason = state.Reason,
        Steps = state.Steps,
        Replans = state.Replans,
        ResultHash = state.ResultHash,
        Instruction = state.Instruction,
        CompletedAt = state.IsFinished ? now.CompletedAt : null,
    };

    private static RunCommit Begin(
        RollbackRestore restore, string key, RunRecord before, string filesBefore, MemoryMark? memoryBefore) => new()
    {
        RunId = restore.Abandoned.RunId,
        Key = key,
        Result = restore.Start,
        Patch = new RunPatch
        {
            Status = GoingOn(before.Status),
            StepChanges = restore.Failed is { } failed ? [failed] : [],
            Instruction = restore.Instruction is { } text ? new RunInstruction(text, restore.Abandoned.Branch) : null,
        },
        Events =
        [
            new AuditDraft("run.rolledBack", restore.Actor)
            {
                Reason = restore.Reason,
                Data = new JsonObject([.. Remembered("memoryHash", restore.Abandoned.Memory), .. Remembered("memoryBefore", memoryBefore)])
                {
                    ["checkpoint"] = restore.Abandoned.Checkpoint,
                    ["branch"] = restore.Abandoned.From,
                    ["newBranch"] = restore.Abandoned.Branch,
                    ["filesHash"] = restore.Abandoned.FilesHash,
                    ["filesBefore"] = filesBefore,
                    ["compensated"] = restore.Compensated,
                    ["abandonedChildren"] = restore.Abandoned.Spawned.Count,
                },
            },
        ],
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Remembered(string name, MemoryMark? mark) =>
        mark is null ? [] : [KeyValuePair.Create(name, (JsonNode?)mark.Hash)];

    /// <summary>A descendant is what it was at the checkpoint; where it waited or was paused, it will say so again.</summary>
    private static RunCommit Begin(string runId, string key, RunRecord before) => new()
    {
        RunId = runId,
        Key = key,
        Patch = before.IsFinished ? null : new RunPatch { Status = GoingOn(before.Status) },
        Events = before.IsFinished ? [] : [new AuditDraft("run.rolledBack", "runtime") { Reason = "Its supervisor was rolled back." }],
    };

    private static RunStatus GoingOn(RunStatus status) =>
        status is RunStatus.Queued or RunStatus.Planning ? status : RunStatus.Running;

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
        foreach (var begun in CommitTable.Ending(session, runId, EffectCall.BegunEnding))
        {
            var key = EffectCall.KeyOf(begun.Key);
            var ended = CommitTable.PositionOf(session, runId, key);
            if ((ended == 0 || ended > position)
                && CommitTable.PositionOf(session, runId, key + EffectCall.CompensatedEnding) == 0)
            {
                yield return (WithResult(session, Record.Read<EffectCall>(begun.Result!)), ended == 0 ? begun.Number : ended);
            }
        }
    }

    private static EffectCall WithResult(SqlSession session, EffectCall call) => call with
    {
        ResultHash = session
            .Query("SELECT body FROM events WHERE run_id = $run ORDER BY sequence", row => EventRecord.Read(row.GetString(0)), ("$run", call.RunId))
            .LastOrDefault(entry => entry.Type == "tool.call" && (string?)entry.Data?["idempotencyKey"] == call.IdempotencyKey)?.OutputHash,
    };
}
