using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// Rollbacks over partitions that share no transaction. The run itself is held first and returned last, each in one transaction; what lies
/// in between is done to one run after the other, each time once for the rollback's key, and whoever calls again after a crash goes on there.
/// </summary>
internal sealed class TableRunHistory(
    RunPartition partition, RunWriter writer, RollbackSearch search, RollbackNotes notes, ThreadWorkspace workspace, MemoryPartition memory) : IRunHistory
{
    public async Task<RollbackTarget> FindAsync(string runId, long checkpoint, CancellationToken cancellationToken) =>
        await partition.FindHeadAsync(runId, cancellationToken) is { } head
            ? await search.TargetAsync(head, checkpoint, cancellationToken)
            : RollbackTarget.Impossible($"There is no run '{runId}'.");

    public Task<Checkpoint?> FindBeforeStepAsync(string runId, string stepId, CancellationToken cancellationToken) =>
        search.BeforeStepAsync(runId, stepId, cancellationToken);

    public async Task<RunRecord> StateAtAsync(string runId, long position, CancellationToken cancellationToken)
    {
        var head = await RequireAsync(runId, cancellationToken);
        return await partition.StateAtAsync(head, await partition.ReadCommitsAsync(runId, cancellationToken), position, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, int>> KeysUpToAsync(string runId, long position, CancellationToken cancellationToken)
    {
        var head = await RequireAsync(runId, cancellationToken);
        return (await partition.ReadCommitsAsync(runId, cancellationToken))
            .Where(commit => commit.Place <= position && head.Shows(commit))
            .ToDictionary(commit => commit.Key, commit => commit.Branch, StringComparer.Ordinal);
    }

    public async Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        if (await notes.FindAbandonedAsync(start, cancellationToken) is { } done)
        {
            return done;
        }

        var begun = await BegunAsync(start, cancellationToken) ?? await BeginAsync(start, cancellationToken);
        return begun.Problem is null
            ? await notes.KeepAbandonedAsync(start, await HoldAllAsync(begun, start, cancellationToken), cancellationToken)
            : begun;
    }

    public async Task<IReadOnlyList<EffectCall>> EffectsAsync(BranchAbandoned abandoned, CancellationToken cancellationToken)
    {
        var effects = new List<(EffectCall Call, long Place)>();
        foreach (var runId in abandoned.Restored.Concat(abandoned.Spawned))
        {
            effects.AddRange(await search.EffectsAsync(runId, abandoned.Position, cancellationToken));
        }

        return [.. effects.OrderByDescending(effect => effect.Place).Select(effect => effect.Call)];
    }

    public async Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken)
    {
        var abandoned = restore.Abandoned;
        var run = await RequireAsync(abandoned.RunId, cancellationToken);
        if (await partition.FindCommitAsync(run, BranchStart.Key(abandoned.Branch), cancellationToken) is not null)
        {
            return true;
        }

        if (!IsHeld(run, abandoned))
        {
            return false;
        }

        var thread = await notes.KeepBeforeAsync(
            abandoned,
            new ThreadMark(
                await workspace.CaptureAsync(abandoned.ThreadId, cancellationToken), await memory.CaptureAsync(abandoned.ThreadId, cancellationToken)),
            cancellationToken);
        await workspace.RestoreAsync(abandoned.ThreadId, abandoned.FilesHash, cancellationToken);
        await memory.RestoreAsync(abandoned.ThreadId, abandoned.Memory, cancellationToken);
        foreach (var runId in abandoned.Restored.Where(runId => runId != abandoned.RunId))
        {
            await ReturnAsync(runId, restore, before => RollbackCommits.Begin(runId, abandoned.Branch, before), cancellationToken);
        }

        await ReturnAsync(abandoned.RunId, restore, before => RollbackCommits.Begin(restore, before, thread.FilesHash, thread.Memory), cancellationToken);
        var after = await RequireAsync(abandoned.RunId, cancellationToken);
        return await partition.FindCommitAsync(after, BranchStart.Key(abandoned.Branch), cancellationToken) is not null;
    }

    private static bool IsHeld(RunHead head, BranchAbandoned abandoned) =>
        head.Run is { IsFinished: false, RollingBackTo: not null } && head.Run.Branch == abandoned.Branch;

    private async Task<RunHead> RequireAsync(string runId, CancellationToken cancellationToken) =>
        await partition.FindHeadAsync(runId, cancellationToken) ?? throw new KeyNotFoundException($"There is no run '{runId}'.");

    /// <summary>What an earlier call, whose process died, has begun.</summary>
    private async Task<BranchAbandoned?> BegunAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        var commits = await partition.FindCommitsAsync(start.RunId, RollbackCommits.Key(start), cancellationToken);
        return commits.Count > 0 && await partition.ResultAsync(commits[0], cancellationToken) is { } result
            ? StoredJson.Read<BranchAbandoned>(result)
            : null;
    }

    /// <summary>Holds the run itself, if it can be returned to the checkpoint as it is now.</summary>
    private async Task<BranchAbandoned> BeginAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        BranchAbandoned? abandoned = null;
        await writer.ChangeAsync(
            start.RunId,
            async (head, now) =>
            {
                var target = await search.TargetAsync(head, start.Checkpoint, cancellationToken);
                if (target.Problem is { } problem)
                {
                    abandoned = BranchAbandoned.Nothing(start, problem);
                    return null;
                }

                abandoned = await search.AbandonedAsync(head, start, target, cancellationToken);
                var checkpoint = await partition.FindCheckpointAsync(start.RunId, start.Checkpoint, cancellationToken);
                return Held(head, abandoned, start, checkpoint?.Key, now);
            },
            cancellationToken);
        return abandoned!;
    }

    /// <summary>
    /// Holds what was there at the checkpoint and cancels what was not, supervisors first: a held run spawns no more, so that when nothing
    /// new is found there is nothing.
    /// </summary>
    private async Task<BranchAbandoned> HoldAllAsync(BranchAbandoned begun, RollbackStart start, CancellationToken cancellationToken)
    {
        var (spawned, instances) = (begun.Spawned.ToList(), begun.Instances.ToList());
        var handled = new HashSet<string>(StringComparer.Ordinal) { begun.RunId };
        while (true)
        {
            var found = (await search.BelowAsync(begun.RootRunId, begun.RunId, cancellationToken)).Where(head => !handled.Contains(head.Run.RunId)).ToList();
            if (found.Count == 0)
            {
                return begun with { Spawned = spawned, Instances = instances };
            }

            foreach (var head in found)
            {
                var runId = head.Run.RunId;
                handled.Add(runId);
                if (begun.Restored.Contains(runId, StringComparer.Ordinal))
                {
                    await writer.ChangeAsync(runId, (each, now) => Task.FromResult<RunChange?>(Held(each, begun, start, checkpointKey: null, now)), cancellationToken);
                    continue;
                }

                if (!spawned.Contains(runId, StringComparer.Ordinal))
                {
                    spawned.Add(runId);
                    instances.AddRange(head.Run.IsFinished ? [] : [RunInstances.Of(head.Run)]);
                }

                await writer.ChangeAsync(runId, (each, now) => Task.FromResult(Canceled(each, start, now)), cancellationToken);
            }
        }
    }

    private static RunChange Held(RunHead head, BranchAbandoned abandoned, RollbackStart start, string? checkpointKey, DateTimeOffset now)
    {
        var commit = RollbackCommits.Hold(abandoned, start, head.Run.RunId, checkpointKey);
        return new RunChange(commit.Key, abandoned.Branch, RollbackCommits.Held(head.Run, abandoned, start) with { UpdatedAt = now })
        {
            Result = commit.Result,
            Events = commit.Events,
        };
    }

    private static RunChange? Canceled(RunHead head, RollbackStart start, DateTimeOffset now)
    {
        if (head.Run.IsFinished)
        {
            return null;
        }

        var commit = RollbackCommits.Cancel(head.Run, start);
        return new RunChange(commit.Key, head.Run.Branch, head.Run.Apply(commit.Patch, now)) { Patch = commit.Patch, Events = commit.Events };
    }

    private Task<RunHead?> ReturnAsync(
        string runId, RollbackRestore restore, Func<RunRecord, RunCommit> begin, CancellationToken cancellationToken) => writer.ChangeAsync(
        runId,
        async (head, now) =>
        {
            var abandoned = restore.Abandoned;
            if (runId == abandoned.RunId && !IsHeld(head, abandoned))
            {
                return null;
            }

            var commits = await partition.ReadCommitsAsync(runId, cancellationToken);
            var hides = RollbackSearch.Hides(head, commits, abandoned.Position, restore.Forgotten.GetValueOrDefault(runId, []));
            var at = head with { Hidden = [.. head.Hidden, .. hides] };
            var before = await partition.StateAtAsync(at, commits, abandoned.Position, cancellationToken);
            var commit = begin(before);

            // A descendant that was ended while it was held stays ended.
            return head.Run.IsFinished && head.Run.RollingBackTo is null
                ? new RunChange(commit.Key, abandoned.Branch, head.Run) { Hides = hides }
                : new RunChange(commit.Key, abandoned.Branch, RollbackCommits.Returned(head.Run, before.Apply(commit.Patch, now)) with { UpdatedAt = now })
                {
                    Result = commit.Result,
                    Patch = commit.Patch,
                    Events = commit.Events,
                    Hides = hides,
                };
        },
        cancellationToken);
}
