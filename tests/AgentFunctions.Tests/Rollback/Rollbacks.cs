using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Rollback;

/// <summary>What the tests of rollbacks share.</summary>
internal static class Rollbacks
{
    /// <summary>The number of the checkpoint that an end of a step or call has made; of several the last.</summary>
    public static async Task<long> CheckpointAsync(this RuntimeApp app, string runId, Func<JsonObject, bool> which) =>
        (long)(await app.CheckpointsAsync(runId)).Last(which)["number"]!;

    public static async Task<IReadOnlyList<JsonObject>> CheckpointsAsync(this RuntimeApp app, string runId) =>
        [.. (await app.GetAsync($"runs/{runId}/checkpoints"))["checkpoints"]!.AsArray().Select(each => each!.AsObject())];

    public static Func<JsonObject, bool> OfStep(string stepId) => checkpoint => (string)checkpoint["stepId"]! == stepId;

    /// <summary>Rolls back, and returns when the run goes on as the next branch.</summary>
    public static async Task RollBackAsync(
        this RuntimeApp app, string runId, long checkpoint, string? instruction = null, object? plan = null)
    {
        var branch = (int)(await app.GetAsync($"runs/{runId}"))["branch"]!;
        var (status, body) = await app.PostAsync(
            $"runs/{runId}/rollback", new { checkpoint, by = "ana", reason = "It went wrong.", instruction, plan });
        Assert.True(status == HttpStatusCode.Accepted, body.ToJsonString());
        await app.RunWhenAsync(runId, run => (int)run["branch"]! > branch && run["rollingBackTo"] is null);
    }

    /// <summary>The thread's files: their paths with their hashes.</summary>
    public static async Task<IReadOnlyList<string>> FilesAsync(this RuntimeApp app, string threadId = "case") =>
    [
        .. (await app.GetAsync($"threads/{threadId}/files"))["files"]!.AsArray().Select(file => $"{file!["path"]} {file["sha256"]} {file["origin"]}"),
    ];
}
