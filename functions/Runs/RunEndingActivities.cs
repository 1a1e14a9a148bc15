using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Planning;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Runs;

/// <summary>A tree of runs that was ended.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="IsRoot">Whether the run was a root.</param>
/// <param name="HasDeadline">Whether a deadline waits for its end.</param>
/// <param name="ScheduleOwner">Instance id of the schedule's owner that waits for its end, if one does.</param>
public sealed record TreeEnd(string ThreadId, bool IsRoot, bool HasDeadline, string? ScheduleOwner = null);

/// <summary>Ends a run with all its descendants.</summary>
/// <param name="access">The runs.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="journal">The journal.</param>
/// <param name="approvals">The approvals.</param>
/// <param name="closing">Takes questions back.</param>
/// <param name="partial">What an expired run keeps.</param>
/// <param name="exclusive">The leases of calls.</param>
/// <param name="time">The clock.</param>
public sealed class RunEndingActivities(
    RunAccess access,
    IRunStore runs,
    IRunJournal journal,
    IApprovalStore approvals,
    ApprovalClosing closing,
    PartialResults partial,
    ExclusiveCalls exclusive,
    TimeProvider time)
{
    /// <summary>Puts the end on record in the run and its unfinished descendants, and withdraws what they ask of humans.</summary>
    /// <param name="request">What ends, and why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(EndTree))]
    public async Task<TreeEnd> EndTree(
        [ActivityTrigger] EndRunRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = await access.GetAsync(request.RunId, cancellationToken);
        var tree = await runs.ListTreeAsync(run.RootRunId, cancellationToken);
        var inside = RunTree.Below(run.RunId, tree);
        foreach (var each in inside.Where(each => !each.IsFinished))
        {
            // Descendants come after their parents in the tree, but a partial result is made of what they have on record.
            var result = request.Status == RunStatus.Expired ? await partial.OfAsync(each, tree, cancellationToken) : null;
            await journal.CommitAsync(Commit(each, request, result), cancellationToken);
        }

        // Also of runs whose end was on record already: the process may have died between that and this.
        var ids = inside.Select(each => each.RunId).ToHashSet(StringComparer.Ordinal);
        var pending = await approvals.ListAsync(ApprovalStatus.Pending, run.Tenant, cancellationToken);
        foreach (var runId in pending.Select(approval => approval.RunId).Where(ids.Contains).Distinct(StringComparer.Ordinal))
        {
            await closing.WithdrawAsync(runId, client, cancellationToken);
        }

        return new TreeEnd(run.ThreadId, run.RunId == run.RootRunId, run.Deadline is not null, run.Schedule?.OwnerId);
    }

    /// <summary>Terminates the run's orchestration and everything that it started.</summary>
    /// <param name="request">What ends, and why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(TerminateTree))]
    public async Task TerminateTree(
        [ActivityTrigger] EndRunRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = await access.GetAsync(request.RunId, cancellationToken);
        var instance = RunInstances.Of(run);
        if (await client.GetInstanceAsync(instance, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false })
        {
            await client.TerminateInstanceAsync(
                instance, new TerminateInstanceOptions(Output: request.Reason, Recursive: true), cancellationToken);
        }

        var tree = await runs.ListTreeAsync(run.RootRunId, cancellationToken);
        await exclusive.ForgetAsync([.. RunTree.Below(run.RunId, tree).Select(each => each.RunId)], client, cancellationToken);
    }

    /// <summary>What the tree has used.</summary>
    /// <param name="request">The root run.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(TotalOfTree))]
    public async Task<BudgetSettlement> TotalOfTree([ActivityTrigger] EndRunRequest request, CancellationToken cancellationToken)
    {
        var tree = await runs.ListTreeAsync(request.RunId, cancellationToken);
        return new BudgetSettlement(
            request.RunId,
            Amounts.UsedBy(tree),
            time.GetUtcNow().UtcDateTime);
    }

    private static RunCommit Commit(RunRecord run, EndRunRequest request, string? resultHash)
    {
        var actor = request.By == EndRunRequest.Runtime ? AuditActor.Runtime : AuditActor.Human(request.By);
        var open = OpenSteps.EndedBy(actor, run, request.Reason);
        return new RunCommit
        {
            RunId = run.RunId,
            Key = $"end/{request.Status}",
            Patch = new RunPatch { Status = request.Status, Reason = request.Reason, StepChanges = open.Changes, ResultHash = resultHash },
            Events = [.. open.Events, new AuditDraft(RunEndEvents.Type(request.Status), actor) { Reason = request.Reason, OutputHash = resultHash }],
        };
    }
}
