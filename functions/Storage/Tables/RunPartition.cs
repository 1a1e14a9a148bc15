using System.Globalization;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>Reads the partitions of runs: a head, commits (<c>k:</c>), events (<c>e:</c>) and checkpoints (<c>c:</c>).</summary>
internal sealed class RunPartition(StorageAccount account, EntityTexts texts, HybridClock clock)
{
    private const string EventRows = "e:";
    private const string CheckpointRows = "c:";
    private const string Body = "Body";
    private const string Count = "Count";

    /// <summary>Most heads that are asked for at the same time.</summary>
    private const int Parallel = 32;

    /// <summary>The row of events: under the sequence number of the last of them.</summary>
    public static string EventRow(long sequence) => EventRows + TableKeys.Number(sequence);

    /// <summary>The row of a checkpoint.</summary>
    public static string CheckpointRow(long number) => CheckpointRows + TableKeys.Number(number);

    public Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Runs);

    /// <summary>The head of a run, or <see langword="null"/>.</summary>
    public async Task<RunHead?> FindHeadAsync(string runId, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(runId, RunHead.Row, cancellationToken) is not { } entity)
        {
            return null;
        }

        var head = await RunHead.ReadAsync(entity, texts, cancellationToken);
        clock.Observe(head.Place);
        return head;
    }

    /// <summary>The heads of those runs that there are.</summary>
    public async Task<IReadOnlyList<RunHead>> FindHeadsAsync(IReadOnlyList<string> runIds, CancellationToken cancellationToken)
    {
        var heads = new RunHead?[runIds.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0,
            runIds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (index, token) => heads[index] = await FindHeadAsync(runIds[index], token));
        return [.. heads.OfType<RunHead>()];
    }

    /// <summary>The commit of a key that counts on the present branch, or <see langword="null"/>.</summary>
    public async Task<CommitRow?> FindCommitAsync(RunHead head, string key, CancellationToken cancellationToken) =>
        (await FindCommitsAsync(head.Run.RunId, key, cancellationToken)).FirstOrDefault(head.Shows);

    /// <summary>The commits of a key on all branches.</summary>
    public async Task<IReadOnlyList<CommitRow>> FindCommitsAsync(string runId, string key, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(runId, CommitRow.AllOf(key), null, cancellationToken)).Select(CommitRow.Read).Where(commit => commit.Key == key)];

    /// <summary>The commits whose keys begin so, without their results and patches.</summary>
    public async Task<IReadOnlyList<CommitRow>> FindBeginningAsync(string runId, string key, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(runId, CommitRow.Beginning(key), CommitRow.Columns, cancellationToken)).Select(CommitRow.Read)];

    /// <summary>All commits of a run in the order in which they were made.</summary>
    public async Task<IReadOnlyList<CommitRow>> ReadCommitsAsync(string runId, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(runId, CommitRow.Rows, null, cancellationToken)).Select(CommitRow.Read).OrderBy(commit => commit.Place)];

    /// <summary>The result that a commit remembers.</summary>
    public ValueTask<string?> ResultAsync(CommitRow commit, CancellationToken cancellationToken) =>
        texts.FindAsync(commit.Entity, CommitRow.Result, cancellationToken);

    /// <summary>What a commit has changed of its run.</summary>
    public async ValueTask<RunPatch?> PatchAsync(CommitRow commit, CancellationToken cancellationToken) =>
        await texts.FindAsync(commit.Entity, CommitRow.Patch, cancellationToken) is { } patch ? StoredJson.Read<RunPatch>(patch) : null;

    /// <summary>The run as it was right after a commit: what it was created as, and every change up to there.</summary>
    public async Task<RunRecord> StateAtAsync(RunHead head, IReadOnlyList<CommitRow> commits, long place, CancellationToken cancellationToken)
    {
        var entity = (await FindRowAsync(head.Run.RunId, RunHead.Row, cancellationToken))!;
        var run = await RunHead.ReadRequestAsync(entity, texts, cancellationToken);
        foreach (var commit in commits.Where(commit => commit.Place <= place && head.Shows(commit)))
        {
            run = await PatchAsync(commit, cancellationToken) is { } patch ? run.Apply(patch, run.CreatedAt) : run;
        }

        return run;
    }

    /// <summary>Events as they are kept, behind a sequence number. A row holds one of them or, of a commit with very many, several.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long after, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        var table = await TableAsync();
        var partition = TableKeys.Partition(runId);
        var (from, to) = (EventRow(after), TableKeys.Behind(EventRows));
        var rows = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}"),
            cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            var bodies = (await texts.GetAsync(row, Body, cancellationToken)).Split('\n');
            var first = long.Parse(row.RowKey.AsSpan(EventRows.Length), CultureInfo.InvariantCulture)
                - row.GetInt32(Count)!.Value + 1;
            events.AddRange(bodies.Select((body, index) => new StoredEvent(first + index, body)).Where(stored => stored.Sequence > after));
        }

        return events;
    }

    /// <summary>The row of one or more events that follow each other.</summary>
    public async Task<TableEntity> WriteEventsAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(events[0].RunId), EventRow(events[^1].Sequence))
        {
            [Count] = events.Count,
            ["Type"] = events[^1].Type,
            ["Actor"] = events[^1].Actor.Id,
            ["Time"] = events[^1].Time,
        };

        // JSON has no line feed outside of its texts, and none in them.
        await texts.SetAsync(entity, Body, string.Join('\n', events.Select(StoredJson.Write)), cancellationToken);
        return entity;
    }

    public async Task<TableEntity> WriteCheckpointAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(TableKeys.Partition(checkpoint.RunId), CheckpointRow(checkpoint.Number));
        await texts.SetAsync(entity, Body, StoredJson.Write(checkpoint), cancellationToken);
        return entity;
    }

    /// <summary>The checkpoints of a run in the order of their commits.</summary>
    public async Task<IReadOnlyList<Checkpoint>> ReadCheckpointsAsync(string runId, CancellationToken cancellationToken)
    {
        var checkpoints = new List<Checkpoint>();
        foreach (var row in await QueryAsync(runId, CheckpointRows, null, cancellationToken))
        {
            checkpoints.Add(StoredJson.Read<Checkpoint>(await texts.GetAsync(row, Body, cancellationToken)));
        }

        return checkpoints;
    }

    public async Task<Checkpoint?> FindCheckpointAsync(string runId, long number, CancellationToken cancellationToken) =>
        await FindRowAsync(runId, CheckpointRow(number), cancellationToken) is { } row
            ? StoredJson.Read<Checkpoint>(await texts.GetAsync(row, Body, cancellationToken))
            : null;

    /// <summary>A row of a run's partition, or <see langword="null"/>.</summary>
    public async Task<TableEntity?> FindRowAsync(string runId, string row, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(TableKeys.Partition(runId), row, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task<List<TableEntity>> QueryAsync(
        string runId, string prefix, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        var table = await TableAsync();
        var partition = TableKeys.Partition(runId);
        var to = TableKeys.Behind(prefix);
        var rows = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {prefix} and RowKey lt {to}"),
            select: columns,
            cancellationToken: cancellationToken);
        var found = new List<TableEntity>();
        await foreach (var row in rows)
        {
            found.Add(row);
        }

        return found;
    }
}
