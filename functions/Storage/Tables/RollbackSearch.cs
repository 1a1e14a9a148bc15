using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

/// <summary>Finds where a run can be returned to, and what that concerns.</summary>
internal sealed class RollbackSearch(RunPartition partition, RunListing listing, TreeTable trees)
{
    /// <summary>Where a checkpoint leads, or why the run cannot be returned to it.</summary>
    public async Task<RollbackTarget> TargetAsync(RunHead head, long number, CancellationToken cancellationToken)
    {
        var checkpoint = await partition.FindCheckpointAsync(head.Run.RunId, number, cancellationToken);
        var commit = checkpoint is null ? null : await partition.FindCommitAsync(head, checkpoint.Key, cancellationToken);
        var target = RollbackCommits.Target(head.Run, number, checkpoint, commit?.Branch == checkpoint?.Branch ? commit?.Place ?? 0 : 0);
        return target.Problem is null && await ObstacleAsync(head.Run, cancellationToken) is { } obstacle ? obstacle : target;
    }

    /// <summary>The newest checkpoint before a step began.</summary>
    public async Task<Checkpoint?> BeforeStepAsync(string runId, string stepId, CancellationToken cancellationToken)
    {
        if (await partition.FindHeadAsync(runId, cancellationToken) is not { } head)
        {
            return null;
        }

        var commits = (await partition.ReadCommitsAsync(runId, cancellationToken)).Where(head.Shows).ToList();
        var began = commits.Where(commit => commit.Key.StartsWith($"{stepId}/", StringComparison.Ordinal)).Select(commit => commit.Place).DefaultIfEmpty().Min();
        var places = commits.ToDictionary(commit => (commit.Key, commit.Branch), commit => commit.Place);
        return (await partition.ReadCheckpointsAsync(runId, cancellationToken))
            .Reverse()
            .FirstOrDefault(checkpoint => places.TryGetValue((checkpoint.Key, checkpoint.Branch), out var place) && place < began);
    }

    /// <summary>What is abandoned with the run as it is now.</summary>
    public async Task<BranchAbandoned> AbandonedAsync(
        RunHead head, RollbackStart start, RollbackTarget target, CancellationToken cancellationToken)
    {
        var tree = await TreeAsync(head.Run.RootRunId, cancellationToken);
        var inside = Below(tree, head.Run.RunId);
        var (restored, spawned) = await AtPositionAsync(inside, target.Position, cancellationToken);
        return new BranchAbandoned(
            start.RollbackId,
            start.RunId,
            head.Run.ThreadId,
            head.Run.RootRunId,
            head.Run.ParentRunId is { } parent ? RunInstances.Of(tree.Single(each => each.Run.RunId == parent).Run) : null,
            head.Run.Branch,
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
    }

    /// <summary>A run and its descendants, supervisors first.</summary>
    public async Task<IReadOnlyList<RunHead>> BelowAsync(string rootRunId, string runId, CancellationToken cancellationToken) =>
        Below(await TreeAsync(rootRunId, cancellationToken), runId);

    /// <summary>Calls that were noted, but did not end at or before the place, and were not compensated.</summary>
    public async Task<IReadOnlyList<(EffectCall Call, long Place)>> EffectsAsync(string runId, long position, CancellationToken cancellationToken)
    {
        if (await partition.FindHeadAsync(runId, cancellationToken) is not { } head)
        {
            return [];
        }

        var commits = (await partition.ReadCommitsAsync(runId, cancellationToken)).Where(head.Shows).ToList();
        var places = commits.ToDictionary(commit => commit.Key, commit => commit.Place, StringComparer.Ordinal);
        var effects = new List<(EffectCall Call, long Place)>();
        List<AuditEvent>? log = null;
        foreach (var begun in commits.Where(IsNote))
        {
            var key = EffectCall.KeyOf(begun.Key);
            var ended = places.GetValueOrDefault(key);
            if ((ended == 0 || ended > position) && !places.ContainsKey(key + EffectCall.CompensatedEnding))
            {
                var call = StoredJson.Read<EffectCall>((await partition.ResultAsync(begun, cancellationToken))!);
                log ??= [.. (await partition.ReadEventsAsync(runId, 0, cancellationToken)).Select(stored => EventRecord.Read(stored.Json))];
                effects.Add((RollbackCommits.WithResult(call, log), ended == 0 ? begun.Place : ended));
            }
        }

        return effects;
    }

    /// <summary>What a run's commits lose by a return: those behind the place, calls that were cut off there, and keys that are forgotten.</summary>
    public static IReadOnlyList<HiddenCommits> Hides(
        RunHead head, IReadOnlyList<CommitRow> commits, long position, IReadOnlyList<string> forgotten)
    {
        var kept = commits.Where(commit => commit.Place <= position && head.Shows(commit)).ToList();
        var keys = kept.Select(commit => commit.Key).ToHashSet(StringComparer.Ordinal);

        // A call that was noted before the checkpoint and ended after it was compensated; on the new branch it will be another one.
        var dropped = kept.Where(commit =>
            (IsNote(commit) && !keys.Contains(EffectCall.KeyOf(commit.Key))) || forgotten.Contains(commit.Key, StringComparer.Ordinal));
        return [new HiddenCommits(position, head.Place), .. dropped.Select(commit => new HiddenCommits(commit.Place - 1, commit.Place))];
    }

    private static bool IsNote(CommitRow commit) => commit.Key.EndsWith(EffectCall.BegunEnding, StringComparison.Ordinal);

    private static IReadOnlyList<RunHead> Below(IReadOnlyList<RunHead> tree, string runId)
    {
        var heads = tree.ToDictionary(head => head.Run.RunId, StringComparer.Ordinal);
        return [.. RunTree.Below(runId, [.. tree.Select(head => head.Run)]).Select(run => heads[run.RunId])];
    }

    private async Task<IReadOnlyList<RunHead>> TreeAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var ids = (await trees.ReadAsync(rootRunId, cancellationToken)).Keys.Order(StringComparer.Ordinal);
        return await partition.FindHeadsAsync([.. ids], cancellationToken);
    }

    /// <summary>
    /// Tells the runs that there were at a place from those that were spawned after it. A fan-out is there once its spawning was
    /// committed: what it had created before that would be run by nobody.
    /// </summary>
    private async Task<(IReadOnlyList<RunHead> There, IReadOnlyList<RunHead> Spawned)> AtPositionAsync(
        IReadOnlyList<RunHead> below, long position, CancellationToken cancellationToken)
    {
        var (there, spawned) = (new List<RunHead>(), new List<RunHead>());
        foreach (var head in below)
        {
            var above = there.Find(each => each.Run.RunId == head.Run.ParentRunId);
            var isThere = head == below[0]
                || (above is not null && above.Run.Branch <= head.Run.Branch
                    && await partition.FindCommitAsync(above, $"{head.Run.ParentStepId}/spawn", cancellationToken) is { } spawn
                    && spawn.Place <= position);
            (isThere ? there : spawned).Add(head);
        }

        return (there, spawned);
    }

    /// <summary>The files are the thread's: nobody else may be working with them while they are returned to what they were.</summary>
    private async Task<RollbackTarget?> ObstacleAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var tree = await TreeAsync(run.RootRunId, cancellationToken);
        var inside = Below(tree, run.RunId).Select(head => head.Run.RunId).ToHashSet(StringComparer.Ordinal);
        for (var above = run; above.ParentRunId is { } parent;)
        {
            above = tree.Single(head => head.Run.RunId == parent).Run;
            if (above.IsFinished || above.RollingBackTo is not null)
            {
                return RollbackCommits.SupervisorGone(parent);
            }

            inside.Add(parent);
        }

        await foreach (var head in listing.ReadAsync(new RunQuery(ThreadId: run.ThreadId, RootsOnly: false), long.MaxValue, cancellationToken))
        {
            if (!head.Run.IsFinished && !inside.Contains(head.Run.RunId))
            {
                return RollbackCommits.FilesInUse(head.Run.RunId);
            }
        }

        return null;
    }
}
