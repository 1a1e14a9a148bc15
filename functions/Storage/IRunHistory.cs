using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>What runs were at their checkpoints, and the way back there. Each change is one transaction, and happens once for its key.</summary>
public interface IRunHistory
{
    /// <summary>Why a run cannot be returned to a checkpoint, or where that is.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="checkpoint">The checkpoint's number.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RollbackTarget> FindAsync(string runId, long checkpoint, CancellationToken cancellationToken);

    /// <summary>The newest checkpoint before a step began; <see langword="null"/> where there is none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Checkpoint?> FindBeforeStepAsync(string runId, string stepId, CancellationToken cancellationToken);

    /// <summary>The run as it was right after a commit.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="position">The place of the commit among all commits.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunRecord> StateAtAsync(string runId, long position, CancellationToken cancellationToken);

    /// <summary>The run's commits up to a place, on the branches that led there: their keys, with the branch of each.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="position">The place.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyDictionary<string, int>> KeysUpToAsync(string runId, long position, CancellationToken cancellationToken);

    /// <summary>
    /// Abandons the present branch of a run and its descendants: from now on nothing of it is executed or taken over any more. Runs that
    /// were spawned after the checkpoint end as canceled.
    /// </summary>
    /// <param name="start">What is to be done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken);

    /// <summary>Calls of tools with a compensation that are not part of the checkpoint, newest first.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<EffectCall>> EffectsAsync(BranchAbandoned abandoned, CancellationToken cancellationToken);

    /// <summary>Returns the run, its descendants, the thread's files and its shared memory to the checkpoint, on the new branch.</summary>
    /// <param name="restore">What is to be done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="false"/> where the run was ended meanwhile; then nothing is returned to.</returns>
    Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken);
}

/// <summary>Where a rollback leads.</summary>
/// <param name="Position">The place of the checkpoint's commit among all commits; what comes behind it is undone.</param>
/// <param name="FilesHash">Content hash of the thread's files at the checkpoint.</param>
/// <param name="Problem">Why it cannot be returned to; <see langword="null"/> where it can.</param>
public sealed record RollbackTarget(long Position, string FilesHash, string? Problem)
{
    /// <summary>The thread's shared memory at the checkpoint; <see langword="null"/> where nothing had been remembered yet.</summary>
    public MemoryMark? Memory { get; init; }

    /// <summary>It cannot be returned to.</summary>
    /// <param name="problem">Why.</param>
    public static RollbackTarget Impossible(string problem) => new(0, "", problem);
}

/// <summary>A rollback to be begun.</summary>
/// <param name="RollbackId">Unique for the rollback.</param>
/// <param name="RunId">The run.</param>
/// <param name="Checkpoint">The checkpoint's number.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="AskedHash">Content hash of what else was asked for (a plan, an instruction), where anything was.</param>
public sealed record RollbackStart(
    string RollbackId, string RunId, long Checkpoint, string Actor, string Reason, string? AskedHash = null);

/// <summary>A branch that was abandoned.</summary>
/// <param name="RollbackId">The rollback.</param>
/// <param name="RunId">The run.</param>
/// <param name="ThreadId">Its thread.</param>
/// <param name="RootRunId">The root of its tree.</param>
/// <param name="Parent">Instance id of its supervisor's orchestration, if it has one.</param>
/// <param name="From">The branch that was abandoned.</param>
/// <param name="Branch">The new branch.</param>
/// <param name="Checkpoint">The checkpoint's number.</param>
/// <param name="Position">The place of its commit.</param>
/// <param name="FilesHash">Content hash of the thread's files at the checkpoint.</param>
/// <param name="Restored">The run and those of its descendants that there were at the checkpoint.</param>
/// <param name="Spawned">Descendants that were spawned after it.</param>
/// <param name="Instances">Orchestrations of the abandoned branch that have not ended.</param>
/// <param name="Problem">Why nothing was abandoned; then nothing else is set.</param>
public sealed record BranchAbandoned(
    string RollbackId,
    string RunId,
    string ThreadId,
    string RootRunId,
    string? Parent,
    int From,
    int Branch,
    long Checkpoint,
    long Position,
    string FilesHash,
    IReadOnlyList<string> Restored,
    IReadOnlyList<string> Spawned,
    IReadOnlyList<string> Instances,
    string? Problem = null)
{
    /// <summary>The thread's shared memory at the checkpoint; <see langword="null"/> where nothing had been remembered yet.</summary>
    public MemoryMark? Memory { get; init; }

    /// <summary>Nothing was abandoned.</summary>
    /// <param name="start">What was asked for.</param>
    /// <param name="problem">Why.</param>
    public static BranchAbandoned Nothing(RollbackStart start, string problem) =>
        new(start.RollbackId, start.RunId, "", "", Parent: null, 0, 0, start.Checkpoint, 0, "", [], [], [], problem);
}

/// <summary>A call of a tool that declares a compensation. Kept before the call is made, so that no effect is ever forgotten.</summary>
/// <param name="RunId">The run that makes it.</param>
/// <param name="StepId">The step.</param>
/// <param name="Key">The key of the call in its run.</param>
/// <param name="Tool">The tool.</param>
/// <param name="ArgumentsHash">Content hash of the arguments.</param>
/// <param name="IdempotencyKey">The call's idempotency key.</param>
/// <param name="ResultHash">Content hash of its result; <see langword="null"/> where nobody knows how it has ended.</param>
public sealed record EffectCall(
    string RunId, string StepId, string Key, string Tool, string ArgumentsHash, string IdempotencyKey, string? ResultHash = null)
{
    /// <summary>Ends the key under which a call is noted before it is made.</summary>
    public const string BegunEnding = "/begun";

    /// <summary>Ends the key under which its compensation is remembered.</summary>
    public const string CompensatedEnding = "/compensated";

    /// <summary>The key of a call.</summary>
    /// <param name="key">The key of its note.</param>
    public static string KeyOf(string key) => key[..^BegunEnding.Length];
}

/// <summary>A rollback to be completed.</summary>
/// <param name="Abandoned">What was abandoned.</param>
/// <param name="Start">What the new branch begins with.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Instruction">What the agent is told from now on.</param>
/// <param name="Failed">The step whose failure has led to it.</param>
/// <param name="Forgotten">Keys of commits at the checkpoint that do not count either, by run: questions that were answered since.</param>
/// <param name="Compensated">How many calls were compensated.</param>
public sealed record RollbackRestore(
    BranchAbandoned Abandoned,
    string Start,
    string Actor,
    string Reason,
    string? Instruction,
    StepChange? Failed,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Forgotten,
    int Compensated);
