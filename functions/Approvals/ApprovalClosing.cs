using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Approvals;

/// <summary>Takes a run's questions back, and tells all who wait for their answers.</summary>
/// <param name="approvals">The approvals.</param>
public sealed class ApprovalClosing(IApprovalStore approvals)
{
    /// <summary>Withdraws what nobody has answered. Safe to be done again: an event that nobody waits for changes nothing.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The run's withdrawn approvals.</returns>
    public async Task<IReadOnlyList<ApprovalRecord>> WithdrawAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var withdrawn = await approvals.WithdrawAsync(runId, cancellationToken);
        foreach (var approval in withdrawn)
        {
            await client.RaiseEventAsync(
                ApprovalWatch.InstanceId(approval.ApprovalId), RunEvents.ApprovalClosed, true, cancellationToken);
            if (!RunInstances.IsOfRun(approval.WaiterId, approval.RunId))
            {
                await client.RaiseEventAsync(
                    approval.WaiterId, RunEvents.ApprovalAnswered(approval.ApprovalId), true, cancellationToken);
            }
        }

        return withdrawn;
    }

    /// <summary>The same for a run that has ended, where it has asked anything at all.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task CloseAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        // Also what was withdrawn already: the process may have died before those who wait were told.
        if ((await approvals.ListOfRunAsync(runId, cancellationToken)).Any(each => each.Status is ApprovalStatus.Pending or ApprovalStatus.Withdrawn))
        {
            await WithdrawAsync(runId, client, cancellationToken);
        }
    }
}
