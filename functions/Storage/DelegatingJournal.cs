namespace AgentFunctions.Storage;

/// <summary>A journal around another one: it does what that one does, but for what a derived class overrides.</summary>
/// <param name="inner">The other one.</param>
public abstract class DelegatingJournal(IRunJournal inner) : IRunJournal
{
    /// <summary>The journal that this one is around.</summary>
    protected IRunJournal Inner { get; } = inner;

    /// <inheritdoc />
    public virtual Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken) => Inner.CommitAsync(commit, cancellationToken);

    /// <inheritdoc />
    public virtual Task<CommittedResult?> FindAsync(string runId, string key, CancellationToken cancellationToken) =>
        Inner.FindAsync(runId, key, cancellationToken);

    /// <inheritdoc />
    public virtual Task<IReadOnlyList<AuditEvent>> ReadEventsAsync(string runId, long afterSequence, CancellationToken cancellationToken) =>
        Inner.ReadEventsAsync(runId, afterSequence, cancellationToken);

    /// <inheritdoc />
    public virtual Task<IReadOnlyList<Checkpoint>> ReadCheckpointsAsync(string runId, CancellationToken cancellationToken) =>
        Inner.ReadCheckpointsAsync(runId, cancellationToken);

    /// <inheritdoc />
    public virtual Task<AuditHead?> ReadHeadAsync(string runId, CancellationToken cancellationToken) =>
        Inner.ReadHeadAsync(runId, cancellationToken);

    /// <inheritdoc />
    public virtual Task<IReadOnlyList<CheckpointCount>> CountCheckpointsAsync(string rootRunId, CancellationToken cancellationToken) =>
        Inner.CountCheckpointsAsync(rootRunId, cancellationToken);

    /// <inheritdoc />
    public virtual Task WaitForChangeAsync(string rootRunId, CancellationToken cancellationToken) =>
        Inner.WaitForChangeAsync(rootRunId, cancellationToken);
}
