using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Approvals;

/// <summary>Puts questions before humans, and takes them back.</summary>
/// <param name="access">The runs.</param>
/// <param name="approvals">The approvals.</param>
/// <param name="builder">What is asked.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="status">What the run shows.</param>
/// <param name="closing">Tells that nobody needs to answer any more.</param>
/// <param name="announcements">Tells outside systems.</param>
public sealed class QuestionActivities(
    RunAccess access,
    IApprovalStore approvals,
    QuestionBuilder builder,
    IBlobStore blobs,
    ActiveStatus status,
    ApprovalClosing closing,
    ApprovalAnnouncements announcements)
{
    /// <summary>Puts the question up, announces it, and sees to it that it is watched where it has a reminder, an escalation or an end.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RequestApproval))]
    public async Task<ApprovalAsked> RequestApproval(
        [ActivityTrigger] ApprovalAsk ask, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(ask.RunId, cancellationToken);
        if (await access.IsRememberedAsync(run.RunId, ask.AnsweredKey, cancellationToken)
            && await access.RememberedAsync<ApprovalAsked>(run.RunId, ask.AskedKey, cancellationToken) is { } answered)
        {
            return answered with { IsAnswered = true };
        }

        var approval = await approvals.GetAsync(ask.ApprovalId, cancellationToken)
            ?? await approvals.CreateAsync(await builder.BuildAsync(run, ask, cancellationToken), cancellationToken);
        var asked = new ApprovalAsked(approval.ApprovalId, ApprovalWatch.Moments(approval).Count > 0);
        await access.CommitAsync(await CommitAsync(run, ask, approval, cancellationToken), asked, cancellationToken);
        if ((await access.GetAsync(run.RunId, cancellationToken)).IsFinished)
        {
            // The run was ended meanwhile, and what ended it may have looked for questions before this one was put.
            await closing.WithdrawAsync(run.RunId, client, cancellationToken);
            return asked;
        }

        if (await access.IsRememberedAsync(run.RunId, GivenUpKey(run), cancellationToken))
        {
            // What asks was already at work when the plan failed: nobody needs to answer, and it goes on without an answer.
            await closing.WithdrawAsync(run.RunId, client, cancellationToken);
            return asked with { IsAnswered = true };
        }

        if (asked.IsWatched)
        {
            await client.StartOnceAsync(
                Orchestrations.ApprovalWatch,
                ApprovalWatch.InstanceId(approval.ApprovalId),
                new WatchedApproval(approval.ApprovalId, approval.RunId, ApprovalWatch.Moments(approval)),
                isInTheWay: _ => true,
                cancellationToken);
        }

        await announcements.TellAsync(client, ApprovalAnnouncements.Requested, approval, cancellationToken);
        return asked;
    }

    /// <summary>Withdraws the run's questions that nobody has answered; returns the given steps for which no answer will come.</summary>
    /// <param name="withdrawal">The steps.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    /// <remarks>An agent's loop that waits for a tool call is told, too, and goes on without it.</remarks>
    [Function(nameof(WithdrawQuestions))]
    public async Task<string[]> WithdrawQuestions(
        [ActivityTrigger] ApprovalWithdrawal withdrawal, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        // First that the plan was given up, so that what is asked from now on is taken back by whoever asks it.
        var given = await access.GetAsync(withdrawal.RunId, cancellationToken);
        await access.CommitAsync(new RunCommit { RunId = given.RunId, Key = GivenUpKey(given) }, withdrawal, cancellationToken);
        var withdrawn = (await closing.WithdrawAsync(withdrawal.RunId, client, cancellationToken))
            .Where(approval => RunInstances.IsOfRun(approval.WaiterId, approval.RunId) && withdrawal.StepIds.Contains(approval.StepId, StringComparer.Ordinal))
            .Select(approval => approval.StepId)
            .ToArray();
        foreach (var stepId in withdrawn)
        {
            var run = await access.GetAsync(withdrawal.RunId, cancellationToken);
            var outcome = new StepOutcome(StepStatus.Skipped, withdrawal.Reason);
            await access.CommitAsync(
                new RunCommit
                {
                    RunId = run.RunId,
                    Key = $"{stepId}/withdrawn",
                    Patch = await status.OfAsync(run, stepId, cancellationToken) with
                    {
                        StepChanges = [new StepChange(stepId, outcome.Status, outcome.Reason)],
                    },
                    Events = [StepEvents.Ended(stepId, AuditActor.Runtime, outcome)],
                },
                outcome,
                cancellationToken);
        }

        return withdrawn;
    }

    /// <summary>Under this key it is remembered that the run's newest plan cannot go on.</summary>
    private static string GivenUpKey(RunRecord run) =>
        FormattableString.Invariant($"givenUp/{run.Steps.Select(step => step.Generation).DefaultIfEmpty().Max()}");

    private async Task<RunCommit> CommitAsync(RunRecord run, ApprovalAsk ask, ApprovalRecord approval, CancellationToken cancellationToken)
    {
        var step = run.Steps.LastOrDefault(each => each.Step.Id == ask.StepId);
        var isOfStep = step is not null && (ask.Subject is ApprovalSubject.Step or ApprovalSubject.ToolCall || !RunInstances.IsOfRun(ask.WaiterId, run.RunId));
        return new RunCommit
        {
            RunId = run.RunId,
            Key = ask.AskedKey,
            Patch = new RunPatch
            {
                Status = RunStatus.Waiting,
                Reason = approval.Description,
                StepChanges = isOfStep ? [new StepChange(ask.StepId, StepStatus.Waiting)] : [],
                AddUsage = ask.Subject == ApprovalSubject.Step && step?.Step.Kind == StepKind.Approval ? RunUsage.OneStep : null,
            },
            Events =
            [
                new AuditDraft("approval.requested", AuditActor.Runtime)
                {
                    StepId = ask.StepId,
                    Reason = approval.Description,
                    InputHash = await blobs.PutJsonAsync(approval.ActionRequest, cancellationToken),
                    CausedBy = ask.Subject == ApprovalSubject.Step ? AuditCause.OfStep(step!.Step) : [],
                    Policy = approval.Policy,
                    Data = new JsonObject
                    {
                        ["approvalId"] = approval.ApprovalId,
                        ["subject"] = JsonSerializer.SerializeToNode(approval.Subject, AgentJson.Options),
                        ["terms"] = JsonSerializer.SerializeToNode(approval.Terms, AgentJson.Options),
                    },
                },
            ],
        };
    }
}
