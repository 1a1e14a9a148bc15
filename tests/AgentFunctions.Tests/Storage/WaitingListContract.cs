using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every list of waiting runs and every log of operations promises.</summary>
public abstract class WaitingListContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_wait_in_their_lanes_by_rank_until_they_are_removed()
    {
        await using var stores = await kind.OpenAsync();
        await stores.Waiting.AddAsync([Waiting("c", 30), Waiting("a", -10), Waiting("b", 20), Waiting("x", 5, agent: "other"), Waiting("y", 1, tenant: "else")], Cancel);
        static string Ids(IEnumerable<WaitingRun> runs) => string.Join(' ', runs.Select(run => run.RunId));

        Assert.Equal("a b x y", string.Join(' ', (await stores.Waiting.HeadsAsync(2, Cancel)).Select(run => run.RunId).Order(StringComparer.Ordinal)));
        Assert.Equal("b c", Ids(await stores.Waiting.BehindAsync(Waiting("a", -10), 5, Cancel)));
        Assert.Equal(4, (await stores.Waiting.FindAsync("c", Cancel))!.Position);
        Assert.Null(await stores.Waiting.FindAsync("none", Cancel));

        await stores.Waiting.AddAsync([Waiting("c", -20)], Cancel);
        await stores.Waiting.RemoveAsync(["a", "none"], Cancel);

        Assert.Equal("c b", Ids((await stores.Waiting.HeadsAsync(5, Cancel)).Where(run => run is { Agent: "auditor", Tenant: "acme" })));
        Assert.Equal(1, (await stores.Waiting.FindAsync("c", Cancel))!.Position);
        Assert.Equal(
            [("acme", 3), ("else", 1)],
            (await stores.Waiting.CountAsync(Cancel)).Select(count => (count.Tenant, count.Count)));
    }

    [Fact]
    public async Task Accepted_runs_are_counted_and_those_that_are_not_in_the_list_are_found_oldest_first()
    {
        await using var stores = await kind.OpenAsync();
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            await stores.CreateRunAsync(id);
        }

        await stores.CreateRunAsync("child", parent: "a");
        await stores.Journal.CommitAsync(new RunCommit { RunId = "d", Key = "k", Patch = new() { Status = RunStatus.Running } }, Cancel);
        await stores.Waiting.AddAsync([Waiting("b", 1)], Cancel);

        Assert.Equal(3, await stores.Waiting.DepthAsync("acme", 10, [], Cancel));
        Assert.Equal(2, await stores.Waiting.DepthAsync("acme", 10, ["c"], Cancel));
        Assert.Equal(2, await stores.Waiting.DepthAsync("acme", 2, [], Cancel));
        Assert.Equal(0, await stores.Waiting.DepthAsync("else", 10, [], Cancel));
        Assert.Equal(["a", "c"], (await stores.Waiting.UnlistedAsync(DateTimeOffset.UtcNow, 10, Cancel)).Select(run => run.RunId));
        Assert.Equal(["a"], (await stores.Waiting.UnlistedAsync(DateTimeOffset.UtcNow, 1, Cancel)).Select(run => run.RunId));
    }

    [Fact]
    public async Task An_operation_begins_once_is_completed_once_and_is_listed_oldest_first()
    {
        await using var stores = await kind.OpenAsync();
        OperationRecord Operation(string id, string by) => new(id, "queue.resubmitted", by, null, DateTimeOffset.UnixEpoch, "r", new JsonObject { ["x"] = 1 });
        foreach (var id in new[] { "b", "a", "c" })
        {
            await stores.Operations.BeginAsync(Operation(id, "ana"), Cancel);
        }

        Assert.Equal("ana", (await stores.Operations.BeginAsync(Operation("a", "bob"), Cancel)).By);
        var at = DateTimeOffset.UnixEpoch.AddHours(1);
        Assert.Equal(at, (await stores.Operations.CompleteAsync("a", at, Cancel)).CompletedAt);
        Assert.Equal(at, (await stores.Operations.CompleteAsync("a", at.AddHours(1), Cancel)).CompletedAt);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => stores.Operations.CompleteAsync("none", at, Cancel));
        Assert.Null(await stores.Operations.FindAsync("none", Cancel));

        var first = await stores.Operations.PageAsync(0, 2, Cancel);
        var second = await stores.Operations.PageAsync(first.Cursor!.Value, 2, Cancel);
        Assert.Equal(["b", "a", "c"], first.Operations.Concat(second.Operations).Select(operation => operation.OperationId));
        Assert.Null(second.Cursor);
    }

    private static WaitingRun Waiting(string runId, long rank, string agent = "auditor", string tenant = "acme") =>
        new(runId, tenant, null, agent, ["m"], RunPriority.Normal, DateTimeOffset.UnixEpoch, runId) { Rank = rank };
}

public sealed class SqliteWaitingListTests() : WaitingListContract(StoreKind.Sqlite);

public sealed class AzuriteWaitingListTests() : WaitingListContract(StoreKind.Azurite);
