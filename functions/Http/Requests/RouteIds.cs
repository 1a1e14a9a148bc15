using AgentFunctions.Http.Principals;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>What the ids of a route stand for.</summary>
internal static class RouteIds
{
    /// <exception cref="RequestRefusedException">It is not an id.</exception>
    public static string Require(string name, string? id) => Identifiers.IsValid(id)
        ? id!
        : throw RequestRefusedException.BadRequest(name, $"An id is {Identifiers.Rule}.");

    /// <exception cref="RequestRefusedException">There is no such thread for the caller.</exception>
    public static async Task<ThreadRecord> RequireAsync(
        this IThreadStore threads, HttpRequest request, string? threadId, CancellationToken cancellationToken) =>
        await threads.GetAsync(Require("threadId", threadId), cancellationToken) is { } thread && request.Caller().Sees(thread.Tenant)
            ? thread
            : throw RequestRefusedException.NotFound("threadId", $"There is no thread '{threadId}'.");

    /// <exception cref="RequestRefusedException">There is no such run for the caller.</exception>
    public static async Task<RunRecord> RequireAsync(
        this IRunStore runs, HttpRequest request, string? runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(Require("runId", runId), cancellationToken) is { } run && request.Caller().Sees(run.Tenant)
            ? run
            : throw RequestRefusedException.NotFound("runId", $"There is no run '{runId}'.");
}
