using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Telemetry;

/// <summary>Emits what was committed: once, because a key is committed once. What a replay or a second attempt does again is not committed.</summary>
/// <param name="events">Emits events.</param>
/// <param name="time">The clock.</param>
internal sealed class RunObserver(RunEventSpans events, TimeProvider time)
{
    /// <summary>Whether anything is emitted of an event.</summary>
    /// <param name="draft">The event.</param>
    public static bool IsObserved(AuditDraft draft) => RunMetrics.Counts(draft) || RunEventSpans.IsWatched(draft.Type);

    /// <summary>Emits the events of a commit.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="drafts">The events.</param>
    public void Committed(RunRecord run, IReadOnlyList<AuditDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            RunMetrics.Count(run, draft);
            if (RunEventSpans.IsWatched(draft.Type))
            {
                events.Emit(RunTrace.Of(run), draft);
            }
        }
    }

    /// <summary>Emits the end of a run.</summary>
    /// <param name="run">The run, as it ended.</param>
    public void Ended(RunRecord run)
    {
        var (status, end) = (Words.Of(run.Status), run.CompletedAt ?? time.GetUtcNow());
        RunMetrics.CountEnd(run, status, end);
        RunSpans.Emit(RunTrace.Of(run), status, end);
    }

    /// <summary>Emits the end of a branch that was abandoned while it was at work.</summary>
    /// <param name="run">The run.</param>
    /// <param name="branch">The branch.</param>
    public void Abandoned(RunRecord run, int branch) => RunSpans.Emit(RunTrace.Of(run, branch), RunSpans.RolledBack, time.GetUtcNow());
}

/// <summary>The journal, observed.</summary>
/// <param name="inner">The journal.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="observer">Emits what was committed.</param>
internal sealed class ObservedJournal(IRunJournal inner, IRunStore runs, RunObserver observer) : DelegatingJournal(inner)
{
    /// <inheritdoc />
    public override async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        var mayEnd = commit.Patch?.Status is { } status && RunRecord.IsFinal(status);
        var wasOver = mayEnd && await runs.GetAsync(commit.RunId, cancellationToken) is null or { IsFinished: true };
        if (!await Inner.CommitAsync(commit, cancellationToken))
        {
            return false;
        }

        // Most commits have nothing to emit: their run need not be read again.
        if ((mayEnd || commit.Events.Any(RunObserver.IsObserved)) && await runs.GetAsync(commit.RunId, cancellationToken) is { } run)
        {
            observer.Committed(run, commit.Events);
            if (mayEnd && !wasOver && run.IsFinished)
            {
                observer.Ended(run);
            }
        }

        return true;
    }
}

/// <summary>The way back of runs, observed.</summary>
/// <param name="inner">The way back.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="observer">Emits what was committed.</param>
internal sealed class ObservedRunHistory(IRunHistory inner, IRunStore runs, RunObserver observer) : DelegatingRunHistory(inner)
{
    /// <inheritdoc />
    public override async Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        var abandoned = await Inner.AbandonAsync(start, cancellationToken);
        if (abandoned.Problem is null)
        {
            await EmitAsync(abandoned.RunId, new AuditDraft("rollback.started", start.Actor), abandoned, cancellationToken);
            foreach (var instanceId in abandoned.Instances)
            {
                if (await runs.GetAsync(RunInstances.RunsOf(instanceId).Last(), cancellationToken) is { } run)
                {
                    observer.Abandoned(run, RunInstances.BranchOf(instanceId));
                }
            }
        }

        return abandoned;
    }

    /// <inheritdoc />
    public override async Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken)
    {
        var isRestored = await Inner.RestoreAsync(restore, cancellationToken);
        if (isRestored)
        {
            await EmitAsync(restore.Abandoned.RunId, new AuditDraft("run.rolledBack", restore.Actor), restore.Abandoned, cancellationToken);
        }

        return isRestored;
    }

    private async Task EmitAsync(string runId, AuditDraft draft, BranchAbandoned abandoned, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(runId, cancellationToken) is { } run)
        {
            var data = new JsonObject { ["checkpoint"] = abandoned.Checkpoint, ["branch"] = abandoned.From, ["newBranch"] = abandoned.Branch };
            observer.Committed(run, [draft with { Data = data }]);
        }
    }
}
