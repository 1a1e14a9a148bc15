using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

/// <summary>What every store of blobs, threads, approvals and agents promises.</summary>
public abstract class SmallStoreContract(StoreKind kind)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_are_kept_under_their_hash()
    {
        await using var stores = await kind.OpenAsync();
        byte[] bytes = [1, 2, 3];

        var hash = await stores.Blobs.PutAsync(bytes, Cancel);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash);
        Assert.Equal(hash, await stores.Blobs.PutAsync(bytes, Cancel));
        Assert.Equal(bytes, await stores.Blobs.GetAsync(hash, Cancel));
        Assert.Empty((await stores.Blobs.GetAsync(await stores.Blobs.PutAsync(ReadOnlyMemory<byte>.Empty, Cancel), Cancel))!);
        Assert.Null(await stores.Blobs.GetAsync("none", Cancel));
    }

    [Fact]
    public async Task A_thread_is_created_once_and_lists_its_files_by_path()
    {
        await using var stores = await kind.OpenAsync();
        var thread = new ThreadRecord("t", "acme", "legal", 1.5m, new JsonObject { ["a"] = 1 }, "h", DateTimeOffset.UnixEpoch);

        Assert.True((await stores.Threads.CreateAsync(thread, Cancel)).Created);
        var again = await stores.Threads.CreateAsync(thread with { RequestHash = "other" }, Cancel);
        await stores.Threads.PutFilesAsync("t", [new("b", 1, "x", FileOrigin.Uploaded), new("B", 1, "x", FileOrigin.Uploaded)], writer: null, Cancel);
        await stores.Threads.PutFilesAsync("t", [new("b", 2, "y", FileOrigin.Produced)], writer: null, Cancel);

        Assert.Equal((false, "h", 1.5m), (again.Created, again.Thread.RequestHash, again.Thread.BudgetUsd));
        Assert.Equal(
            [new ThreadFile("B", 1, "x", FileOrigin.Uploaded), new ThreadFile("b", 2, "y", FileOrigin.Produced)],
            await stores.Threads.ListFilesAsync("t", Cancel));
        Assert.Null(await stores.Threads.GetAsync("none", Cancel));
    }

    [Fact]
    public async Task An_approval_is_answered_once_and_withdrawn_with_its_run()
    {
        await using var stores = await kind.OpenAsync();
        foreach (var id in new[] { "one", "two" })
        {
            await stores.Approvals.CreateAsync(Approval(id), Cancel);
        }

        var answer = new ApprovalAnswer(ApprovalAnswerType.Edit, new JsonObject { ["x"] = 1 }, "ana", null, DateTimeOffset.UnixEpoch);
        Func<ApprovalRecord, ApprovalRecord> Answered(ApprovalAnswer by) => approval =>
            approval.Answer is null ? approval with { Status = ApprovalStatus.Answered, Answer = by } : approval;
        var first = await stores.Approvals.UpdateAsync("one", Answered(answer), Cancel);
        var second = await stores.Approvals.UpdateAsync("one", Answered(answer with { By = "bob" }), Cancel);
        Assert.Equal(["two"], (await stores.Approvals.ListAsync(ApprovalStatus.Pending, "acme", Cancel)).Select(a => a.ApprovalId));
        var withdrawn = await stores.Approvals.WithdrawAsync("r", Cancel);

        Assert.Equal((ApprovalStatus.Answered, "ana", "ana"), (first!.Status, first.Answer!.By, second!.Answer!.By));
        Assert.Equal(
            [ApprovalStatus.Answered, ApprovalStatus.Withdrawn],
            (await stores.Approvals.ListAsync(null, null, Cancel)).Select(a => a.Status));
        Assert.Empty(await stores.Approvals.ListAsync(null, "else", Cancel));
        Assert.Equal(["two"], withdrawn.Select(a => a.ApprovalId));
        Assert.Null(await stores.Approvals.UpdateAsync("none", Answered(answer), Cancel));
        Assert.Equal(ApprovalStatus.Answered, (await stores.Approvals.CreateAsync(Approval("one"), Cancel)).Status);
    }

    [Fact]
    public async Task A_newer_definition_takes_the_name_and_the_older_one_is_still_found_by_hash()
    {
        await using var stores = await kind.OpenAsync();
        var old = new AgentSnapshot(new AgentDefinition { Name = "a", Model = "m", Instructions = "old" }, "h1", "api");
        await stores.Agents.AddAsync(old, Cancel);
        await stores.Agents.AddAsync(old with { Hash = "h2" }, Cancel);
        await stores.Agents.KeepAsync(old with { Hash = "h3" }, Cancel);

        Assert.Equal(["h2"], (await stores.Agents.ListAsync(Cancel)).Select(agent => agent.Hash));
        Assert.Equal("old", (await stores.Agents.GetByHashAsync("h1", Cancel))!.Definition.Instructions);
        Assert.NotNull(await stores.Agents.GetByHashAsync("h3", Cancel));
    }

    [Fact]
    public async Task Approvals_are_paged_oldest_first_by_status_and_tenant()
    {
        await using var stores = await kind.OpenAsync();
        foreach (var index in Enumerable.Range(0, 7))
        {
            await stores.Approvals.CreateAsync(Approval($"a{index}") with { Tenant = index == 3 ? "else" : "acme" }, Cancel);
        }

        await stores.Approvals.UpdateAsync("a1", approval => approval with { Status = ApprovalStatus.Expired }, Cancel);
        async Task<string> AllAsync(ApprovalStatus? status, string? tenant)
        {
            var (seen, after) = (new List<string>(), 0L);
            while (true)
            {
                var page = await stores.Approvals.PageAsync(new ApprovalQuery(status, tenant, after, 2), Cancel);
                Assert.True(page.Approvals.Count <= 2);
                seen.AddRange(page.Approvals.Select(approval => approval.ApprovalId));
                if (page.Cursor is not { } cursor)
                {
                    return string.Join(' ', seen);
                }

                after = cursor;
            }
        }

        Assert.Equal("a0 a1 a2 a3 a4 a5 a6", await AllAsync(null, null));
        Assert.Equal("a0 a2 a4 a5 a6", await AllAsync(ApprovalStatus.Pending, "acme"));
        Assert.Equal("a0 a2 a3 a4 a5 a6", await AllAsync(ApprovalStatus.Pending, null));
        Assert.Equal("a1", await AllAsync(ApprovalStatus.Expired, null));
        Assert.Equal("a3", await AllAsync(null, "else"));
    }

    [Fact]
    public async Task A_circuit_is_kept_by_who_has_seen_its_newest_version()
    {
        await using var stores = await kind.OpenAsync();
        ToolCircuit Circuit(ToolCircuitState state, long version) => new("t", state, DateTimeOffset.UnixEpoch, version);

        Assert.Null(await stores.Circuits.FindAsync("t", Cancel));
        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => stores.Circuits.TryPutAsync(Circuit(ToolCircuitState.Open, 1), Cancel))));
        Assert.Single(opened, isKept => isKept);
        Assert.Equal(["t"], (await stores.Circuits.ListOpenAsync(Cancel)).Select(circuit => circuit.Tool));
        Assert.True(await stores.Circuits.TryPutAsync(Circuit(ToolCircuitState.Closed, 2), Cancel));
        Assert.False(await stores.Circuits.TryPutAsync(Circuit(ToolCircuitState.Open, 2), Cancel));

        Assert.Equal(Circuit(ToolCircuitState.Closed, 2), await stores.Circuits.FindAsync("t", Cancel));
        Assert.Empty(await stores.Circuits.ListOpenAsync(Cancel));
    }

    [Fact]
    public async Task The_state_of_a_deployment_is_replaced_by_who_has_seen_its_newest_version()
    {
        await using var stores = await kind.OpenAsync();
        DeploymentState State(long generation) => DeploymentState.New with { Generation = generation, BlockedUntil = DateTimeOffset.UnixEpoch };

        var (before, version) = await stores.Deployments.GetAsync("d", Cancel);
        Assert.Equal((DeploymentState.New.Generation, 0), (before.Generation, version));
        var first = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => stores.Deployments.TryPutAsync("d", State(1), 0, Cancel))));
        Assert.Single(first, isKept => isKept);
        Assert.True(await stores.Deployments.TryPutAsync("d", State(2), 1, Cancel));
        Assert.False(await stores.Deployments.TryPutAsync("d", State(3), 1, Cancel));

        var (after, newest) = await stores.Deployments.GetAsync("d", Cancel);
        Assert.Equal((2, DateTimeOffset.UnixEpoch, 2), (after.Generation, after.BlockedUntil, newest));
    }

    [Fact]
    public async Task Files_are_changed_all_or_none_by_whoever_comes_at_the_same_time()
    {
        await using var stores = await kind.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(index => Task.Run(() => stores.Threads.PutFilesAsync(
            "t", [.. Enumerable.Range(0, 50).Select(file => new ThreadFile($"{index}/{file}.txt", file, "x", FileOrigin.Uploaded))], writer: null, Cancel))));

        Assert.Equal(1000, (await stores.Threads.ListFilesAsync("t", Cancel)).Count);
        Assert.Equal(7, (await stores.Threads.FindFileAsync("t", "3/7.txt", Cancel))!.Bytes);
        Assert.True(await stores.Threads.DeleteFileAsync("t", "3/7.txt", writer: null, Cancel));
        Assert.False(await stores.Threads.DeleteFileAsync("t", "3/7.txt", writer: null, Cancel));
        Assert.Null(await stores.Threads.FindFileAsync("t", "3/7.txt", Cancel));
    }

    private static ApprovalRecord Approval(string id) => new(
        id, "r", "s", "acme", new ActionRequest("plan", []), new ApprovalConfig(true, true, false, false), "Go?", DateTimeOffset.UnixEpoch);
}

public sealed class SqliteSmallStoreTests() : SmallStoreContract(StoreKind.Sqlite);

public sealed class AzuriteSmallStoreTests() : SmallStoreContract(StoreKind.Azurite);
