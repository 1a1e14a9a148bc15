using System.Text.Json;
using AgentFunctions.Budgets;
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

/// <summary>Threads and their budgets.</summary>
public sealed class ThreadsApi(IThreadStore threads, IRunStore runs, Callers callers, HttpLimits limits, TimeProvider time)
{
    private const int ShownRuns = 100;
    private const int MaxMetadataBytes = 64 * 1024;

    /// <summary><c>POST /threads</c>: 201; the same id again with the same body 200, with another body 409.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(CreateThread))]
    public Task<IActionResult> CreateThread(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "threads")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var asked = await ReadAsync(request, cancellationToken);
            var (thread, created) = await threads.CreateAsync(asked, cancellationToken);
            if (thread.RequestHash != asked.RequestHash)
            {
                throw RequestRefusedException.Conflict(
                    "threadId", $"The thread '{thread.ThreadId}' exists and was created with another body.");
            }

            // Also for the same thread again: the process may have died before the budget was opened, and opening it twice does nothing.
            await client.Entities.SignalEntityAsync(
                BudgetEntity.For(thread.ThreadId), BudgetEntity.Open, thread.BudgetUsd, options: null, cancellationToken);
            var view = await ViewAsync(thread, client, cancellationToken);
            return created ? Answer.Created($"/api/threads/{thread.ThreadId}", view) : Answer.Ok(view);
        });

    /// <summary><c>GET /threads/{threadId}</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetThread))]
    public Task<IActionResult> GetThread(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "threads/{threadId}")] HttpRequest request,
        string threadId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
            Answer.Ok(await ViewAsync(await threads.RequireAsync(threadId, cancellationToken), client, cancellationToken)));

    /// <summary><c>POST /threads/{threadId}/budget</c>: changes the limit, or with <c>runId</c> that run's own one, and wakes runs that wait for it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ChangeThreadBudget))]
    public Task<IActionResult> ChangeThreadBudget(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "threads/{threadId}/budget")] HttpRequest request,
        string threadId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var thread = await threads.RequireAsync(threadId, cancellationToken);
            var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
            var limitUsd = body.Usd("limitUsd", required: true);
            var by = callers.Find(request, body, required: true)?.Name;
            var reason = body.Text("reason", required: true);
            var runId = body.Id("runId");
            if (runId is not null && !await IsRootOfAsync(thread, runId, cancellationToken))
            {
                body.Wrong("runId", $"The thread '{thread.ThreadId}' has no unfinished run '{runId}' that nobody spawned.");
            }

            body.Require();
            var instance = await client.ScheduleNewOrchestrationInstanceAsync(
                Orchestrations.ChangeBudget, new BudgetChange(thread.ThreadId, limitUsd!.Value, by!, reason!, runId), cancellationToken);
            var done = await client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true, cancellationToken);
            return done is { RuntimeStatus: OrchestrationRuntimeStatus.Completed }
                ? Answer.Ok(BudgetView.Of(done.ReadOutputAs<BudgetState>()!))
                : throw new InvalidOperationException($"The change of the budget ended as {done.RuntimeStatus}: {done.FailureDetails?.ErrorMessage}");
        });

    private async Task<ThreadRecord> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var threadId = body.Id("threadId");
        var tenant = body.Id("tenant", required: true);
        var department = body.Id("department");
        var budgetUsd = body.Usd("budgetUsd", required: true);
        var metadata = body.Object("metadata");
        if (metadata is not null && JsonSerializer.SerializeToUtf8Bytes(metadata, AgentJson.Options).Length > MaxMetadataBytes)
        {
            body.Wrong("metadata", FormattableString.Invariant($"It is longer than {MaxMetadataBytes} bytes."));
        }

        body.Require();
        return new ThreadRecord(
            threadId ?? $"thread-{Guid.CreateVersion7():N}",
            tenant!,
            department,
            budgetUsd!.Value,
            metadata,
            body.Hash,
            time.GetUtcNow());
    }

    private async Task<bool> IsRootOfAsync(ThreadRecord thread, string runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(runId, cancellationToken) is { IsFinished: false } run
        && run.ThreadId == thread.ThreadId
        && run.RootRunId == runId;

    private async Task<ThreadView> ViewAsync(ThreadRecord thread, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var budget = await client.Entities.GetEntityAsync<BudgetState>(
            BudgetEntity.For(thread.ThreadId), includeState: true, cancellationToken);
        var newest = await runs.ListAsync(new RunQuery(ThreadId: thread.ThreadId, PageSize: ShownRuns), cancellationToken);
        var files = await threads.ListFilesAsync(thread.ThreadId, cancellationToken);
        return new ThreadView(
            thread.ThreadId,
            thread.Tenant,
            thread.Department,
            thread.Metadata,
            thread.CreatedAt,
            budget?.State is { } state ? BudgetView.Of(state) : BudgetView.Untouched(thread.BudgetUsd),
            files.Count,
            [.. newest.Runs.Select(RunSummary.Of)]);
    }
}
