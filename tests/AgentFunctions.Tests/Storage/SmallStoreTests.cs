using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Storage;

public class SmallStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_are_kept_under_their_hash()
    {
        await using var stores = new Stores();
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
        await using var stores = new Stores();
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
        await using var stores = new Stores();
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
        await using var stores = new Stores();
        var old = new AgentSnapshot(new AgentDefinition { Name = "a", Model = "m", Instructions = "old" }, "h1", "api");
        await stores.Agents.AddAsync(old, Cancel);
        await stores.Agents.AddAsync(old with { Hash = "h2" }, Cancel);
        await stores.Agents.KeepAsync(old with { Hash = "h3" }, Cancel);

        Assert.Equal(["h2"], (await stores.Agents.ListAsync(Cancel)).Select(agent => agent.Hash));
        Assert.Equal("old", (await stores.Agents.GetByHashAsync("h1", Cancel))!.Definition.Instructions);
        Assert.NotNull(await stores.Agents.GetByHashAsync("h3", Cancel));
    }

    private static ApprovalRecord Approval(string id) => new(
        id, "r", "s", "acme", new ActionRequest("plan", []), new ApprovalConfig(true, true, false, false), "Go?", DateTimeOffset.UnixEpoch);
}
