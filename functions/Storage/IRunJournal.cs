using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage;

/// <summary>
/// The one way to change a run: audit events, status, usage, a remembered result and a checkpoint go in together or not at all,
/// and once only for each key. That is what makes activities, which run at least once, have an effect exactly once.
/// </summary>
public interface IRunJournal
{
    /// <summary>Commits, unless the key was committed before. A run ends once: a commit that ends an ended run, and counts no usage, changes nothing either.</summary>
    /// <param name="commit">What changes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="false"/> where nothing was changed.</returns>
    Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken);

    /// <summary>The commit of a key, or <see langword="null"/>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<CommittedResult?> FindAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>The run's audit events in order, from a sequence number on.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="afterSequence">Only events with a greater sequence number; 0 for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<AuditEvent>> ReadEventsAsync(string runId, long afterSequence, CancellationToken cancellationToken);

    /// <summary>The run's checkpoints in the order of their commits.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Checkpoint>> ReadCheckpointsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The end of the run's audit log as the last commit recorded it, or <see langword="null"/> where there is no such run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<AuditHead?> ReadHeadAsync(string runId, CancellationToken cancellationToken);

    /// <summary>How many checkpoints each process has made in each run of a tree.</summary>
    /// <param name="rootRunId">The root of the tree.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<CheckpointCount>> CountCheckpointsAsync(string rootRunId, CancellationToken cancellationToken);

    /// <summary>Completes when something was committed to the run, or to any run of its tree, after this was called.</summary>
    /// <param name="rootRunId">The root of the tree.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForChangeAsync(string rootRunId, CancellationToken cancellationToken);
}

/// <summary>What changes in a run, under one key.</summary>
public sealed record RunCommit
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Unique in the run and the same over retries, replays and crashes.</summary>
    public required string Key { get; init; }

    /// <summary>Audit events, appended in this order.</summary>
    public IReadOnlyList<AuditDraft> Events { get; init; } = [];

    /// <summary>Changes of the run's record.</summary>
    public RunPatch? Patch { get; init; }

    /// <summary>JSON that <see cref="IRunJournal.FindAsync"/> gives back for this key.</summary>
    public string? Result { get; init; }

    /// <summary>State after a step.</summary>
    public CheckpointDraft? Checkpoint { get; init; }

    /// <summary>
    /// The branch that it belongs to; by default the one for which the present invocation works, or where that is none, the present one.
    /// A commit of an abandoned branch counts its usage and appends its events, and changes nothing else.
    /// </summary>
    public int? Branch { get; init; }
}

/// <summary>Changes of a run's record; what is <see langword="null"/> stays as it is.</summary>
/// <remarks>A run that is finished keeps its status: a patch of it is ignored, its usage is still added.</remarks>
public sealed record RunPatch
{
    /// <summary>The new status. Also clears or sets <see cref="Reason"/>, and sets the time of the end.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>The reason of the new status.</summary>
    public string? Reason { get; init; }

    /// <summary>The limit that the new status waits for.</summary>
    public RunShortage? Shortage { get; init; }

    /// <summary>Replaces the run's own limits.</summary>
    public BudgetLimits? Limits { get; init; }

    /// <summary>Replaces all steps.</summary>
    public IReadOnlyList<StepState>? Steps { get; init; }

    /// <summary>Changes single steps by id, in their newest generation.</summary>
    public IReadOnlyList<StepChange> StepChanges { get; init; } = [];

    /// <summary>Added to the run's usage.</summary>
    public RunUsage? AddUsage { get; init; }

    /// <summary>How often the run has replanned.</summary>
    public int? Replans { get; init; }

    /// <summary>Content hash of the result.</summary>
    public string? ResultHash { get; init; }

    /// <summary>UTC time at which the run was admitted; a later one does not replace it.</summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>What the run's agent is told from now on.</summary>
    public RunInstruction? Instruction { get; init; }
}

/// <summary>A change of one step.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Status">Its new status.</param>
/// <param name="Reason">Why it failed or was skipped.</param>
/// <param name="OutputHash">Content hash of its output.</param>
/// <param name="Failure">The tool failure that it rests on, if it failed for one.</param>
/// <param name="ArgsHash">Content hash of the arguments that a human put in place of the plan's.</param>
public sealed record StepChange(
    string StepId,
    StepStatus Status,
    string? Reason = null,
    string? OutputHash = null,
    ToolFailureKind? Failure = null,
    string? ArgsHash = null)
{
    /// <summary>The end of a step.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="outcome">How it ended.</param>
    public static StepChange Of(string stepId, StepOutcome outcome) =>
        new(stepId, outcome.Status, outcome.Reason, outcome.OutputHash, outcome.Failure);
}

/// <summary>What a committed key remembers.</summary>
/// <param name="Result">The JSON that was committed with it.</param>
/// <param name="Branch">The branch that has committed it: the present one, or one before that was left behind the commit.</param>
public sealed record CommittedResult(string? Result, int Branch);

/// <summary>An audit event to be appended.</summary>
/// <param name="Type">Such as <c>model.call</c> or <c>step.completed</c>.</param>
/// <param name="Actor">Who.</param>
public sealed record AuditDraft(string Type, AuditActor Actor)
{
    /// <summary>The step that it belongs to.</summary>
    public string? StepId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>What it cost, USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Content hash of what went in.</summary>
    public string? InputHash { get; init; }

    /// <summary>Content hash of what came out.</summary>
    public string? OutputHash { get; init; }

    /// <summary>The rules under which it was decided.</summary>
    public AuditPolicy? Policy { get; init; }

    /// <summary>
    /// Where to find the event that led to it; of several the newest. By default the event before it in the same commit, else the
    /// newest of the same step, else the newest of the run.
    /// </summary>
    public IReadOnlyList<AuditCause> CausedBy { get; init; } = [];

    /// <summary>Further facts. No secrets, no document text.</summary>
    public JsonObject? Data { get; init; }
}

/// <summary>One immutable entry of a run's audit log.</summary>
public sealed record AuditEvent
{
    /// <summary>Unique among all runs: <c>{runId}/{sequence}</c>.</summary>
    public string Id => EventId(RunId, Sequence);

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>From 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>UTC time of the commit.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Such as <c>model.call</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Who.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>The step that it belongs to.</summary>
    public string? StepId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>What it cost, USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Content hash of what went in.</summary>
    public string? InputHash { get; init; }

    /// <summary>Content hash of what came out.</summary>
    public string? OutputHash { get; init; }

    /// <summary>The key of the commit that it came with.</summary>
    public required string CommitKey { get; init; }

    /// <summary>The <see cref="Id"/> of the event that led to it; missing for the creation of a root run.</summary>
    public string? CausationId { get; init; }

    /// <summary>The root run: the same for all events of one tree.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The rules under which it was decided.</summary>
    public AuditPolicy? Policy { get; init; }

    /// <summary>The branch on which it happened; missing on the first one, see <see cref="RunRecord.Branch"/>.</summary>
    public int? Branch { get; init; }

    /// <summary>Further facts.</summary>
    public JsonObject? Data { get; init; }

    /// <summary><see cref="Hash"/> of the event before; 64 zeros for the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>SHA-256 of this event's canonical JSON (RFC 8785) without this field, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The id of an event.</summary>
    /// <param name="runId">Its run.</param>
    /// <param name="sequence">Its sequence number.</param>
    public static string EventId(string runId, long sequence) => FormattableString.Invariant($"{runId}/{sequence}");
}

/// <summary>The end of a run's audit log.</summary>
/// <param name="Sequence">Sequence number of the last event; 0 where there is none.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Signature">The signature of both; <see langword="null"/> where no key was configured.</param>
public sealed record AuditHead(long Sequence, string Hash, AuditSignature? Signature = null);

/// <summary>Checkpoints that one process has made in one run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Host">The process, see <see cref="HostIdentity"/>.</param>
/// <param name="Count">How many.</param>
public sealed record CheckpointCount(string RunId, string Host, int Count);

/// <summary>State after a step, to be committed.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Kind">What was completed: <c>plan</c>, <c>model</c>, <c>tool</c>, <c>step</c>, <c>budget</c> (a pause), <c>result</c>.</param>
/// <param name="Name">The tool's, agent's or model's name.</param>
/// <param name="StateHash">Content hash of the state: transcript, output or result.</param>
public sealed record CheckpointDraft(string StepId, string Kind, string Name, string? StateHash);

/// <summary>State after a step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="StepId">The step.</param>
/// <param name="Kind">What was completed.</param>
/// <param name="Name">The tool's, agent's or model's name.</param>
/// <param name="StateHash">Content hash of the state.</param>
/// <param name="Key">The key of its commit.</param>
/// <param name="Time">UTC.</param>
/// <param name="Host">The process that executed the step, see <see cref="HostIdentity"/>.</param>
/// <param name="FilesHash">
/// Content hash of the thread's files as they were: of the JSON list of them, ordered by path. The list is kept as a blob, and stored
/// anew only where a file has changed since the checkpoint before.
/// </param>
/// <param name="Branch">The branch that it belongs to.</param>
public sealed record Checkpoint(
    string RunId,
    long Number,
    string StepId,
    string Kind,
    string Name,
    string? StateHash,
    string Key,
    DateTimeOffset Time,
    string Host,
    string? FilesHash = null,
    int Branch = 0)
{
    /// <summary>The thread's shared memory as it was; missing where nothing had been remembered yet.</summary>
    public MemoryMark? Memory { get; init; }
}

/// <summary>Names this process: a checkpoint tells by it who executed the step, which shows after a crash what was not done again.</summary>
/// <param name="Id">A new id for every start.</param>
public sealed record HostIdentity(string Id);
