using System.Globalization;
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

/// <summary>What has happened in runs.</summary>
public sealed class AuditApi(IRunStore runs, IRunJournal journal, IAuditLog log, AuditExport export)
{
    private const string LastEventId = "Last-Event-ID";

    /// <summary>
    /// <c>GET /runs/{runId}/events?after=&amp;limit=&amp;cursor=</c>: JSON, a page at a time; or live for <c>Accept: text/event-stream</c>,
    /// resumable by <c>Last-Event-ID</c>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetEvents))]
    public Task<IActionResult> GetEvents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/events")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(request, runId, cancellationToken);
            var after = request.Query.Cursor() ?? request.Query.Number("after", 0, long.MaxValue) ?? 0;
            if (Accepts(request, "text/event-stream"))
            {
                return new EventStream(runs, journal, run, Resume(request) ?? after, cancellationToken);
            }

            var limit = request.Query.Limit();
            var events = await log.QueryAsync(new AuditQuery(run.RunId, after, limit + 1), cancellationToken);
            var page = events.Take(limit).ToList();
            return Answer.Ok(new EventList(
                page, events.Count > limit ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
        });

    /// <summary>
    /// <c>GET /runs/{runId}/audit?tree=&amp;agent=&amp;type=&amp;from=&amp;to=&amp;limit=&amp;cursor=</c>: the audit log with its hashes, a page at a
    /// time; with <c>tree=true</c> those of all descendants as well. With <c>format=jsonl</c> or <c>Accept: application/x-ndjson</c> all
    /// of it with every payload, as <see cref="AuditExport"/> writes it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetAudit))]
    public Task<IActionResult> GetAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var asked = await runs.AskedAsync(request, runId, cancellationToken);
            return IsExport(request)
                ? new JsonLines(export.LinesAsync(asked, await AncestorsAsync(request, asked[0], cancellationToken), cancellationToken), $"{asked[0].RunId}.audit.jsonl")
                : Answer.Ok(await PageAsync(request, asked, cancellationToken));
        });

    private async Task<EventList> PageAsync(HttpRequest request, IReadOnlyList<RunRecord> asked, CancellationToken cancellationToken)
    {
        var limit = request.Query.Limit();
        var (first, after) = Cursor(request, asked);
        var query = new AuditQuery(
            asked[0].RunId,
            Type: request.Query.Text("type"),
            ActorId: request.Query.Text("agent"),
            From: request.Query.Time("from"),
            To: request.Query.Time("to"));
        var events = new List<AuditEvent>();
        foreach (var run in asked.Skip(first).TakeWhile(_ => events.Count <= limit))
        {
            var rest = query with { RunId = run.RunId, After = run == asked[first] ? after : 0, Limit = limit + 1 - events.Count };
            events.AddRange(await log.QueryAsync(rest, cancellationToken));
        }

        var page = events.Take(limit).ToList();
        return new EventList(page, events.Count > limit ? page[^1].Id : null);
    }

    /// <summary>The cursor of a log of several runs is the id of the last event that was shown.</summary>
    private static (int Run, long After) Cursor(HttpRequest request, IReadOnlyList<RunRecord> asked)
    {
        if (request.Query.Text("cursor") is not { } cursor)
        {
            return (0, 0);
        }

        var parts = cursor.Split('/');
        var index = asked.Select(run => run.RunId).ToList().IndexOf(parts[0]);
        return parts.Length == 2 && index >= 0 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? (index, after)
            : throw RequestRefusedException.BadRequest("cursor", "It is not the cursor of a page of this log.");
    }

    private async Task<IReadOnlyList<RunRecord>> AncestorsAsync(HttpRequest request, RunRecord run, CancellationToken cancellationToken)
    {
        var above = new List<RunRecord>();
        for (var parent = run.ParentRunId; parent is not null; parent = above[0].ParentRunId)
        {
            above.Insert(0, await runs.RequireAsync(request, parent, cancellationToken));
        }

        return above;
    }

    private static bool IsExport(HttpRequest request) => request.Query.Text("format") switch
    {
        null => Accepts(request, JsonLines.MediaType),
        "json" => false,
        "jsonl" => true,
        _ => throw RequestRefusedException.BadRequest("format", "It must be json or jsonl."),
    };

    private static bool Accepts(HttpRequest request, string mediaType) => request.GetTypedHeaders().Accept
        .Any(type => type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));

    private static long? Resume(HttpRequest request)
    {
        if (request.Headers[LastEventId].FirstOrDefault() is not { Length: > 0 } id)
        {
            return null;
        }

        return long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw RequestRefusedException.BadRequest(LastEventId, "It is not the id of an event of this stream.");
    }
}
