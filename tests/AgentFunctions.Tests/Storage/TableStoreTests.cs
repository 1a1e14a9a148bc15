using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Azure.Data.Tables;
using Azurite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Storage;

/// <summary>Several processes over one storage account, some of which die.</summary>
public sealed class TableStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string place = Guid.NewGuid().ToString();

    [Fact]
    public async Task Processes_that_commit_to_one_run_at_the_same_time_lose_nothing_and_do_nothing_twice()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var third = await OpenAsync();
        await first.CreateRunAsync("r");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(attempt => Task.Run(() =>
            new[] { first, second, third }[attempt % 3].Journal.CommitAsync(Counted($"k{attempt / 3}"), Cancel))));

        Assert.Equal(20, outcomes.Count(isNew => isNew));
        Assert.Equal(20, (await second.Runs.GetAsync("r", Cancel))!.Usage.ModelCalls);
        Assert.Equal(Enumerable.Range(1, 20), (await third.Journal.ReadCheckpointsAsync("r", Cancel)).Select(checkpoint => (int)checkpoint.Number));
        Assert.True((await first.VerifyAsync("r")).Verified);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_known_as_made()
    {
        var faults = new Faults();
        await using var stores = await OpenAsync(faults);
        await stores.CreateRunAsync("r");
        var lost = 0;
        faults.After = request =>
        {
            if (Faults.IsTransaction(request) && Interlocked.Increment(ref lost) == 1)
            {
                throw new IOException("The connection is gone.");
            }
        };

        Assert.True(await stores.Journal.CommitAsync(Counted("k"), Cancel));
        Assert.False(await stores.Journal.CommitAsync(Counted("k"), Cancel));

        Assert.True(lost > 1);
        Assert.Equal(1, (await stores.Runs.GetAsync("r", Cancel))!.Usage.ModelCalls);
    }

    [Fact]
    public async Task A_process_that_dies_between_a_commit_and_its_index_leaves_rows_that_readers_remove()
    {
        var faults = new Faults();
        await using var dying = await OpenAsync(faults);
        await dying.CreateRunAsync("r");
        faults.Before = request => Die(Faults.IsIndexCleanup(request));
        await Assert.ThrowsAsync<DiedException>(() => dying.Journal.CommitAsync(Status(RunStatus.Waiting), Cancel));
        var left = await IndexRowsAsync();

        await using var next = await OpenAsync();
        Assert.Empty(await ListAsync(next, RunStatus.Queued));
        Assert.Equal(["r"], await ListAsync(next, RunStatus.Waiting));
        Assert.Empty(await ListAsync(next, RunStatus.Queued, tenant: "acme"));
        Assert.Equal(["r"], await ListAsync(next, RunStatus.Waiting, tenant: "acme"));

        Assert.Equal(2, left - await IndexRowsAsync());
        Assert.False(await next.Journal.CommitAsync(Status(RunStatus.Waiting), Cancel));
    }

    [Fact]
    public async Task A_process_that_dies_between_the_index_and_a_commit_has_changed_nothing_that_is_seen()
    {
        var faults = new Faults();
        await using var dying = await OpenAsync(faults);
        await dying.CreateRunAsync("r");
        faults.Before = request => Die(Faults.IsTransaction(request));
        await Assert.ThrowsAsync<DiedException>(() => dying.Journal.CommitAsync(Status(RunStatus.Waiting), Cancel));

        await using var next = await OpenAsync();
        Assert.Equal(["r"], await ListAsync(next, RunStatus.Queued));
        Assert.Empty(await ListAsync(next, RunStatus.Waiting));

        Assert.True(await next.Journal.CommitAsync(Status(RunStatus.Waiting), Cancel));
        Assert.Equal(["r"], await ListAsync(next, RunStatus.Waiting));
        Assert.Empty(await ListAsync(next, RunStatus.Queued));
    }

    [Fact]
    public async Task A_run_whose_creation_was_cut_off_is_not_there_until_it_is_created_again()
    {
        var faults = new Faults();
        await using var dying = await OpenAsync(faults);
        faults.Before = request => Die(Faults.IsTransaction(request));
        await Assert.ThrowsAsync<DiedException>(() => dying.CreateRunAsync("r"));

        await using var next = await OpenAsync();
        Assert.Empty(await ListAsync(next, RunStatus.Queued));
        Assert.Empty(await next.Runs.ListTreeAsync("r", Cancel));
        Assert.True((await next.CreateRunAsync("r")).Created);
        Assert.Equal(["r"], await ListAsync(next, RunStatus.Queued));
        Assert.Equal(["r"], (await next.Runs.ListTreeAsync("r", Cancel)).Select(run => run.RunId));
    }

    [Fact]
    public async Task A_child_that_is_spawned_while_its_supervisor_ends_never_begins()
    {
        var faults = new Faults();
        await using var spawning = await OpenAsync(faults);
        await using var ending = await OpenAsync();
        await spawning.CreateRunAsync("r");
        faults.Before = request =>
        {
            if (Faults.IsTransaction(request))
            {
                faults.Before = _ => { };
                ending.Journal.CommitAsync(Status(RunStatus.Canceled), Cancel).GetAwaiter().GetResult();
            }
        };

        await Assert.ThrowsAsync<UnretryableException>(() => spawning.CreateRunAsync("child", parent: "r"));

        Assert.Equal(RunStatus.Canceled, (await ending.Runs.GetAsync("child", Cancel))!.Status);
        await Assert.ThrowsAsync<UnretryableException>(() => ending.CreateRunAsync("later", parent: "r"));
        Assert.Null(await ending.Runs.GetAsync("later", Cancel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task A_rollback_goes_on_where_a_process_died(int write)
    {
        var faults = new Faults();
        await using var dying = await OpenAsync(faults);
        await RunHistoryContract.ProgramAsync(dying);
        var writes = 0;
        faults.Before = request => Die(request.Method != Azure.Core.RequestMethod.Get && ++writes >= write * 2);
        var died = await Record.ExceptionAsync(async () =>
        {
            var begun = await dying.History.AbandonAsync(RunHistoryContract.Start("rb", checkpoint: 1), Cancel);
            await dying.History.RestoreAsync(RunHistoryContract.Restore(begun), Cancel);
        });
        Assert.IsType<DiedException>(died);

        await using var next = await OpenAsync();
        var abandoned = await next.History.AbandonAsync(RunHistoryContract.Start("rb", checkpoint: 1), Cancel);
        Assert.Equal(["root", "early"], abandoned.Restored);
        Assert.Equal(["late"], abandoned.Spawned);
        Assert.True(await next.History.RestoreAsync(RunHistoryContract.Restore(abandoned), Cancel));

        var tree = (await next.Runs.ListTreeAsync("root", Cancel)).Select(run => $"{run.RunId} {run.Status} {run.Branch} {run.RollingBackTo}");
        Assert.Equal(["early Running 1 ", "late Canceled 0 ", "root Running 1 "], tree);
        Assert.Equal("one", Assert.Single(await next.Threads.ListFilesAsync("case", Cancel)).Sha256);
        var events = (await next.Journal.ReadEventsAsync("root", 0, Cancel)).Select(entry => entry.Type).ToList();
        Assert.Single(events, type => type == "rollback.started");
        Assert.Single(events, type => type == "run.rolledBack");
        foreach (var runId in new[] { "root", "early", "late" })
        {
            Assert.True((await next.VerifyAsync(runId)).Verified);
        }
    }

    [Fact]
    public async Task Who_watches_a_run_sees_what_another_process_commits()
    {
        await using var watching = await OpenAsync();
        await using var working = await OpenAsync();
        await working.CreateRunAsync("r");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var change = watching.Journal.WaitForChangeAsync("r", ended.Token);
        for (var commit = 0; !change.IsCompleted; commit++)
        {
            await working.Journal.CommitAsync(Counted($"k{commit}"), Cancel);
        }

        await change;
    }

    private static RunCommit Counted(string key) => new()
    {
        RunId = "r",
        Key = key,
        Events = [new("model.call", "agent:a")],
        Patch = new() { AddUsage = new(0.001m, 1, 1, 1, 0, 0) },
        Checkpoint = new("s", "model", "m", null),
    };

    private static RunCommit Status(RunStatus status) => new() { RunId = "r", Key = $"{status}", Patch = new() { Status = status } };

    private static void Die(bool isHere)
    {
        if (isHere)
        {
            throw new DiedException();
        }
    }

    private static async Task<IEnumerable<string>> ListAsync(Stores stores, RunStatus status, string? tenant = null) =>
        (await stores.Runs.ListAsync(new RunQuery(Status: status, Tenant: tenant), Cancel)).Runs.Select(run => run.RunId);

    private Task<Stores> OpenAsync(Faults? faults = null) => StoreKind.Azurite.OpenAsync(
        place, services => services.AddSingleton((faults ?? new Faults()).Options()));

    private async Task<int> IndexRowsAsync()
    {
        var prefix = (await StoreKind.Azurite.SettingsAsync(place)).Single(setting => setting.Key == "Storage:TablePrefix").Value;
        var table = new TableClient((await AzuriteProcess.SharedAsync()).ConnectionString, $"{prefix}Index");
        var rows = 0;
        await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: Cancel))
        {
            rows++;
        }

        return rows;
    }
}
