using AgentFunctions.Budgets;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>The budgets of departments: each is that of all threads that name the department, of all tenants, so they are for operators.</summary>
public sealed class DepartmentsApi(Callers callers, HttpLimits limits)
{
    /// <summary><c>PUT /departments/{department}/budget</c>: sets the limits, all of them, and wakes runs that wait for them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="department">The department.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(SetDepartmentBudget))]
    public Task<IActionResult> SetDepartmentBudget(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "departments/{department}/budget")] HttpRequest request,
        string department,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            RouteIds.Require("department", department);
            var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
            var given = body.Any("limits");
            var set = body.Limits("limits", BudgetLimits.None);
            var alertAt = body.Share("alertAt");
            var by = callers.Find(request, body, required: true)?.Name;
            var reason = body.Text("reason", required: true);
            if (given is null)
            {
                body.Wrong("limits", "It is missing.");
            }

            body.Require();
            var account = await BudgetChanges.ApplyAsync(
                client, new BudgetChange(BudgetScope.Department, department, set, by!, reason!, AlertAt: alertAt), cancellationToken);
            return Answer.Ok(new DepartmentView(department, BudgetView.Of(account!)));
        });

    /// <summary><c>GET /departments/{department}/budget</c>. A department that nobody has named has spent nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="department">The department.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetDepartmentBudget))]
    public Task<IActionResult> GetDepartmentBudget(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "departments/{department}/budget")] HttpRequest request,
        string department,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            RouteIds.Require("department", department);
            var entity = await client.Entities.GetEntityAsync<BudgetAccount>(
                DepartmentEntity.For(department), includeState: true, cancellationToken);
            return Answer.Ok(new DepartmentView(
                department,
                entity?.State is { } account ? BudgetView.Of(account) : BudgetView.Untouched(BudgetLimits.None, BudgetAccount.DefaultAlertAt)));
        });
}
