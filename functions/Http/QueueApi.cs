using System.Globalization;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Queue;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>What waits, what goes on, and what could not be admitted.</summary>
public sealed class QueueApi(
    IWaitingList waiting, AdmissionReader admission, DeadLetters dead, DeadLetterDesk desk, IOperationLog operations, Callers callers, HttpLimits limits, TimeProvider time)
{
    private const int MostCounted = 10_000;

    /// <summary><c>GET /queue</c>: depth and age, by tenant and priority, what goes on beside the limits, and dead letters: of all tenants, or of the caller's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetQueue))]
    public Task<IActionResult> GetQueue(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queue")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var tenant = request.Caller().Tenant;
            var counts = (await waiting.CountAsync(cancellationToken)).Where(count => tenant is null || count.Tenant == tenant).ToList();
            var state = await AdmissionReader.ReadAsync(client, cancellationToken);
            var letters = (await dead.ListAsync(after: 0, MostCounted, cancellationToken)).Where(letter => tenant is null || letter.Tenant == tenant).ToList();
            return Answer.Ok(QueueView.Of(counts, state, admission.Settings, letters.Count, time.GetUtcNow(), tenant));
        });

    /// <summary><c>GET /queue/deadletter?limit=&amp;cursor=</c>: messages that could not be admitted, oldest first. The desk is for operators.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListDeadLetters))]
    public Task<IActionResult> ListDeadLetters(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queue/deadletter")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            var limit = request.Query.Limit();
            var found = await dead.ListAsync(request.Query.Cursor() ?? 0, limit + 1, cancellationToken);
            var page = found.Take(limit).ToList();
            return Answer.Ok(new DeadLetterList(
                page, found.Count > page.Count ? page[^1].Id.ToString(CultureInfo.InvariantCulture) : null));
        });

    /// <summary><c>POST /queue/deadletter/{id}/resubmit</c> with <c>{by, reason?}</c>: the message is sent again; 200, also when asked again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">The dead letter.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ResubmitDeadLetter))]
    public Task<IActionResult> ResubmitDeadLetter(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "queue/deadletter/{id}/resubmit")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => SettleAsync(request, id, PoisonedRuns.Resubmitted, client, cancellationToken);

    /// <summary><c>POST /queue/deadletter/{id}/discard</c> with <c>{by, reason?}</c>: the message is removed and its run cancelled; 200, also when asked again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">The dead letter.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(DiscardDeadLetter))]
    public Task<IActionResult> DiscardDeadLetter(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "queue/deadletter/{id}/discard")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => SettleAsync(request, id, PoisonedRuns.Discarded, client, cancellationToken);

    /// <summary><c>GET /queue/operations?limit=&amp;cursor=</c>: what operators have done to the queue, oldest first.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListOperations))]
    public Task<IActionResult> ListOperations(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queue/operations")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            var page = await operations.PageAsync(request.Query.Cursor() ?? 0, request.Query.Limit(), cancellationToken);
            return Answer.Ok(new OperationList(page.Operations, page.Cursor?.ToString(CultureInfo.InvariantCulture)));
        });

    private Task<IActionResult> SettleAsync(
        HttpRequest request, string id, string type, DurableTaskClient client, CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw RequestRefusedException.BadRequest("id", "It must be the number of a dead letter.");
            }

            var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
            var by = callers.Find(request, body, required: true)?.Name;
            var reason = body.Text("reason");
            body.Require();
            var (outcome, operation) = await desk.SettleAsync(number, type, by!, reason, client, cancellationToken);
            return outcome switch
            {
                DeadLetterOutcome.Done => Answer.Ok(operation!),
                DeadLetterOutcome.Unknown => throw RequestRefusedException.NotFound("id", $"There is no dead letter {number}."),
                DeadLetterOutcome.DoneOtherwise => throw RequestRefusedException.Conflict("id", $"The dead letter {number} was {Word(operation!)} by {operation!.By}."),
                DeadLetterOutcome.Held => throw RequestRefusedException.Conflict("id", $"Somebody else holds the dead letter {number} just now; ask again."),
                _ => throw new ArgumentOutOfRangeException(nameof(id), outcome, "There is no such outcome."),
            };
        });

    private static string Word(OperationRecord operation) => operation.Type == PoisonedRuns.Resubmitted ? "resubmitted" : "discarded";
}
