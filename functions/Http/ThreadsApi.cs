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
public sealed class ThreadsApi(
    IThreadStore threads, IRunStore runs, Callers callers, TenantSettings tenants, BudgetSettings budgets, HttpLimits limits, TimeProvider time)
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
            if (thread.RequestHash != asked.RequestHash || !request.Caller().Sees(thread.Tenant))
            {
                throw RequestRefusedException.Conflict(
                    "threadId", $"The thread '{thread.ThreadId}' exists and was created with another body.");
            }

            // Also for the same thread again: the process may have died before the budget was opened, and opening it twice does nothing.
            await client.Entities.SignalEntityAsync(
                BudgetEntity.For(thread.ThreadId), BudgetEntity.Open, Opening(thread), options: null, cancellationToken);
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
            Answer.Ok(await ViewAsync(await threads.RequireAsync(request, threadId, cancellationToken), client, cancellationToken)));

    /// <summary>
    /// <c>POST /threads/{threadId}/budget</c>: changes the limits that the body gives, or with <c>runId</c> that run's own ones, and wakes
    /// runs that wait for them.
    /// </summary>
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
            var thread = await threads.RequireAsync(request, threadId, cancellationToken);
            var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
            var runId = body.Id("runId");
            var run = runId is null ? null : await FindRunAsync(thread, runId, cancellationToken);
            if (runId is not null && run is null)
            {
                body.Wrong("runId", $"The thread '{thread.ThreadId}' has no unfinished run '{runId}'.");
            }

            var current = run?.Limits ?? await LimitsAsync(thread, client, cancellationToken);
            var given = body.Any("limits");
            var limitUsd = body.Usd("limitUsd", required: given is null);
            var changed = body.Limits("limits", current with { Usd = limitUsd ?? current.Usd }, mayLiftUsd: run is not null);
            var alertAt = body.Share("alertAt");
            var by = callers.Find(request, body, required: true)?.Name;
            var reason = body.Text("reason", required: true);
            request.Caller().RequireBudgetManager();
            body.Require();
            var scope = run is null ? BudgetScope.Thread : run.ParentRunId is null ? BudgetScope.Run : BudgetScope.ChildRun;
            var account = await BudgetChanges.ApplyAsync(
                client,
                new BudgetChange(scope, run?.RunId ?? thread.ThreadId, changed, by!, reason!, alertAt),
                cancellationToken);
            return Answer.Ok(account is null ? await BudgetAsync(thread, client, cancellationToken) : BudgetView.Of(account));
        });

    private async Task<ThreadRecord> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var threadId = body.Id("threadId");
        var caller = request.Caller();
        var tenant = body.Id("tenant", required: caller.Tenant is null) ?? caller.Tenant;
        var department = body.Id("department");
        var budgetUsd = body.Usd("budgetUsd", required: true);
        var budgetLimits = body.Limits("limits", new BudgetLimits { Usd = budgetUsd }, mayLiftUsd: false);
        var metadata = body.Object("metadata");
        if (metadata is not null && JsonSerializer.SerializeToUtf8Bytes(metadata, AgentJson.Options).Length > MaxMetadataBytes)
        {
            body.Wrong("metadata", FormattableString.Invariant($"It is longer than {MaxMetadataBytes} bytes."));
        }

        if (tenant is not null && !caller.Sees(tenant))
        {
            body.Wrong("tenant", $"You are of the tenant '{caller.Tenant}'; leave it out.");
        }

        if (department is not null && caller.Tenant is not null)
        {
            body.Wrong("department", "Departments are of all tenants; an operator may name one.");
        }

        if (!caller.MaySetBudgets && budgetUsd > tenants.MaxThreadUsd)
        {
            body.Wrong("budgetUsd", FormattableString.Invariant($"More than {tenants.MaxThreadUsd} are for budget managers."));
        }

        body.Require();
        return new ThreadRecord(
            threadId ?? $"thread-{Guid.CreateVersion7():N}",
            tenant!,
            department,
            budgetUsd!.Value,
            metadata,
            body.Hash,
            time.GetUtcNow(),
            budgetLimits);
    }

    private BudgetOpening Opening(ThreadRecord thread) => new(LimitsOf(thread), budgets.AlertAt, thread.Department);

    private static BudgetLimits LimitsOf(ThreadRecord thread) => thread.Limits ?? new BudgetLimits { Usd = thread.BudgetUsd };

    private static async Task<BudgetLimits> LimitsAsync(ThreadRecord thread, DurableTaskClient client, CancellationToken cancellationToken) =>
        await AccountAsync(thread, client, cancellationToken) is { IsOpen: true } account ? account.Limits : LimitsOf(thread);

    private static async Task<BudgetAccount?> AccountAsync(
        ThreadRecord thread, DurableTaskClient client, CancellationToken cancellationToken) =>
        (await client.Entities.GetEntityAsync<BudgetAccount>(
            BudgetEntity.For(thread.ThreadId), includeState: true, cancellationToken))?.State;

    private async Task<BudgetView> BudgetAsync(ThreadRecord thread, DurableTaskClient client, CancellationToken cancellationToken) =>
        await AccountAsync(thread, client, cancellationToken) is { IsOpen: true } account
            ? BudgetView.Of(account)
            : BudgetView.Untouched(LimitsOf(thread), budgets.AlertAt);

    private async Task<RunRecord?> FindRunAsync(ThreadRecord thread, string runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(runId, cancellationToken) is { IsFinished: false } run && run.ThreadId == thread.ThreadId ? run : null;

    private async Task<ThreadView> ViewAsync(ThreadRecord thread, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var newest = await runs.ListAsync(new RunQuery(ThreadId: thread.ThreadId, PageSize: ShownRuns), cancellationToken);
        var files = await threads.ListFilesAsync(thread.ThreadId, cancellationToken);
        return new ThreadView(
            thread.ThreadId,
            thread.Tenant,
            thread.Department,
            thread.Metadata,
            thread.CreatedAt,
            await BudgetAsync(thread, client, cancellationToken),
            files.Count,
            [.. newest.Runs.Select(RunSummary.Of)]);
    }
}
