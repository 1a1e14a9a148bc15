using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Replay.Engine;

/// <summary>The way back of runs behind the gate: a branch is abandoned, and the next one begins, when it is their turn.</summary>
/// <param name="inner">The way back.</param>
/// <param name="journal">The journal without a gate.</param>
/// <param name="gate">The gate.</param>
/// <param name="comparison">Holds commits against the record.</param>
internal sealed class GatedHistory(IRunHistory inner, Func<IRunJournal> journal, CommitGate gate, Comparison comparison) : DelegatingRunHistory(inner)
{
    public override Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken) => PassAsync(
        start.RunId,
        RollbackCommits.Key(start),
        new AuditDraft("rollback.started", start.Actor) { Reason = start.Reason },
        () => Inner.AbandonAsync(start, cancellationToken),
        cancellationToken);

    public override Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken) => PassAsync(
        restore.Abandoned.RunId,
        BranchStart.Key(restore.Abandoned.Branch),
        new AuditDraft("run.rolledBack", restore.Actor) { Reason = restore.Reason },
        () => Inner.RestoreAsync(restore, cancellationToken),
        cancellationToken);

    private async Task<T> PassAsync<T>(string runId, string key, AuditDraft draft, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        if (await journal().FindAsync(runId, key, cancellationToken) is not null)
        {
            return await change();
        }

        T? result = default;
        await gate.PassAsync(
            runId,
            key,
            branch: null,
            [draft],
            async recorded =>
            {
                result = await change();
                return recorded is null ? null : await comparison.OfAsync(recorded, journal(), key, cancellationToken);
            },
            cancellationToken);
        return result!;
    }
}
