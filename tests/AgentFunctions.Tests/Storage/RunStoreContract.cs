using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every store of runs promises.</summary>
public abstract class RunStoreContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creating_the_same_run_again_returns_the_first_one_unchanged()
    {
        await using var stores = await kind.OpenAsync();
        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => stores.CreateRunAsync("r"))));

        Assert.Equal(1, created.Count(result => result.Created));
        Assert.All(created, result => Assert.Equal("Review", result.Run.Goal));
        Assert.Equal("run.created", Assert.Single(await stores.Journal.ReadEventsAsync("r", 0, Cancel)).Type);
    }

    [Fact]
    public async Task A_run_comes_back_with_every_field_it_was_created_with()
    {
        await using var stores = await kind.OpenAsync();
        var run = Stores.NewRun("r", parent: "p", root: "root") with
        {
            InputHash = "i", PlanHash = "pl", ParentStepId = "s", Depth = 2, IdempotencyKey = "key", Limits = new BudgetLimits { Usd = 0.10m, Tokens = 7, WallClock = TimeSpan.FromMinutes(3) },
            Deadline = DateTimeOffset.UnixEpoch.AddDays(1), PlanApproval = true, Goal = "Revisão: \"aviso\" \u0001 ✓",
        };

        await stores.Runs.CreateAsync(run, new AuditDraft("run.created", "user:x"), Cancel);

        var read = await stores.Runs.GetAsync("r", Cancel);
        Assert.Equal(run with { UpdatedAt = read!.UpdatedAt, Steps = read.Steps }, read);
        Assert.Empty(read.Steps);
        Assert.Null(await stores.Runs.GetAsync("none", Cancel));
    }

    [Fact]
    public async Task Pages_hold_every_run_once_newest_first()
    {
        await using var stores = await kind.OpenAsync();
        foreach (var i in Enumerable.Range(0, 7))
        {
            await stores.CreateRunAsync($"r{i}");
        }

        await stores.CreateRunAsync("child", parent: "r0");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await stores.Runs.ListAsync(new RunQuery(Cursor: cursor, PageSize: 3), Cancel);
            seen.AddRange(page.Runs.Select(run => run.RunId));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(["r6", "r5", "r4", "r3", "r2", "r1", "r0"], seen);
    }

    [Fact]
    public async Task Runs_are_found_by_what_they_are()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("a");
        await stores.CreateRunAsync("b");
        await stores.Journal.CommitAsync(new RunCommit { RunId = "b", Key = "k", Patch = new() { Status = RunStatus.Waiting } }, Cancel);
        async Task<string> FindAsync(RunQuery query) =>
            string.Join(' ', (await stores.Runs.ListAsync(query, Cancel)).Runs.Select(run => run.RunId));

        Assert.Equal("b", await FindAsync(new RunQuery(Status: RunStatus.Waiting)));
        Assert.Equal("b a", await FindAsync(new RunQuery(Tenant: "acme", ThreadId: "case", Agent: "auditor")));
        Assert.Equal("", await FindAsync(new RunQuery(Tenant: "else")));
        Assert.Equal("", await FindAsync(new RunQuery(Agent: "else")));
    }

    [Fact]
    public async Task Root_runs_that_have_not_ended_are_counted_by_status()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        await stores.CreateRunAsync("child", parent: "root");
        foreach (var (id, status) in ((string, RunStatus)[])
            [("w1", RunStatus.Waiting), ("w2", RunStatus.Waiting), ("p", RunStatus.Paused), ("done", RunStatus.Completed), ("gone", RunStatus.Canceled)])
        {
            await stores.CreateRunAsync(id);
            await stores.Journal.CommitAsync(new RunCommit { RunId = id, Key = "k", Patch = new() { Status = status } }, Cancel);
        }

        var counts = (await stores.Runs.CountUnfinishedAsync(Cancel)).Where(each => each.Value > 0).OrderBy(each => each.Key).ToList();

        Assert.Equal([new(RunStatus.Queued, 1L), new(RunStatus.Waiting, 2L), new(RunStatus.Paused, 1L)], counts);
        foreach (var (status, count) in counts)
        {
            Assert.Equal(count, (await stores.Runs.ListAsync(new RunQuery(Status: status), Cancel)).Runs.Count);
        }
    }

    [Fact]
    public async Task A_tree_is_the_root_and_all_its_descendants_by_id()
    {
        await using var stores = await kind.OpenAsync();
        await stores.CreateRunAsync("root");
        await stores.Runs.CreateAsync(Stores.NewRun("b", "root"), new AuditDraft("run.created", "runtime"), Cancel);
        await stores.Runs.CreateAsync(Stores.NewRun("B", "b", "root"), new AuditDraft("run.created", "runtime"), Cancel);
        await stores.CreateRunAsync("other");

        Assert.Equal(["B", "b", "root"], (await stores.Runs.ListTreeAsync("root", Cancel)).Select(run => run.RunId));
    }
}

public sealed class SqliteRunStoreTests() : RunStoreContract(StoreKind.Sqlite);

public sealed class AzuriteRunStoreTests() : RunStoreContract(StoreKind.Azurite);
