using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Policies.Data;

/// <summary>Takes out of audit events what the policy of their run's agent keeps out of the audit log.</summary>
/// <remarks>
/// Before they are chained: the hashes are those of what is on record, so verification needs nothing else. Payloads that an event points
/// at are put on record as redacted copies. Results that keys remember stay as they are, so that work goes on with what it had.
/// </remarks>
/// <param name="policies">The policies.</param>
/// <param name="ofRuns">The policies of runs.</param>
/// <param name="blobs">The payloads.</param>
internal sealed class AuditRedaction(IPolicyCatalog policies, RunPolicies ofRuns, IBlobStore blobs)
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, Redactor> ofDefinitions = new(StringComparer.Ordinal);
    private readonly bool isNeeded = DataPolicy.Redactor(DataTarget.Audit, policies.List()).IsActive;

    /// <summary>Whether any policy keeps anything out.</summary>
    public bool IsNeeded => isNeeded;

    /// <summary>The events as they go on record.</summary>
    /// <param name="run">Their run.</param>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<AuditDraft>> RedactAsync(
        RunRecord run, IReadOnlyList<AuditDraft> events, CancellationToken cancellationToken)
    {
        var redactor = await RedactorAsync(run.AgentHash, cancellationToken);
        if (!redactor.IsActive)
        {
            return events;
        }

        var redacted = new List<AuditDraft>();
        foreach (var draft in events)
        {
            redacted.Add(draft with
            {
                Reason = draft.Reason is null ? null : redactor.Text(draft.Reason),
                Data = redactor.Json(draft.Data)?.AsObject(),
                InputHash = await CopyAsync(redactor, draft.InputHash, cancellationToken),
                OutputHash = await CopyAsync(redactor, draft.OutputHash, cancellationToken),
            });
        }

        return redacted;
    }

    private async Task<Redactor> RedactorAsync(string agentHash, CancellationToken cancellationToken)
    {
        if (ofDefinitions.TryGetValue(agentHash, out var known))
        {
            return known;
        }

        if (ofDefinitions.Count >= MostRemembered)
        {
            ofDefinitions.Clear();
        }

        return ofDefinitions[agentHash] = DataPolicy.Redactor(DataTarget.Audit, await ofRuns.OfAsync(agentHash, cancellationToken));
    }

    private async Task<string?> CopyAsync(Redactor redactor, string? hash, CancellationToken cancellationToken)
    {
        if (hash is null || await blobs.GetAsync(hash, cancellationToken) is not { } bytes)
        {
            return hash;
        }

        var payload = JsonNode.Parse(bytes);
        var redacted = redactor.Json(payload);
        return JsonNode.DeepEquals(payload, redacted)
            ? hash
            : await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(redacted, AgentJson.Options), cancellationToken);
    }
}

/// <summary>The journal, with redacted events.</summary>
/// <param name="inner">The journal.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="redaction">Takes out what the policy keeps out.</param>
internal sealed class RedactingJournal(IRunJournal inner, IRunStore runs, AuditRedaction redaction) : DelegatingJournal(inner)
{
    /// <inheritdoc />
    public override async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken) => await Inner.CommitAsync(
        redaction.IsNeeded && commit.Events.Count > 0 && await runs.GetAsync(commit.RunId, cancellationToken) is { } run
            ? commit with { Events = await redaction.RedactAsync(run, commit.Events, cancellationToken) }
            : commit,
        cancellationToken);
}

/// <summary>The runs' records, with redacted first events.</summary>
/// <param name="inner">The records.</param>
/// <param name="redaction">Takes out what the policy keeps out.</param>
internal sealed class RedactingRunStore(IRunStore inner, AuditRedaction redaction) : IRunStore
{
    /// <inheritdoc />
    public async Task<(RunRecord Run, bool Created)> CreateAsync(RunRecord run, AuditDraft created, CancellationToken cancellationToken) =>
        await inner.CreateAsync(
            run, redaction.IsNeeded ? (await redaction.RedactAsync(run, [created], cancellationToken))[0] : created, cancellationToken);

    /// <inheritdoc />
    public Task<RunRecord?> GetAsync(string runId, CancellationToken cancellationToken) => inner.GetAsync(runId, cancellationToken);

    /// <inheritdoc />
    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken) => inner.CountUnfinishedAsync(cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RunRecord>> ListTreeAsync(string rootRunId, CancellationToken cancellationToken) =>
        inner.ListTreeAsync(rootRunId, cancellationToken);
}

/// <summary>The way back of runs, with redacted reasons: they go on record with the events of a rollback.</summary>
/// <param name="inner">The way back.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="redaction">Takes out what the policy keeps out.</param>
internal sealed class RedactingRunHistory(IRunHistory inner, IRunStore runs, AuditRedaction redaction) : DelegatingRunHistory(inner)
{
    /// <inheritdoc />
    public override async Task<BranchAbandoned> AbandonAsync(RollbackStart start, CancellationToken cancellationToken)
    {
        var (reason, asked) = await RedactAsync(start.RunId, start.Actor, start.Reason, start.AskedHash, cancellationToken);
        return await Inner.AbandonAsync(start with { Reason = reason, AskedHash = asked }, cancellationToken);
    }

    /// <inheritdoc />
    public override async Task<bool> RestoreAsync(RollbackRestore restore, CancellationToken cancellationToken)
    {
        var (reason, _) = await RedactAsync(restore.Abandoned.RunId, restore.Actor, restore.Reason, hash: null, cancellationToken);
        return await Inner.RestoreAsync(restore with { Reason = reason }, cancellationToken);
    }

    private async Task<(string Reason, string? Hash)> RedactAsync(
        string runId, string actor, string reason, string? hash, CancellationToken cancellationToken)
    {
        if (!redaction.IsNeeded || await runs.GetAsync(runId, cancellationToken) is not { } run)
        {
            return (reason, hash);
        }

        var draft = new AuditDraft("rollback.started", actor) { Reason = reason, InputHash = hash };
        var redacted = (await redaction.RedactAsync(run, [draft], cancellationToken))[0];
        return (redacted.Reason!, redacted.InputHash);
    }
}
