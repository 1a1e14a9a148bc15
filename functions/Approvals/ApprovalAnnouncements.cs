using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Webhooks;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Approvals;

/// <summary>Tells outside systems of questions by webhook. The arguments are not sent: who may see them gets them by <c>path</c>.</summary>
/// <param name="webhooks">Who is told.</param>
/// <param name="time">The clock.</param>
public sealed class ApprovalAnnouncements(WebhookAccess webhooks, TimeProvider time)
{
    /// <summary>A question was put.</summary>
    public const string Requested = "approval.requested";

    /// <summary>It was put again.</summary>
    public const string Reminded = "approval.reminder";

    /// <summary>Further groups may answer.</summary>
    public const string Escalated = "approval.escalated";

    /// <summary>The default outcome counts.</summary>
    public const string Expired = "approval.expired";

    /// <summary>Tells whoever wants to know, once for each type and approval.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="type">What has happened.</param>
    /// <param name="approval">The approval.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task TellAsync(DurableTaskClient client, string type, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        var at = type switch
        {
            Requested => approval.CreatedAt,
            Reminded => approval.RemindedAt,
            Escalated => approval.EscalatedAt,
            _ => approval.Answer?.At,
        };
        return webhooks.AnnounceAsync(
            client,
            new WebhookEvent(Identifiers.Derive("msg", type, approval.ApprovalId), type, at ?? time.GetUtcNow(), approval.RunId, Data(approval)),
            cancellationToken);
    }

    private static JsonObject Data(ApprovalRecord approval) => JsonSerializer.SerializeToNode(
        new
        {
            approval.ApprovalId,
            approval.RunId,
            approval.StepId,
            approval.Tenant,
            approval.Subject,
            approval.ActionRequest.Action,
            approval.Description,
            Groups = ApprovalRules.GroupsOf(approval),
            approval.Terms.Approvers,
            approval.CreatedAt,
            approval.ExpiresAt,
            Path = $"/api/approvals/{approval.ApprovalId}",
        },
        AgentJson.Options)!.AsObject();
}
