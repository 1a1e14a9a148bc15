using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Approvals;

/// <summary>Human decisions.</summary>
/// <param name="access">The runs.</param>
/// <param name="approvals">The approvals.</param>
/// <param name="values">What a step's texts refer to.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="status">What the run shows.</param>
/// <param name="time">The clock.</param>
public sealed class ApprovalActivities(
    RunAccess access, IApprovalStore approvals, StepValues values, IBlobStore blobs, ActiveStatus status, TimeProvider time)
{
    /// <summary>Puts the question up and returns the approval's id.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(RequestApproval))]
    public async Task<string> RequestApproval([ActivityTrigger] ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(ask.RunId, cancellationToken);
        var approvalId = ask.ApprovalId;
        var (action, description) = ask.Generation is null
            ? await OfStepAsync(run, ask.StepId, cancellationToken)
            : (OfPlan(run), $"Accept the plan of '{run.Agent}' for: {Shortened(run.Goal)}");
        await approvals.CreateAsync(
            new ApprovalRecord(
                approvalId,
                run.RunId,
                ask.StepId,
                run.Tenant,
                action,
                new ApprovalConfig(AllowAccept: true, AllowEdit: true, AllowRespond: true, AllowIgnore: true),
                description,
                time.GetUtcNow()),
            cancellationToken);
        await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = $"{ask.Key}/asked",
                Patch = new RunPatch
                {
                    Status = RunStatus.Waiting,
                    Reason = description,
                    StepChanges = ask.Generation is null ? [new StepChange(ask.StepId, StepStatus.Waiting)] : [],
                },
                Events =
                [
                    new AuditDraft("approval.requested", "runtime")
                    {
                        StepId = ask.StepId,
                        Reason = description,
                        InputHash = await blobs.PutJsonAsync(action, cancellationToken),
                        CausedBy = ask.Generation is null ? AuditCause.OfStep(StepValues.Find(run, ask.StepId).Step) : [],
                        Data = new JsonObject { ["approvalId"] = approvalId },
                    },
                ],
            },
            approvalId,
            cancellationToken);
        if ((await access.GetAsync(run.RunId, cancellationToken)).IsFinished)
        {
            // The run was ended meanwhile, and what ended it may have looked for questions before this one was put.
            await approvals.WithdrawAsync(run.RunId, cancellationToken);
        }

        return approvalId;
    }

    /// <summary>Applies the answer to an approval step.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecideStep))]
    public async Task<StepOutcome> DecideStep([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        var (ask, answer) = (decision.Ask, decision.Answer);
        var approval = await GetAsync(decision.ApprovalId, cancellationToken);
        var outcome = answer.Type == ApprovalAnswerType.Ignore
            ? new StepOutcome(StepStatus.Skipped, answer.Reason ?? $"{answer.By} chose to skip it.")
            : new StepOutcome(StepStatus.Completed, OutputHash: await blobs.PutJsonAsync(Output(approval, answer), cancellationToken));
        var run = await access.GetAsync(ask.RunId, cancellationToken);
        var actor = AuditActor.Human(answer.By);
        var behind = outcome.Status == StepStatus.Skipped ? OpenSteps.Behind(run, ask.StepId, actor) : new OpenSteps([], []);
        var decided = await access.CommitAsync(
            Answered(decision) with
            {
                Events = [await EventAsync(decision, cancellationToken), StepEvents.Ended(ask.StepId, actor, outcome), .. behind.Events],
                Patch = await status.OfAsync(run, ask.StepId, cancellationToken) with
                {
                    StepChanges = [new StepChange(ask.StepId, outcome.Status, outcome.Reason, outcome.OutputHash), .. behind.Changes],
                },
                Checkpoint = new CheckpointDraft(ask.StepId, "step", "approval", outcome.OutputHash),
            },
            outcome,
            cancellationToken);
        await status.CorrectAsync(ask.RunId, $"{ask.Key}/shown", cancellationToken);
        return decided;
    }

    /// <summary>Withdraws the questions of steps, unless somebody was faster and has answered; returns those that were withdrawn.</summary>
    /// <param name="withdrawal">The steps.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(WithdrawQuestions))]
    public async Task<string[]> WithdrawQuestions([ActivityTrigger] ApprovalWithdrawal withdrawal, CancellationToken cancellationToken)
    {
        await approvals.WithdrawAsync(withdrawal.RunId, cancellationToken);
        var withdrawn = (await approvals.ListOfRunAsync(withdrawal.RunId, cancellationToken))
            .Where(approval => approval.Status == ApprovalStatus.Withdrawn && withdrawal.StepIds.Contains(approval.StepId, StringComparer.Ordinal))
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
                    Events = [StepEvents.Ended(stepId, "runtime", outcome)],
                },
                outcome,
                cancellationToken);
        }

        return withdrawn;
    }

    /// <summary>Applies the answer to a plan.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecidePlan))]
    public async Task<PlanDecision> DecidePlan([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        var answer = decision.Answer;
        var edited = answer.Type == ApprovalAnswerType.Edit
            ? await blobs.PutJsonAsync(answer.Args, cancellationToken)
            : null;
        return await access.CommitAsync(
            Answered(decision) with
            {
                Events = [await EventAsync(decision, cancellationToken)],
                Patch = new RunPatch { Status = answer.Type == ApprovalAnswerType.Accept ? RunStatus.Running : RunStatus.Planning },
            },
            new PlanDecision(answer.Type, Text(answer), edited, answer.Reason),
            cancellationToken);
    }

    private static RunCommit Answered(ApprovalDecision decision) =>
        new() { RunId = decision.Ask.RunId, Key = $"{decision.Ask.Key}/answered" };

    private async Task<AuditDraft> EventAsync(ApprovalDecision decision, CancellationToken cancellationToken) => new("approval.answered", AuditActor.Human(decision.Answer.By))
    {
        StepId = decision.Ask.StepId,
        Reason = decision.Answer.Reason,
        OutputHash = await blobs.PutJsonAsync(decision.Answer, cancellationToken),
        Data = new JsonObject
        {
            ["approvalId"] = decision.ApprovalId,
            ["type"] = JsonSerializer.SerializeToNode(decision.Answer.Type, AgentJson.Options),
        },
    };

    private static JsonNode? Output(ApprovalRecord approval, ApprovalAnswer answer) => answer.Type switch
    {
        ApprovalAnswerType.Accept => approval.ActionRequest.Args,
        ApprovalAnswerType.Edit => answer.Args,
        ApprovalAnswerType.Response => new JsonObject { ["response"] = Text(answer) },
        _ => throw new UnretryableException($"'{answer.Type}' has no output."),
    };

    private static string? Text(ApprovalAnswer answer) => answer.Args?["text"]?.ToString() ?? answer.Reason;

    /// <summary>A question is read at a glance; the run has the whole goal.</summary>
    private static string Shortened(string goal)
    {
        const int Most = 200;
        return goal.Length <= Most ? goal : $"{goal.AsSpan(0, Most)}…";
    }

    private static ActionRequest OfPlan(RunRecord run) => new(
        ApprovalAsk.PlanStepId,
        new JsonObject
        {
            ["steps"] = JsonSerializer.SerializeToNode(
                run.Steps.Where(step => step.Status == StepStatus.Pending).Select(step => step.Step), AgentJson.Options),
        });

    private async Task<(ActionRequest Action, string Description)> OfStepAsync(
        RunRecord run, string stepId, CancellationToken cancellationToken)
    {
        var step = StepValues.Find(run, stepId).Step;
        var resolver = await values.ResolverAsync(run, step, cancellationToken);
        return (new ActionRequest(stepId, resolver.Value(step.Args) as JsonObject ?? []), resolver.Text(step.Description!));
    }

    private async Task<ApprovalRecord> GetAsync(string approvalId, CancellationToken cancellationToken) =>
        await approvals.GetAsync(approvalId, cancellationToken)
            ?? throw new UnretryableException($"There is no approval '{approvalId}'.");
}
