using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Approvals;

/// <summary>What happens to questions while nobody answers.</summary>
/// <param name="approvals">The approvals.</param>
/// <param name="journal">The journal.</param>
/// <param name="announcements">Tells outside systems.</param>
/// <param name="time">The clock.</param>
public sealed class WatchActivities(
    IApprovalStore approvals, IRunJournal journal, ApprovalAnnouncements announcements, TimeProvider time)
{
    /// <summary>Does what the moment brings, unless somebody has decided before.</summary>
    /// <param name="reached">The moment.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    /// <returns>Whether the question still stands.</returns>
    [Function(nameof(ReachMoment))]
    public async Task<bool> ReachMoment(
        [ActivityTrigger] ReachedMoment reached, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Func<ApprovalRecord, ApprovalRecord> change = reached.Moment switch
        {
            ApprovalMoment.Reminder => approval => ApprovalRules.Remind(approval, now),
            ApprovalMoment.Escalation => approval => ApprovalRules.Escalate(approval, now),
            ApprovalMoment.Expiry => approval => ApprovalRules.Expire(approval, now),
            _ => throw new UnretryableException($"Unknown moment '{reached.Moment}'."),
        };
        if (await approvals.UpdateAsync(reached.ApprovalId, change, cancellationToken) is not { } approval)
        {
            return false;
        }

        switch (approval.Status)
        {
            case ApprovalStatus.Expired:
                await announcements.TellAsync(client, ApprovalAnnouncements.Expired, approval, cancellationToken);
                await client.RaiseEventAsync(
                    approval.WaiterId, RunEvents.ApprovalAnswered(approval.ApprovalId), true, cancellationToken);
                return false;
            case ApprovalStatus.Pending:
                await TellAsync(reached.Moment, approval, client, cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private async Task TellAsync(
        ApprovalMoment moment, ApprovalRecord approval, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var type = moment == ApprovalMoment.Escalation ? ApprovalAnnouncements.Escalated : ApprovalAnnouncements.Reminded;
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = approval.RunId,
                Key = $"{approval.ApprovalId}/{type}",
                Events =
                [
                    new AuditDraft(type, AuditActor.Runtime)
                    {
                        StepId = approval.StepId,
                        Reason = approval.Description,
                        Policy = approval.Policy,
                        Data = new JsonObject
                        {
                            ["approvalId"] = approval.ApprovalId,
                            ["groups"] = new JsonArray([.. ApprovalRules.GroupsOf(approval).Select(group => (JsonNode)group)]),
                        },
                    },
                ],
            },
            cancellationToken);
        await announcements.TellAsync(client, type, approval, cancellationToken);
    }
}
