using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AgentFunctions.Http.Answers;

/// <summary>A run's events as server-sent events, live until the run has ended.</summary>
/// <remarks>A client that comes back when all is said gets 204, which tells an EventSource not to come again.</remarks>
internal sealed class EventStream(IRunStore runs, IRunJournal journal, RunRecord run, long after, CancellationToken stopping) : IActionResult
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await StreamAsync(http, end.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            // The host stops: the stream ends here, and the client goes on from its last event with the next host.
            return;
        }
    }

    private async Task StreamAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var sent = after;
        var isOver = false;
        while (!isOver)
        {
            // In this order nothing slips through: what is committed after the first call ends its wait,
            // and a run that is over by the second has all its events by the third.
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var change = journal.WaitForChangeAsync(run.RootRunId, waiting.Token);
            isOver = await runs.GetAsync(run.RunId, cancellationToken) is not { IsFinished: false };
            var events = await journal.ReadEventsAsync(run.RunId, sent, cancellationToken);
            if (isOver && events.Count == 0 && !http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                sent = await SendAsync(http.Response, events, sent, cancellationToken);
                await (isOver ? Task.CompletedTask : WaitAsync(http.Response, change, cancellationToken));
            }

            await waiting.CancelAsync();
        }
    }

    private static async Task<long> SendAsync(
        HttpResponse response, IReadOnlyList<AuditEvent> events, long sent, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            await response.StartAsync(cancellationToken);
        }

        foreach (var entry in events)
        {
            await response.WriteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"id: {entry.Sequence}\nevent: {entry.Type}\ndata: {JsonSerializer.Serialize(entry, AgentJson.Options)}\n\n"),
                Encoding.UTF8,
                cancellationToken);
            sent = entry.Sequence;
        }

        await response.Body.FlushAsync(cancellationToken);
        return sent;
    }

    private static async Task WaitAsync(HttpResponse response, Task change, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await change.WaitAsync(KeepAlive, cancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                // A comment, so that no proxy takes the silence for a dead connection.
                await response.WriteAsync(":\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
    }
}
