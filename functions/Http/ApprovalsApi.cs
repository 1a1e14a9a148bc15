using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Planning;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Human decisions, in the words of LangChain's agent inbox.</summary>
public sealed class ApprovalsApi(
    IApprovalStore approvals, IRunStore runs, IAgentCatalog agents, IToolCatalog tools, PolicyGate gate, HttpLimits limits, TimeProvider time)
{
    private const string ResponseText = "text";

    /// <summary><c>GET /approvals?status=&amp;tenant=</c>: oldest first.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListApprovals))]
    public Task<IActionResult> ListApprovals(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "approvals")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var found = await approvals.ListAsync(
                request.Query.Choice<ApprovalStatus>("status"), request.Query.Text("tenant"), cancellationToken);
            return Answer.Ok(new ApprovalList([.. found.Select(ApprovalView.Of)]));
        });

    /// <summary>
    /// <c>POST /approvals/{approvalId}</c> <c>{type, args?, by, reason?}</c>: 200, also for the same answer again; another one 409.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="approvalId">The approval.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(AnswerApproval))]
    public Task<IActionResult> AnswerApproval(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "approvals/{approvalId}")] HttpRequest request,
        string approvalId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("approvalId", approvalId);
            var approval = await approvals.GetAsync(id, cancellationToken) ?? throw Unknown(id);
            var answer = await ReadAsync(request, approval, cancellationToken);
            var now = await approvals.AnswerAsync(id, answer, cancellationToken) ?? throw Unknown(id);
            if (now.Answer is not { } given || !IsSame(given, answer))
            {
                throw RequestRefusedException.Conflict("approvalId", now.Status == ApprovalStatus.Withdrawn
                    ? "The run has ended, so there is nothing to decide any more."
                    : "It was answered already, and not like this.");
            }

            // Also for the same answer again: the process may have died before the run was told.
            await client.RaiseEventAsync(now.RunId, RunEvents.ApprovalAnswered(id), given, cancellationToken);
            return Answer.Ok(ApprovalView.Of(now));
        });

    private async Task<ApprovalAnswer> ReadAsync(HttpRequest request, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var type = body.Choice<ApprovalAnswerType>("type", required: true);
        var args = body.Object("args");
        var by = body.Text("by", required: true);
        var reason = body.Text("reason");
        if (type is { } given)
        {
            Check(body, given, args, approval.Config);
        }

        if (type == ApprovalAnswerType.Edit && args is not null && ApprovalAsk.IsOfPlan(approval))
        {
            await CheckPlanAsync(body, args, approval, cancellationToken);
        }

        body.Require();
        return new ApprovalAnswer(type!.Value, args, by!, reason, time.GetUtcNow());
    }

    /// <summary>A changed plan is refused here, where its author can still correct it, and not put to the planner as a mistake.</summary>
    private async Task CheckPlanAsync(JsonBody body, JsonObject args, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        try
        {
            var run = await runs.GetAsync(approval.RunId, cancellationToken)
                ?? throw RequestRefusedException.NotFound("approvalId", $"The run '{approval.RunId}' of the approval is gone.");
            var all = await agents.ListAsync(cancellationToken);
            var plan = args.Deserialize<Plan>(AgentJson.Options)!;
            var agent = await agents.GetByHashAsync(run.AgentHash, cancellationToken);
            var problems = PlanValidator.Validate(
                plan,
                agent,
                tools,
                all.Select(each => each.Definition.Name).ToHashSet(StringComparer.Ordinal),
                PlanHistory.Of([.. run.Steps.Where(step => step.Status != StepStatus.Pending)]));
            var denials = problems.Count == 0 ? await gate.CheckPlanAsync(plan, agent, run, cancellationToken) : [];
            foreach (var problem in problems.Concat(denials.Select(denied => denied.Problem)))
            {
                body.Wrong($"args.{problem.Field}", problem.Problem);
            }
        }
        catch (JsonException error)
        {
            body.Wrong("args", $"It is not a plan: {error.Message}");
        }
    }

    private static void Check(JsonBody body, ApprovalAnswerType type, JsonObject? args, ApprovalConfig config)
    {
        var isAllowed = type switch
        {
            ApprovalAnswerType.Accept => config.AllowAccept,
            ApprovalAnswerType.Edit => config.AllowEdit,
            ApprovalAnswerType.Response => config.AllowRespond,
            ApprovalAnswerType.Ignore => config.AllowIgnore,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such answer."),
        };
        if (!isAllowed)
        {
            body.Wrong("type", $"This approval does not allow '{Words.Of(type)}'.");
        }

        if (type == ApprovalAnswerType.Edit && args is null)
        {
            body.Wrong("args", "An edit needs the changed arguments.");
        }

        if (type == ApprovalAnswerType.Response && args?[ResponseText]?.GetValueKind() != System.Text.Json.JsonValueKind.String)
        {
            body.Wrong($"args.{ResponseText}", "A response needs a text.");
        }
    }

    private static bool IsSame(ApprovalAnswer one, ApprovalAnswer other) =>
        (one.Type, one.By, one.Reason) == (other.Type, other.By, other.Reason) && JsonNode.DeepEquals(one.Args, other.Args);

    private static RequestRefusedException Unknown(string id) =>
        RequestRefusedException.NotFound("approvalId", $"There is no approval '{id}'.");
}
