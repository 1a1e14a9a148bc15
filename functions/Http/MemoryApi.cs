using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Memory;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>The memory that all runs of a thread share.</summary>
public sealed class MemoryApi(IThreadStore threads, IMemoryStore store, SharedMemory memory, Callers callers, HttpLimits limits)
{
    private const string Anonymous = "api";

    /// <summary><c>GET /threads/{threadId}/memory?prefix=&amp;limit=&amp;cursor=</c>: keys without their values, in order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListMemory))]
    public Task<IActionResult> ListMemory(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}/memory")] HttpRequest request,
        string threadId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            var limit = request.Query.Limit();
            var after = request.Query.Text("cursor") is { } cursor ? RouteIds.Require("cursor", cursor) : "";
            var head = await store.HeadAsync(thread.ThreadId, cancellationToken);
            var found = await store.ListAsync(thread.ThreadId, request.Query.Text("prefix") ?? "", after, limit + 1, cancellationToken);
            return Answer.Ok(new MemoryList(
                head.Revision,
                head.Keys,
                head.Bytes,
                [.. found.Take(limit).Select(entry => MemoryView.Of(entry))],
                found.Count > limit ? found[limit - 1].Key : null));
        });

    /// <summary><c>GET /threads/{threadId}/memory/{key}</c>: the value; its version is the ETag.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetMemory))]
    public Task<IActionResult> GetMemory(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}/memory/{key}")] HttpRequest request,
        string threadId,
        string key,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            var entry = await store.FindAsync(thread.ThreadId, RouteIds.Require("key", key), cancellationToken) ?? throw Unknown(key);
            return Show(MemoryView.Of(entry, await memory.ValueAsync(entry, cancellationToken)), StatusCodes.Status200OK);
        });

    /// <summary>
    /// <c>PUT /threads/{threadId}/memory/{key}</c> <c>{value, by?}</c>: 201 for a new key, 200 otherwise; 412 where <c>If-Match</c> or
    /// <c>If-None-Match</c> does not hold; with <c>Idempotency-Key</c> once.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="key">The key.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(SetMemory))]
    public Task<IActionResult> SetMemory(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "threads/{threadId}/memory/{key}")] HttpRequest request,
        string threadId,
        string key,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            RouteIds.Require("key", key);
            var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
            var value = body.Any("value") is { } given ? JsonNode.Parse(given.GetRawText()) : null;
            var by = callers.Find(request, body, required: false)?.Name ?? Anonymous;
            if (value is null)
            {
                body.Wrong("value", "It is missing or null; to take a key away, DELETE it.");
            }

            body.Require();
            if (memory.SizeProblem(key, value) is { } tooLarge)
            {
                throw RequestRefusedException.TooLarge("value", tooLarge);
            }

            var draft = await memory.DraftAsync(thread.ThreadId, MemoryOperation.Set, key, value, hasOperand: true, cancellationToken);
            var outcome = await ChangeAsync(request, client, draft with { By = by }, cancellationToken);
            var view = new MemoryView(key, outcome.Version, outcome.Bytes, outcome.Sha256!, outcome.At!.Value, by, value);
            return Show(view, outcome.Existed ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        });

    /// <summary><c>DELETE /threads/{threadId}/memory/{key}</c>: 204; 404 where there is none; 412 where <c>If-Match</c> does not hold.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="key">The key.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(DeleteMemory))]
    public Task<IActionResult> DeleteMemory(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "threads/{threadId}/memory/{key}")] HttpRequest request,
        string threadId,
        string key,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            RouteIds.Require("key", key);
            var body = await JsonBody.ReadOptionalAsync(request, limits, cancellationToken);
            var by = callers.Find(request, body, required: false)?.Name ?? Anonymous;
            body.Require();
            var draft = await memory.DraftAsync(thread.ThreadId, MemoryOperation.Delete, key, operand: null, hasOperand: false, cancellationToken);
            var outcome = await ChangeAsync(request, client, draft with { By = by }, cancellationToken);
            return outcome.Existed ? new NoContentResult() : throw Unknown(key);
        });

    /// <summary><c>GET /threads/{threadId}/memory-changes?limit=&amp;cursor=</c>: who has changed what, in order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListMemoryChanges))]
    public Task<IActionResult> ListMemoryChanges(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}/memory-changes")] HttpRequest request,
        string threadId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            var limit = request.Query.Limit();
            var found = await store.ListChangesAsync(thread.ThreadId, request.Query.Cursor() ?? 0, limit + 1, cancellationToken);
            return Answer.Ok(new MemoryChangeList(
                [.. found.Take(limit).Select(MemoryChangeView.Of)],
                found.Count > limit ? found[limit - 1].Outcome.Revision.ToString(CultureInfo.InvariantCulture) : null));
        });

    private async Task<MemoryOutcome> ChangeAsync(
        HttpRequest request, DurableTaskClient client, MemoryChange draft, CancellationToken cancellationToken)
    {
        var asked = Preconditions.Read(request.Headers);
        var version = asked.Version;
        if (asked.MustExist)
        {
            version = (await store.FindAsync(draft.ThreadId, draft.Key, cancellationToken))?.Version
                ?? throw RequestRefusedException.PreconditionFailed(asked.Field, $"The key '{draft.Key}' does not exist.", 0);
        }

        var given = IdempotencyKeys.Read(request.Headers);
        var id = given is null ? $"api-{Guid.CreateVersion7():N}" : Identifiers.Derive("api", draft.ThreadId, given);
        var outcome = await SharedMemory.ChangeAsync(
            client, draft with { ChangeId = id, IfVersion = version }, Identifiers.Derive("memory", draft.ThreadId, id), cancellationToken);
        return outcome.Status switch
        {
            MemoryStatus.Ok => outcome,
            MemoryStatus.Conflict => throw RequestRefusedException.PreconditionFailed(asked.Field, outcome.Problem!, outcome.Version),
            MemoryStatus.TooLarge => throw RequestRefusedException.TooLarge("value", outcome.Problem!),
            MemoryStatus.Reused => throw RequestRefusedException.Conflict(IdempotencyKeys.Header, outcome.Problem!),
            MemoryStatus.Unfit or MemoryStatus.Gone => throw RequestRefusedException.Conflict("value", outcome.Problem!),
            _ => throw new InvalidOperationException($"Unknown status '{outcome.Status}'."),
        };
    }

    private static Answer Show(MemoryView view, int status) => new(status, view) { ETag = Preconditions.Tag(view.Version) };

    private static RequestRefusedException Unknown(string key) =>
        RequestRefusedException.NotFound("key", $"The thread remembers nothing under '{key}'.");
}
