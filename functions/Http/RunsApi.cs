using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Runs: starting, listing and looking at them.</summary>
public sealed class RunsApi(
    IThreadStore threads, IRunStore runs, IRunJournal journal, RunAdmission admission, RunViews views, HttpLimits limits)
{
    /// <summary>
    /// <c>POST /threads/{threadId}/runs</c>: 202 once the queue has the run; the same <c>Idempotency-Key</c> and body give the same run,
    /// another body 409. 429 with <c>Retry-After</c> where as many runs of the tenant wait as may, 503 where the queue takes none: neither
    /// leaves a run behind.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(CreateRun))]
    public Task<IActionResult> CreateRun(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "threads/{threadId}/runs")] HttpRequest request,
        string threadId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            var asked = await RunRequest.ReadAsync(request, thread.ThreadId, limits, cancellationToken);
            var run = await admission.AcceptAsync(thread, asked with { By = request.Caller().Principal?.Name }, client, cancellationToken);
            return Answer.Accepted($"/api/runs/{run.RunId}", RunSummary.Of(run));
        });

    /// <summary><c>GET /runs?tenant=&amp;threadId=&amp;status=&amp;agent=&amp;cursor=&amp;limit=&amp;children=</c>: root runs, newest first.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListRuns))]
    public Task<IActionResult> ListRuns(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var page = await runs.ListAsync(
                new RunQuery(
                    request.Caller().Asked(request.Query.Text("tenant")),
                    request.Query.Text("threadId"),
                    request.Query.Choice<RunStatus>("status"),
                    request.Query.Text("agent"),
                    RootsOnly: !request.Query.Flag("children"),
                    request.Query.Cursor() is null ? null : request.Query.Text("cursor"),
                    request.Query.Limit()),
                cancellationToken);
            return Answer.Ok(new RunList([.. page.Runs.Select(RunSummary.Of)], page.Cursor));
        });

    /// <summary><c>GET /runs/{runId}</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetRun))]
    public Task<IActionResult> GetRun(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
            Answer.Ok(await views.OfAsync(await runs.RequireAsync(request, runId, cancellationToken), cancellationToken)));

    /// <summary><c>GET /runs/{runId}/checkpoints</c>: the state after each step, in order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListCheckpoints))]
    public Task<IActionResult> ListCheckpoints(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/checkpoints")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(request, runId, cancellationToken);
            return Answer.Ok(new CheckpointList(await journal.ReadCheckpointsAsync(run.RunId, cancellationToken)));
        });
}
