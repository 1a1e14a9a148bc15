using System.Text.Json;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Planning;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Rollback;

/// <summary>The steps of a rollback. Each may be made again after a crash, and comes to the same.</summary>
/// <param name="history">The way back.</param>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="questions">What humans were asked.</param>
/// <param name="exclusive">The leases of calls.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="time">The clock.</param>
public sealed class RollbackActivities(
    IRunHistory history,
    IRunStore runs,
    IRunJournal journal,
    BranchQuestions questions,
    ExclusiveCalls exclusive,
    IBlobStore blobs,
    TimeProvider time)
{
    private static readonly TimeSpan TerminationPatience = TimeSpan.FromMinutes(2);

    /// <summary>Abandons the present branch: see <see cref="IRunHistory.AbandonAsync"/>.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(AbandonBranch))]
    public async Task<BranchAbandoned> AbandonBranch([ActivityTrigger] RollbackRequest request, CancellationToken cancellationToken) =>
        await history.AbandonAsync(
            new RollbackStart(
                request.RollbackId, request.RunId, request.Checkpoint, request.Actor, request.Reason, await AskedAsync(request, cancellationToken)),
            cancellationToken);

    /// <summary>Ends the orchestrations of the abandoned branch, and returns when they have ended: they ask for nothing any more.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(TerminateBranch))]
    public async Task TerminateBranch(
        [ActivityTrigger] BranchAbandoned abandoned, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TerminationPatience);
        var instances = await InstancesAsync(abandoned, client, cancellationToken);
        foreach (var instance in instances)
        {
            await client.TerminateInstanceAsync(instance, new TerminateInstanceOptions("The run was rolled back."), cancellationToken);
        }

        foreach (var instance in instances)
        {
            await client.WaitForInstanceCompletionAsync(instance, limit.Token);
        }

        await exclusive.ForgetAsync([.. abandoned.Restored, .. abandoned.Spawned], client, cancellationToken);
    }

    /// <summary>Returns state and files to the checkpoint; <see langword="false"/> where the run was ended meanwhile.</summary>
    /// <param name="completion">What is to be done.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RestoreBranch))]
    public async Task<bool> RestoreBranch(
        [ActivityTrigger] RollbackCompletion completion, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (request, abandoned) = (completion.Request, completion.Abandoned);
        var start = new BranchStart(request.PlanHash, Replans: request.PlanHash is not null || request.Instruction is not null);
        return await history.RestoreAsync(
            new RollbackRestore(
                abandoned,
                JsonSerializer.Serialize(start, AgentJson.Options),
                request.Actor,
                request.Reason,
                request.Instruction,
                request.Failed,
                await questions.TakeBackAsync(abandoned, client, cancellationToken),
                completion.Compensated),
            cancellationToken);
    }

    /// <summary>Lets the run go on, in the slot that it holds or else when it has one again. A child is taken up by its supervisor.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(BeginBranch))]
    public async Task BeginBranch(
        [ActivityTrigger] BranchAbandoned abandoned, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = (await runs.GetAsync(abandoned.RunId, cancellationToken))!;
        if (run.Deadline is { } deadline)
        {
            await client.StartOnceAsync(
                Orchestrations.RunDeadline,
                RunDeadlines.InstanceId(run.RunId),
                new RunDeadline(run.RunId, deadline.UtcDateTime),
                isInTheWay: waiting => !waiting.IsCompleted,
                cancellationToken);
        }

        var instance = RunInstances.Of(run);
        if (abandoned.Parent is null && await client.GetInstanceAsync(instance, cancellationToken) is null)
        {
            await client.Entities.SignalEntityAsync(
                AdmissionEntity.Id, AdmissionEntity.Return, new SlotReturn(run.RunId, instance, AdmissionWay.Start), options: null, cancellationToken);
        }
    }

    /// <summary>Ends the run: an effect could not be compensated, so nothing pretends that it was. The rollback may be asked for again.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(GiveUpRollback))]
    public async Task GiveUpRollback(
        [ActivityTrigger] RollbackFailure failure, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await questions.TakeBackAsync(failure.Abandoned, client, cancellationToken);
        foreach (var runId in failure.Abandoned.Restored)
        {
            if (await runs.GetAsync(runId, cancellationToken) is not { IsFinished: false } run)
            {
                continue;
            }

            var open = OpenSteps.AtTheEndOf(run, failure.Problem);
            await journal.CommitAsync(
                new RunCommit
                {
                    RunId = runId,
                    Key = $"rollback/{failure.Abandoned.RollbackId}/failed",
                    Patch = new RunPatch { Status = RunStatus.Failed, Reason = failure.Problem, StepChanges = open.Changes },
                    Events =
                    [
                        .. open.Events,
                        new AuditDraft("rollback.failed", "runtime") { Reason = failure.Problem },
                        new AuditDraft(RunEndEvents.Type(RunStatus.Failed), "runtime") { Reason = failure.Problem },
                    ],
                },
                cancellationToken);
        }
    }

    /// <summary>What the whole tree has used so far.</summary>
    /// <param name="abandoned">What was abandoned.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(SpentByTree))]
    public async Task<BudgetSettlement> SpentByTree([ActivityTrigger] BranchAbandoned abandoned, CancellationToken cancellationToken)
    {
        var tree = await runs.ListTreeAsync(abandoned.RootRunId, cancellationToken);
        return new BudgetSettlement(
            abandoned.RootRunId,
            Amounts.UsedBy(tree),
            time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Asks for a rollback to before a step that failed.</summary>
    /// <param name="failed">The step.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    /// <returns>Why there is none; empty where there will be one.</returns>
    [Function(nameof(RequestStepRollback))]
    public async Task<string> RequestStepRollback(
        [ActivityTrigger] StepRollback failed, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = (await runs.GetAsync(failed.RunId, cancellationToken))!;
        if (await history.FindBeforeStepAsync(run.RunId, failed.StepId, cancellationToken) is not { } checkpoint)
        {
            return "There is no checkpoint before it.";
        }

        var target = await history.FindAsync(run.RunId, checkpoint.Number, cancellationToken);
        if (target.Problem is { } problem && run.RollingBackTo is null)
        {
            return problem;
        }

        var reason = $"The step '{failed.StepId}' failed: {failed.Outcome.Reason}";
        await client.StartOnceAsync(
            Orchestrations.RollBackRun,
            RollBackRun.InstanceId(run.RunId, run.Branch),
            new RollbackRequest(
                Identifiers.Derive("rb", run.RunId, failed.StepId, RunInstances.Of(run)),
                run.RunId,
                checkpoint.Number,
                By: null,
                reason,
                Failed: new StepChange(failed.StepId, StepStatus.Failed, $"{failed.Outcome.Reason} What it had done was rolled back.")),
            isInTheWay: rollback => !rollback.IsCompleted,
            cancellationToken);
        return "";
    }

    private async Task<string?> AskedAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        if (request is { PlanHash: null, Instruction: null })
        {
            return null;
        }

        var plan = request.PlanHash is { } hash ? await blobs.GetJsonAsync<Plan>(hash, cancellationToken) : null;
        return await blobs.PutJsonAsync(new RollbackAsked(plan, request.Instruction), cancellationToken);
    }

    /// <summary>The branch's own orchestrations and the loops of its steps.</summary>
    private async Task<IReadOnlyList<string>> InstancesAsync(
        BranchAbandoned abandoned, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var instance in abandoned.Instances)
        {
            var open = client.GetAllInstancesAsync(new OrchestrationQuery
            {
                InstanceIdPrefix = instance,
                Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended],
            });
            await foreach (var each in open.WithCancellation(cancellationToken))
            {
                if (each.InstanceId == instance || each.InstanceId.StartsWith($"{instance}.", StringComparison.Ordinal))
                {
                    found.Add(each.InstanceId);
                }
            }
        }

        return found;
    }
}
