using AgentFunctions.Audit;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>What has happened in runs, and proof of it.</summary>
public sealed class AuditApi(IRunStore runs, IRunJournal journal)
{
    private const string LastEventId = "Last-Event-ID";

    /// <summary><c>GET /runs/{runId}/events?after=</c>: JSON, or live for <c>Accept: text/event-stream</c>, resumable by <c>Last-Event-ID</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetEvents))]
    public Task<IActionResult> GetEvents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/events")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(runId, cancellationToken);
            var after = request.Query.Number("after", 0, long.MaxValue) ?? 0;
            return IsStream(request)
                ? new EventStream(runs, journal, run, Resume(request) ?? after, cancellationToken)
                : Answer.Ok(new EventList(await journal.ReadEventsAsync(run.RunId, after, cancellationToken)));
        });

    /// <summary><c>GET /runs/{runId}/audit?tree=</c>: the audit log with its hashes; with <c>tree=true</c> those of all descendants as well.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetAudit))]
    public Task<IActionResult> GetAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var events = new List<AuditEvent>();
            foreach (var run in await AskedAsync(request, runId, cancellationToken))
            {
                events.AddRange(await journal.ReadEventsAsync(run.RunId, 0, cancellationToken));
            }

            return Answer.Ok(new EventList(events));
        });

    /// <summary><c>GET /runs/{runId}/audit/verify?tree=</c>: checks every hash; with <c>tree=true</c> those of all descendants as well.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(VerifyAudit))]
    public Task<IActionResult> VerifyAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit/verify")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var proofs = new List<AuditVerification>();
            foreach (var run in await AskedAsync(request, runId, cancellationToken))
            {
                var head = await journal.ReadHeadAsync(run.RunId, cancellationToken);
                var events = await journal.ReadEventsAsync(run.RunId, 0, cancellationToken);
                proofs.Add(AuditVerifier.Verify(run.RunId, events, head!));
            }

            return Answer.Ok(new AuditProof(proofs.TrueForAll(proof => proof.Verified), proofs.Sum(proof => proof.Events), proofs));
        });

    /// <summary><c>GET /runs/{runId}/lineage</c>: which decision led to which effect at which cost, in the run and all its descendants.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetLineage))]
    public Task<IActionResult> GetLineage(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/lineage")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(runId, cancellationToken);
            var logs = new List<(RunRecord Run, IReadOnlyList<AuditEvent> Events)>();
            foreach (var each in RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken)))
            {
                logs.Add((each, await journal.ReadEventsAsync(each.RunId, 0, cancellationToken)));
            }

            return Answer.Ok(LineageBuilder.Build(logs));
        });

    private async Task<IReadOnlyList<RunRecord>> AskedAsync(HttpRequest request, string runId, CancellationToken cancellationToken)
    {
        var run = await runs.RequireAsync(runId, cancellationToken);
        return request.Query.Flag("tree")
            ? RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken))
            : [run];
    }

    private static bool IsStream(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    private static long? Resume(HttpRequest request)
    {
        if (request.Headers[LastEventId].FirstOrDefault() is not { Length: > 0 } id)
        {
            return null;
        }

        return long.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw RequestRefusedException.BadRequest(LastEventId, "It is not the id of an event of this stream.");
    }
}
