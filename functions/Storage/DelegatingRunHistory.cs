using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>A way back of runs around another one: it does what that one does, but for what a derived class overrides.</summary>
/// <param name="inner">The other one.</param>
public abstract class DelegatingRunHistory(IRunHistory inner) : IRunHistory
{
    /// <summary>The way back that this one is around.</summary>
    protected IRunHistory Inner { get; } = inner;

    /// <inheritdoc />
    public virtual Task<RollbackTarget> FindAsync(string runId, long checkpoint, CancellationToken cancellationToken) =>
        Inner.FindAsync(runId, checkpoint, cancellationToken);

    /// <inheritdoc />
    public virtual Task<Checkpoint?> FindBeforeStepAsync(string runId, string stepId, CancellationToken cancellationToken) =>
        Inner.FindBeforeStepAsync(runId, stepId, cancellationToken);

    /// <inheritdoc />
    public virtual Task<RunRecord> StateAtAsync(string runId, long position, CancellationToken cancellationToken) =>
        Inner.StateAtAsync(runId, position, cancellationToken);

    /// <inheritdoc />
    public virtual Task<IReadOnlyDictionary<string, int>> KeysUpToAsync(string runId, long position, CancellationToken cancellationToken) =>
        Inner.KeysUpToAsync(runId, position, cancellationToken);

    /// <inheritdoc />
    public virtual Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken) =>
        Inner.AbandonAsync(start, cancellationToken);

    /// <inheritdoc />
    public virtual Task<IReadOnlyList<EffectCall>> EffectsAsync(BranchAbandoned abandoned, CancellationToken cancellationToken) =>
        Inner.EffectsAsync(abandoned, cancellationToken);

    /// <inheritdoc />
    public virtual Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken) =>
        Inner.RestoreAsync(restore, cancellationToken);
}
