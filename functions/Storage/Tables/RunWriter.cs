using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Storage.Tables;

/// <summary>A change of a run under one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Branch">The branch that it belongs to.</param>
/// <param name="After">The run after it.</param>
internal sealed record RunChange(string Key, int Branch, RunRecord After)
{
    /// <summary>Whether it belongs to a branch that was abandoned: it is on record, and changes nothing.</summary>
    public bool IsAbandoned { get; init; }

    /// <summary>What the key remembers.</summary>
    public string? Result { get; init; }

    /// <summary>What it changes of the run, to tell later what the run was.</summary>
    public RunPatch? Patch { get; init; }

    /// <summary>Events to be appended.</summary>
    public IReadOnlyList<AuditDraft> Events { get; init; } = [];

    /// <summary>State after a step.</summary>
    public CheckpointDraft? Checkpoint { get; init; }

    /// <summary>Commits that count no more.</summary>
    public IReadOnlyList<HiddenCommits> Hides { get; init; } = [];
}

/// <summary>
/// Writes to the partitions of runs. Each change is one entity-group transaction: the head under its ETag, which is the lock of the
/// partition, with the commit under its key, its events and its checkpoint. All of it is there, once for each key, or nothing is.
/// </summary>
internal sealed class RunWriter(
    RunPartition partition,
    RunCauses causes,
    EntityTexts texts,
    ThreadWorkspace workspace,
    MemoryPartition memory,
    TreeTable trees,
    IndexTable index,
    HybridClock clock,
    ChangeSignal changes,
    HostIdentity host,
    AuditSigner signer,
    TimeProvider time,
    ILogger<RunWriter> logger)
{
    /// <summary>Most rows of events: a transaction has 100 operations, and three or four others are in it.</summary>
    private const int MostEventRows = 90;

    /// <summary>Most characters of events in rows of their own: a transaction has 4 MiB.</summary>
    private const int MostEventCharacters = 1_000_000;

    private readonly Locks locks = new();

    /// <summary>Changes a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="plan">Works the change out from the run as it is; <see langword="null"/> for none. May be called again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The run after the change; <see langword="null"/> where nothing was changed, as the key was committed before.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public async Task<RunHead?> ChangeAsync(
        string runId, Func<RunHead, DateTimeOffset, Task<RunChange?>> plan, CancellationToken cancellationToken)
    {
        var attempt = Guid.NewGuid().ToString("N");
        using var turn = await locks.EnterAsync(runId, cancellationToken);
        return await Optimism.TryAsync(
            async tries =>
            {
                var before = await partition.FindHeadAsync(runId, cancellationToken)
                    ?? throw new KeyNotFoundException($"There is no run '{runId}'.");
                if (await plan(before, time.GetUtcNow()) is not { } change)
                {
                    return null;
                }

                // A first try on a run that was never rolled back needs no look: the row of the key would be there already.
                var committed = tries == 0 && before.IsPlain ? null : await CommittedAsync(before, change, cancellationToken);
                return committed is null
                    ? await CommitAsync(before, change, attempt, cancellationToken)
                    : committed.Attempt == attempt ? before : null;
            },
            cancellationToken);
    }

    /// <summary>Creates a run, or finds the one that has its id already.</summary>
    public async Task<(RunHead Head, bool Created)> CreateAsync(RunRecord run, AuditDraft created, CancellationToken cancellationToken)
    {
        var (attempt, now) = (Guid.NewGuid().ToString("N"), time.GetUtcNow());
        var empty = RunHead.New(run with { UpdatedAt = now }, clock.Next(), attempt);
        var change = new RunChange(CommitRow.CreationKey, run.Branch, empty.Run) { Events = [created] };
        var (head, rows) = await WriteAsync(empty, change, empty.Place, attempt, cancellationToken);

        // What leads to a run is written before it: no run is without it, and what leads to no run is passed over.
        await trees.PutAsync(run.RootRunId, run.RunId, head.Place, cancellationToken);
        await index.PutAsync(RunIndex.Of(head), cancellationToken);
        try
        {
            await SubmitAsync([new(TableTransactionActionType.Add, await head.WriteAsync(null, texts, cancellationToken)), .. rows], cancellationToken);
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            head = (await partition.FindHeadAsync(run.RunId, cancellationToken))!;
            return (head, head.Attempt == attempt);
        }

        changes.Raise(run.RootRunId);
        return (head, true);
    }

    private async Task<RunHead> CommitAsync(RunHead before, RunChange change, string attempt, CancellationToken cancellationToken)
    {
        var (after, rows) = await WriteAsync(before, change, clock.Next(), attempt, cancellationToken);
        var hasMoved = after.Run.Status != before.Run.Status;
        if (hasMoved)
        {
            await index.PutAsync(RunIndex.OfStatus(after), cancellationToken);
        }

        var update = new TableTransactionAction(
            TableTransactionActionType.UpdateMerge, await after.WriteAsync(before, texts, cancellationToken), before.ETag);
        await SubmitAsync([update, .. rows], cancellationToken);
        await FollowAsync(before, after, hasMoved, cancellationToken);
        return after;
    }

    /// <summary>What follows a commit. Where it does not succeed, whoever reads the index puts it right, and who watches sees the next change.</summary>
    private async Task FollowAsync(RunHead before, RunHead after, bool hasMoved, CancellationToken cancellationToken)
    {
        try
        {
            await trees.PutAsync(after.Run.RootRunId, after.Run.RunId, after.Place, cancellationToken);
            if (hasMoved)
            {
                await index.DeleteAsync(RunIndex.OfStatus(before), cancellationToken);
            }
        }
        catch (RequestFailedException error)
        {
            logger.LogWarning(error, "The run {RunId} is changed; its rows in the index are left to who reads them.", after.Run.RunId);
        }

        changes.Raise(after.Run.RootRunId);
    }

    /// <summary>The commit of the key that counts, or that the same branch has made already.</summary>
    private async Task<CommitRow?> CommittedAsync(RunHead head, RunChange change, CancellationToken cancellationToken)
    {
        var all = await partition.FindCommitsAsync(head.Run.RunId, change.Key, cancellationToken);
        return all.FirstOrDefault(commit => commit.Branch == change.Branch || (!change.IsAbandoned && head.Shows(commit)));
    }

    private async Task<(RunHead After, IReadOnlyList<TableTransactionAction> Rows)> WriteAsync(
        RunHead before, RunChange change, long place, string attempt, CancellationToken cancellationToken)
    {
        var run = change.After;
        var (log, events) = await AppendAsync(before, change, run.UpdatedAt, cancellationToken);
        var checkpoint = change.Checkpoint is { } draft ? await CheckpointAsync(before, change, draft, cancellationToken) : null;
        var commit = CommitRow.Write(
            run.RunId, change.Key, change.Branch, place, change.IsAbandoned, events.Count > 0 ? log.Sequence : 0, attempt);
        await texts.SetAsync(commit, CommitRow.Result, change.Result, cancellationToken);
        await texts.SetAsync(
            commit, CommitRow.Patch, change.Patch is { } patch ? StoredJson.Write(patch with { AddUsage = null }) : null, cancellationToken);

        var rows = new List<TableEntity> { commit };
        foreach (var group in Groups(events))
        {
            rows.Add(await partition.WriteEventsAsync(group, cancellationToken));
        }

        if (checkpoint is not null)
        {
            rows.Add(await partition.WriteCheckpointAsync(checkpoint, cancellationToken));
        }

        var after = before with
        {
            Run = run,
            Log = log,
            Place = place,
            StatusPlace = run.Status == before.Run.Status ? before.StatusPlace : place,
            Hidden = change.Hides.Count == 0 ? before.Hidden : [.. before.Hidden, .. change.Hides],
            Checkpoints = checkpoint?.Number ?? before.Checkpoints,
            Hosts = checkpoint is null ? before.Hosts : Counted(before.Hosts),
        };
        return (after, [.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))]);
    }

    private async Task<(AuditHead Log, IReadOnlyList<AuditEvent> Events)> AppendAsync(
        RunHead before, RunChange change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = change.IsAbandoned ? CommitRow.HiddenKey(change.Key, change.Branch) : change.Key;
        var (head, events) = (before.Log, new List<AuditEvent>());
        foreach (var draft in change.Events)
        {
            var cause = await causes.FindAsync(before, key, draft, events.LastOrDefault()?.Id, cancellationToken);
            var entry = EventChain.Next(before.Run, head, key, draft, now, change.Branch) with { CausationId = cause };
            entry = entry with { Hash = AuditHash.Of(entry) };
            head = new AuditHead(entry.Sequence, entry.Hash);
            events.Add(entry);
        }

        return (events.Count == 0 ? head : signer.Sign(before.Run.RunId, head), events);
    }

    private async Task<Checkpoint> CheckpointAsync(RunHead before, RunChange change, CheckpointDraft draft, CancellationToken cancellationToken)
    {
        var (files, mark) = (workspace.CaptureAsync(before.Run.ThreadId, cancellationToken), memory.CaptureAsync(before.Run.ThreadId, cancellationToken));
        return new Checkpoint(
            before.Run.RunId,
            before.Checkpoints + 1,
            draft.StepId,
            draft.Kind,
            draft.Name,
            draft.StateHash,
            change.Key,
            change.After.UpdatedAt,
            host.Id,
            await files,
            change.Branch) { Memory = await mark };
    }

    private async Task SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        await (await partition.TableAsync()).SubmitTransactionAsync(actions, cancellationToken);

    private Dictionary<string, int> Counted(IReadOnlyDictionary<string, int> hosts) =>
        new(hosts, StringComparer.Ordinal) { [host.Id] = hosts.GetValueOrDefault(host.Id) + 1 };

    /// <summary>One event a row; of a commit with more events than a transaction has room for, several.</summary>
    private static IEnumerable<AuditEvent[]> Groups(IReadOnlyList<AuditEvent> events)
    {
        var isLarge = events.Count > 1 && events.Sum(entry => (long)StoredJson.Write(entry).Length) > MostEventCharacters;
        return events.Chunk(isLarge ? events.Count : Math.Max(1, (events.Count + MostEventRows - 1) / MostEventRows));
    }
}
