using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Approvals;
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

/// <summary>Human decisions, in the words of LangChain's agent inbox.</summary>
public sealed class ApprovalsApi(IApprovalStore approvals, ApprovalEdits edits, Callers callers, HttpLimits limits, TimeProvider time)
{
    private const string ResponseText = "text";
    private const int MostRevisions = 1_000_000;

    /// <summary><c>GET /approvals?status=&amp;tenant=&amp;limit=&amp;cursor=</c>: oldest first, a page at a time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListApprovals))]
    public Task<IActionResult> ListApprovals(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "approvals")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var page = await approvals.PageAsync(
                new ApprovalQuery(
                    request.Query.Choice<ApprovalStatus>("status"),
                    request.Caller().Asked(request.Query.Text("tenant")),
                    request.Query.Cursor() ?? 0,
                    request.Query.Limit()),
                cancellationToken);
            return Answer.Ok(new ApprovalList(
                [.. page.Approvals.Select(ApprovalView.Of)], page.Cursor?.ToString(CultureInfo.InvariantCulture)));
        });

    /// <summary><c>GET /approvals/{approvalId}</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="approvalId">The approval.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetApproval))]
    public Task<IActionResult> GetApproval(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "approvals/{approvalId}")] HttpRequest request,
        string approvalId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("approvalId", approvalId);
            return Answer.Ok(ApprovalView.Of(await RequireAsync(request, id, cancellationToken)));
        });

    /// <summary>
    /// <c>POST /approvals/{approvalId}</c> <c>{type, args?, by, reason?, revision?}</c>: 200, also for the same answer again; 403 to those who
    /// may not answer; 409 where another answer, the end of its time or of its run came first, or where somebody else has to agree.
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
            var approval = await RequireAsync(request, id, cancellationToken);
            var (approver, answer) = await ReadAsync(request, approval, cancellationToken);
            ApprovalRefusal? refusal = null;
            var now = await approvals.UpdateAsync(
                id,
                before =>
                {
                    (var after, refusal) = ApprovalRules.Answer(before, approver, answer, time.GetUtcNow());
                    return after;
                },
                cancellationToken) ?? throw Unknown(id);
            if (refusal is { } refused)
            {
                throw Refused(refused, now);
            }

            if (now.Answer is not null)
            {
                // Also for the same answer again: the process may have died before the run was told.
                await client.RaiseEventAsync(now.WaiterId, RunEvents.ApprovalAnswered(id), true, cancellationToken);
            }

            return Answer.Ok(ApprovalView.Of(now));
        });

    private async Task<(Approver Approver, GivenAnswer Answer)> ReadAsync(
        HttpRequest request, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var approver = callers.Find(request, body, required: true);
        if (approver is not null && !ApprovalRules.MayAnswer(approval, approver))
        {
            throw Refused(ApprovalRefusal.NotAnApprover, approval);
        }

        var type = body.Choice<ApprovalAnswerType>("type", required: true);
        var args = body.Object("args");
        var reason = body.Text("reason");
        var revision = body.Whole("revision", 1, MostRevisions);
        if (type is { } given)
        {
            Check(body, given, args, approval.Config);
        }

        body.Require();
        var answer = new GivenAnswer(type!.Value, args, reason, revision);

        // Only what may still count: what was given before is answered alike, whatever has become of its run.
        if (answer is { Type: ApprovalAnswerType.Edit, Args: { } edited }
            && approval.Status == ApprovalStatus.Pending
            && !ApprovalRules.IsRepeated(approval, approver!, answer)
            && await edits.ProblemsAsync(approval, edited, cancellationToken) is { Count: > 0 } problems)
        {
            throw RequestRefusedException.BadRequest(problems);
        }

        return (approver!, answer);
    }

    private static RequestRefusedException Refused(ApprovalRefusal refusal, ApprovalRecord approval)
    {
        var sentence = ApprovalRules.Sentence(refusal, approval);
        return refusal switch
        {
            ApprovalRefusal.NotAnApprover => RequestRefusedException.Forbidden("approvalId", sentence),
            ApprovalRefusal.Changed => RequestRefusedException.Conflict("revision", sentence),
            _ => RequestRefusedException.Conflict("approvalId", sentence),
        };
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

    private async Task<ApprovalRecord> RequireAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        await approvals.GetAsync(id, cancellationToken) is { } approval && request.Caller().Sees(approval.Tenant) ? approval : throw Unknown(id);

    private static RequestRefusedException Unknown(string id) =>
        RequestRefusedException.NotFound("approvalId", $"There is no approval '{id}'.");
}
