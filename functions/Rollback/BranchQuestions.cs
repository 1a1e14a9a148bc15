using AgentFunctions.Approvals;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Rollback;

/// <summary>
/// What humans were asked on a branch that was abandoned. What was answered before the checkpoint stays answered; every other question
/// is taken back, and asked again where the new branch comes to it.
/// </summary>
/// <param name="approvals">The approvals.</param>
/// <param name="journal">The journal.</param>
/// <param name="history">What runs were at their checkpoints.</param>
public sealed class BranchQuestions(IApprovalStore approvals, IRunJournal journal, IRunHistory history)
{
    private const string Asked = "approval.requested";

    /// <summary>Takes the questions back, and returns the keys of those that the runs must not remember, by run.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> TakeBackAsync(
        BranchAbandoned abandoned, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var forgotten = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var runId in abandoned.Restored.Concat(abandoned.Spawned))
        {
            var kept = await history.KeysUpToAsync(runId, abandoned.Position, cancellationToken);
            var asked = (await journal.ReadEventsAsync(runId, 0, cancellationToken))
                .Where(entry => entry.Type == Asked && kept.TryGetValue(entry.CommitKey, out var branch) && branch == (entry.Branch ?? 0))
                .ToList();
            var open = asked.Where(entry => !kept.ContainsKey(AnswerTo(entry.CommitKey))).ToList();
            var answered = asked.Except(open).Select(entry => (string?)entry.Data?["approvalId"]).ToHashSet();
            foreach (var approval in await approvals.ListOfRunAsync(runId, cancellationToken))
            {
                if (approval.Status == ApprovalStatus.Pending && !answered.Contains(approval.ApprovalId))
                {
                    await WithdrawAsync(approval.ApprovalId, client, cancellationToken);
                }
            }

            forgotten[runId] = [.. open.Select(entry => entry.CommitKey)];
        }

        return forgotten;
    }

    private static string AnswerTo(string askedKey) => askedKey[..^ApprovalAsk.AskedEnding.Length] + ApprovalAsk.AnsweredEnding;

    private async Task WithdrawAsync(string approvalId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await approvals.UpdateAsync(
            approvalId,
            approval => approval.Status == ApprovalStatus.Pending ? approval with { Status = ApprovalStatus.Withdrawn } : approval,
            cancellationToken);
        await client.RaiseEventAsync(ApprovalWatch.InstanceId(approvalId), RunEvents.ApprovalClosed, true, cancellationToken);
    }
}
