using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>Commits of a run that do not count on its present branch: those at places behind one and up to another.</summary>
internal sealed record HiddenCommits(long After, long UpTo)
{
    public bool Covers(long place) => place > After && place <= UpTo;
}

/// <summary>The row of a run that every commit to it replaces, under the row's ETag: the lock of the run's partition.</summary>
/// <param name="Run">The run.</param>
/// <param name="Log">The end of its log.</param>
/// <param name="Checkpoints">How many it has.</param>
/// <param name="Number">The place at which it was created, by which runs are listed.</param>
/// <param name="Place">The place of its newest commit.</param>
/// <param name="StatusPlace">The place of the commit that gave it its status.</param>
/// <param name="Hidden">What a rollback has taken out of its commits.</param>
/// <param name="Hosts">How many checkpoints each process has made.</param>
/// <param name="Attempt">Who has created it.</param>
/// <param name="ETag">The row's version.</param>
internal sealed record RunHead(
    RunRecord Run,
    AuditHead Log,
    long Checkpoints,
    long Number,
    long Place,
    long StatusPlace,
    IReadOnlyList<HiddenCommits> Hidden,
    IReadOnlyDictionary<string, int> Hosts,
    string Attempt,
    ETag ETag)
{
    /// <summary>The row's key.</summary>
    public const string Row = "h";

    private const string Request = "Request";
    private const string State = "State";
    private const string Steps = "Steps";
    private const string HiddenName = "Hidden";
    private const string HostsName = "Hosts";
    private const string Signature = "Signature";

    /// <summary>The head of a run that is created now.</summary>
    public static RunHead New(RunRecord run, long place, string attempt) => new(
        run,
        new AuditHead(0, AuditHash.Origin),
        0,
        place,
        place,
        place,
        [],
        new Dictionary<string, int>(StringComparer.Ordinal),
        attempt,
        default);

    /// <summary>Whether a run was never rolled back and runs on the first branch: each of its commits lies under its key alone.</summary>
    public bool IsPlain => Run.Branch == 0 && Hidden.Count == 0;

    /// <summary>Whether a commit counts on the present branch.</summary>
    public bool Shows(CommitRow commit) => !commit.IsAbandoned && !Hidden.Any(range => range.Covers(commit.Place));

    public static async Task<RunHead> ReadAsync(TableEntity entity, EntityTexts texts, CancellationToken cancellationToken)
    {
        var state = StoredJson.Read<RunState>(await texts.GetAsync(entity, State, cancellationToken));
        var run = state.Apply(
            StoredJson.Read<RunRecord>(await texts.GetAsync(entity, Request, cancellationToken)),
            StoredJson.Read<IReadOnlyList<StepState>>(await texts.GetAsync(entity, Steps, cancellationToken)));
        var signature = entity.GetString(Signature);
        return new RunHead(
            run,
            new AuditHead(
                entity.GetInt64("Events")!.Value,
                entity.GetString("HeadHash"),
                string.IsNullOrEmpty(signature) ? null : StoredJson.Read<AuditSignature>(signature)),
            entity.GetInt64(nameof(Checkpoints))!.Value,
            entity.GetInt64(nameof(Number))!.Value,
            entity.GetInt64(nameof(Place))!.Value,
            entity.GetInt64(nameof(StatusPlace))!.Value,
            StoredJson.Read<IReadOnlyList<HiddenCommits>>(await texts.GetAsync(entity, HiddenName, cancellationToken)),
            StoredJson.Read<Dictionary<string, int>>(await texts.GetAsync(entity, HostsName, cancellationToken)),
            entity.GetString(nameof(Attempt)),
            entity.ETag);
    }

    /// <summary>The run as it was created.</summary>
    public static async Task<RunRecord> ReadRequestAsync(TableEntity entity, EntityTexts texts, CancellationToken cancellationToken) =>
        StoredJson.Read<RunRecord>(await texts.GetAsync(entity, Request, cancellationToken));

    /// <summary>The row; of an update only what has changed, as the service merges it.</summary>
    public async Task<TableEntity> WriteAsync(RunHead? before, EntityTexts texts, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(Run.RunId), Row)
        {
            ["Status"] = Words.Of(Run.Status),
            ["Events"] = Log.Sequence,
            ["HeadHash"] = Log.Hash,
            [Signature] = Log.Signature is { } signature ? StoredJson.Write(signature) : "",
            [nameof(Checkpoints)] = Checkpoints,
            [nameof(Place)] = Place,
            [nameof(StatusPlace)] = StatusPlace,
        };
        if (before is null)
        {
            entity[nameof(RunRecord.RunId)] = Run.RunId;
            entity[nameof(RunRecord.RootRunId)] = Run.RootRunId;
            entity[nameof(RunRecord.ThreadId)] = Run.ThreadId;
            entity[nameof(RunRecord.Tenant)] = Run.Tenant;
            entity[nameof(RunRecord.Agent)] = Run.Agent;
            entity[nameof(Number)] = Number;
            entity[nameof(Attempt)] = Attempt;
            await texts.SetAsync(entity, Request, StoredJson.Write(Run with { Steps = [] }), cancellationToken);
        }

        await texts.SetAsync(entity, State, StoredJson.Write(RunState.Of(Run)), cancellationToken);
        await SetAsync(Steps, Run.Steps, before?.Run.Steps);
        await SetAsync(HiddenName, Hidden, before?.Hidden);
        await SetAsync(HostsName, Hosts, before?.Hosts);
        return entity;

        Task SetAsync<T>(string name, T now, T? then)
            where T : class =>
            ReferenceEquals(now, then) ? Task.CompletedTask : texts.SetAsync(entity, name, StoredJson.Write(now), cancellationToken);
    }
}
