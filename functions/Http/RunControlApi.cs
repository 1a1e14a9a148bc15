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

/// <summary>Ends, suspends and resumes runs.</summary>
public sealed class RunControlApi(IRunStore runs, RunSuspension suspension, Callers callers, HttpLimits limits)
{
    private const string Anonymous = "api";

    /// <summary><c>POST /runs/{runId}/cancel</c> with an optional <c>{by, reason}</c>: 202, and all descendants end as well.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(CancelRun))]
    public Task<IActionResult> CancelRun(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/cancel")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var (run, by, reason) = await ReadAsync(request, runId, cancellationToken);
            if (run.Status != RunStatus.Canceled)
            {
                RequireUnfinished(run);
                await CancelOnceAsync(
                    client, new EndRunRequest(run.RunId, RunStatus.Canceled, by, reason ?? $"Canceled by {by}."), cancellationToken);
            }

            return Answer.Accepted($"/api/runs/{run.RunId}", RunSummary.Of(run));
        });

    /// <summary><c>POST /runs/{runId}/suspend</c> with an optional <c>{by, reason}</c>: nothing of the run goes on until it is resumed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(SuspendRun))]
    public Task<IActionResult> SuspendRun(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/suspend")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var (run, by, reason) = await ReadAsync(request, runId, cancellationToken);
            RequireUnfinished(run);
            if (run.Status == RunStatus.Queued)
            {
                throw RequestRefusedException.Conflict("runId", "The run is still queued; it can be suspended once it has started.");
            }

            await suspension.SuspendAsync(run, by, reason, client, cancellationToken);
            return Answer.Ok(RunSummary.Of(await runs.RequireAsync(request, runId, cancellationToken)));
        });

    /// <summary><c>POST /runs/{runId}/resume</c> with an optional <c>{by, reason}</c>: a suspended run goes on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ResumeSuspendedRun))]
    public Task<IActionResult> ResumeSuspendedRun(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/resume")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var (run, by, reason) = await ReadAsync(request, runId, cancellationToken);
            RequireUnfinished(run);
            await suspension.ResumeAsync(run, by, reason, client, cancellationToken);
            return Answer.Ok(RunSummary.Of(await runs.RequireAsync(request, runId, cancellationToken)));
        });

    private async Task<(RunRecord Run, string By, string? Reason)> ReadAsync(
        HttpRequest request, string runId, CancellationToken cancellationToken)
    {
        var run = await runs.RequireAsync(request, runId, cancellationToken);
        var body = await JsonBody.ReadOptionalAsync(request, limits, cancellationToken);
        var caller = callers.Find(request, body, required: false);
        var reason = body.Text("reason");
        body.Require();
        return (run, caller?.Name ?? Anonymous, reason);
    }

    private static void RequireUnfinished(RunRecord run)
    {
        if (run.IsFinished)
        {
            throw RequestRefusedException.Conflict("runId", $"The run has ended: {Words.Of(run.Status)}.");
        }
    }

    private static Task CancelOnceAsync(DurableTaskClient client, EndRunRequest request, CancellationToken cancellationToken) =>
        client.StartOnceAsync(
            Orchestrations.EndRun,
            RunEnding.InstanceId(request.RunId, request.Status),
            request,
            isInTheWay: ending => !ending.IsCompleted,
            cancellationToken);
}
