using AgentFunctions.Replay.Record;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Engine;

/// <summary>The journal behind the gate: what it commits is held against the record at once.</summary>
/// <param name="inner">The journal.</param>
/// <param name="gate">The gate.</param>
/// <param name="comparison">Holds commits against the record.</param>
internal sealed class GatedJournal(IRunJournal inner, CommitGate gate, Comparison comparison) : DelegatingJournal(inner)
{
    public override async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        if (commit.Events.Count == 0 || await Inner.FindAsync(commit.RunId, commit.Key, cancellationToken) is not null)
        {
            return await Inner.CommitAsync(commit, cancellationToken);
        }

        var isNew = false;
        var branch = commit.Branch ?? InvocationBranch.Of(commit.RunId);
        await gate.PassAsync(
            commit.RunId,
            commit.Key,
            branch,
            commit.Events,
            async recorded =>
            {
                isNew = await Inner.CommitAsync(commit, cancellationToken);
                return recorded is null ? null : await comparison.OfAsync(recorded, Inner, KeyOnRecord(commit.Key, recorded), cancellationToken);
            },
            cancellationToken);
        return isNew;
    }

    private static string KeyOnRecord(string key, RecordedCommit recorded) =>
        recorded.Key.StartsWith('~') ? RecordedCommit.Late(key, recorded.Branch) : key;
}

/// <summary>The runs behind the gate: a run's creation is its first event.</summary>
/// <param name="inner">The runs.</param>
/// <param name="journal">The journal without a gate.</param>
/// <param name="gate">The gate.</param>
/// <param name="comparison">Holds first events against the record.</param>
internal sealed class GatedRuns(IRunStore inner, Func<IRunJournal> journal, CommitGate gate, Comparison comparison) : IRunStore
{
    /// <summary>The key of the commit that a run's first event comes with.</summary>
    private const string CreationKey = "run.created";

    public async Task<(RunRecord Run, bool Created)> CreateAsync(RunRecord run, AuditDraft created, CancellationToken cancellationToken)
    {
        if (await inner.GetAsync(run.RunId, cancellationToken) is not null)
        {
            return await inner.CreateAsync(run, created, cancellationToken);
        }

        (RunRecord Run, bool Created) result = default;
        await gate.PassAsync(
            run.RunId,
            CreationKey,
            run.Branch,
            [created],
            async recorded =>
            {
                result = await inner.CreateAsync(run, created, cancellationToken);
                return recorded is null ? null : await comparison.OfAsync(recorded, journal(), CreationKey, cancellationToken);
            },
            cancellationToken);
        return result;
    }

    public Task<RunRecord?> GetAsync(string runId, CancellationToken cancellationToken) => inner.GetAsync(runId, cancellationToken);

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken) => inner.CountUnfinishedAsync(cancellationToken);

    public Task<IReadOnlyList<RunRecord>> ListTreeAsync(string rootRunId, CancellationToken cancellationToken) =>
        inner.ListTreeAsync(rootRunId, cancellationToken);
}
