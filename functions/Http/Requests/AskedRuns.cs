using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>The run of a route, with <c>tree=true</c> together with its descendants.</summary>
internal static class AskedRuns
{
    /// <summary>The runs, parents before their children.</summary>
    /// <exception cref="RequestRefusedException">There is no such run.</exception>
    public static async Task<IReadOnlyList<RunRecord>> AskedAsync(
        this IRunStore runs, HttpRequest request, string runId, CancellationToken cancellationToken)
    {
        var run = await runs.RequireAsync(request, runId, cancellationToken);
        return request.Query.Flag("tree")
            ? RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken))
            : [run];
    }
}
