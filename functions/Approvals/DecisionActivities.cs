using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Approvals;

/// <summary>Applies answers to what has waited for them. Each returns <see langword="null"/> where there is no answer yet.</summary>
/// <param name="access">The runs.</param>
/// <param name="approvals">The approvals.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="status">What the run shows.</param>
public sealed class DecisionActivities(RunAccess access, IApprovalStore approvals, IBlobStore blobs, ActiveStatus status)
{
    private const string WithdrawnReason = "The question was withdrawn: nobody needs to decide it any more.";

    /// <summary>Applies the answer to an approval step.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecideStep))]
    public async Task<StepDecision?> DecideStep([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken) =>
        await AnsweredAsync(decision, cancellationToken) is { } answered
            ? new StepDecision(await EndAsync(answered, await OfApprovalStepAsync(answered, cancellationToken), cancellationToken))
            : null;

    /// <summary>Applies the answer to a step that waits to start.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecideStart))]
    public async Task<StepDecision?> DecideStart([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        if (await AnsweredAsync(decision, cancellationToken) is not { } answered)
        {
            return null;
        }

        var answer = answered.Answer;
        if (answer.Type is ApprovalAnswerType.Ignore or ApprovalAnswerType.Response)
        {
            var outcome = answer.Type == ApprovalAnswerType.Ignore ? Skipped(answer) : StepOutcome.Failed(Told(answer));
            return new StepDecision(await EndAsync(answered, outcome, cancellationToken));
        }

        var edited = answer.Type == ApprovalAnswerType.Edit ? await blobs.PutJsonAsync(answer.Args, cancellationToken) : null;
        return await CommitAsync(
            answered,
            change => change with { ArgsHash = edited },
            new StepDecision(Outcome: null),
            cancellationToken);
    }

    /// <summary>Applies the answer to a tool call of an agent.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecideCall))]
    public async Task<CallDecision?> DecideCall([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        if (await AnsweredAsync(decision, cancellationToken) is not { } answered)
        {
            return null;
        }

        var answer = answered.Answer;
        var edited = answer.Type == ApprovalAnswerType.Edit ? await blobs.PutJsonAsync(answer.Args, cancellationToken) : null;
        var text = answer.Type switch
        {
            ApprovalAnswerType.Response => Told(answer),
            ApprovalAnswerType.Ignore => $"{Who(answer)} chose to skip the call{(answer.Reason is null ? "." : $": {answer.Reason}")}",
            _ => null,
        };
        return await CommitAsync(answered, change => change, new CallDecision(answer.Type, edited, text), cancellationToken);
    }

    /// <summary>Applies the answer to a plan.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecidePlan))]
    public async Task<PlanDecision?> DecidePlan([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        if (await AnsweredAsync(decision, cancellationToken) is not { } answered)
        {
            return null;
        }

        var answer = answered.Answer;
        var edited = answer.Type == ApprovalAnswerType.Edit ? await blobs.PutJsonAsync(answer.Args, cancellationToken) : null;
        return await access.CommitAsync(
            Commit(answered) with
            {
                Events = [await EventAsync(answered, cancellationToken)],
                Patch = new RunPatch { Status = answer.Type == ApprovalAnswerType.Accept ? RunStatus.Running : RunStatus.Planning },
            },
            new PlanDecision(answer.Type, Text(answer), edited, answer.Reason, IsByNobody(answer)),
            cancellationToken);
    }

    /// <summary>Applies the answer to a final result.</summary>
    /// <param name="decision">The answer.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(DecideResult))]
    public async Task<ResultDecision?> DecideResult([ActivityTrigger] ApprovalDecision decision, CancellationToken cancellationToken)
    {
        if (await AnsweredAsync(decision, cancellationToken) is not { } answered)
        {
            return null;
        }

        var answer = answered.Answer;
        var result = answer.Type switch
        {
            ApprovalAnswerType.Accept => decision.Ask.ContentHash,
            ApprovalAnswerType.Edit => await blobs.PutJsonAsync(answer.Args?[QuestionBuilder.ResultField], cancellationToken),
            _ => null,
        };
        var decided = new ResultDecision(answer.Type, result, Text(answer), answer.Reason, IsByNobody(answer));
        return RunInstances.IsOfRun(decision.Ask.WaiterId, decision.Ask.RunId)
            ? await access.CommitAsync(
                Commit(answered) with
                {
                    Events = [await EventAsync(answered, cancellationToken)],
                    Patch = new RunPatch { Status = answer.Type == ApprovalAnswerType.Response ? RunStatus.Planning : RunStatus.Running },
                },
                decided,
                cancellationToken)
            : await DecideAnswerAsync(answered, decided, cancellationToken);
    }

    /// <summary>The answer of a loop ends its step, unless the agent is to give another one.</summary>
    private async Task<ResultDecision> DecideAnswerAsync(Answered answered, ResultDecision decided, CancellationToken cancellationToken)
    {
        if (decided.Type == ApprovalAnswerType.Response)
        {
            var text = await blobs.PutJsonAsync(Told(answered.Answer), cancellationToken);
            return await CommitAsync(answered, change => change, decided with { TextHash = text }, cancellationToken);
        }

        var outcome = decided.Type == ApprovalAnswerType.Ignore
            ? Skipped(answered.Answer)
            : new StepOutcome(StepStatus.Completed, OutputHash: decided.ResultHash);
        return decided with { Outcome = await EndAsync(answered, outcome, cancellationToken) };
    }

    private static bool IsByNobody(ApprovalAnswer answer) => answer.By == ApprovalRules.Nobody;

    private static string Who(ApprovalAnswer answer) => IsByNobody(answer) ? "The runtime" : answer.By;

    private static string Told(ApprovalAnswer answer) => IsByNobody(answer)
        ? Text(answer) ?? WithdrawnReason
        : $"{answer.By} answered instead of letting it go on: {Text(answer)}";

    private static string? Text(ApprovalAnswer answer) => answer.Args?["text"]?.ToString() ?? answer.Reason;

    private static StepOutcome Skipped(ApprovalAnswer answer) =>
        new(StepStatus.Skipped, answer.Reason ?? $"{answer.By} chose to skip it.");

    private static RunCommit Commit(Answered answered) => new() { RunId = answered.Ask.RunId, Key = answered.Ask.AnsweredKey };

    private async Task<Answered?> AnsweredAsync(ApprovalDecision decision, CancellationToken cancellationToken)
    {
        var approval = await approvals.GetAsync(decision.ApprovalId, cancellationToken)
            ?? throw new UnretryableException($"There is no approval '{decision.ApprovalId}'.");
        var answer = approval.Status == ApprovalStatus.Withdrawn
            ? new ApprovalAnswer(ApprovalAnswerType.Ignore, Args: null, ApprovalRules.Nobody, WithdrawnReason, approval.CreatedAt)
            : approval.Answer;
        return answer is null ? null : new Answered(decision.Ask, approval, answer);
    }

    private async Task<StepOutcome> OfApprovalStepAsync(Answered answered, CancellationToken cancellationToken)
    {
        var answer = answered.Answer;
        JsonNode? output;
        switch (answer.Type)
        {
            case ApprovalAnswerType.Ignore:
                return Skipped(answer);
            case ApprovalAnswerType.Accept:
                output = answered.Approval.ActionRequest.Args;
                break;
            case ApprovalAnswerType.Edit:
                output = answer.Args;
                break;
            case ApprovalAnswerType.Response:
                output = new JsonObject { ["response"] = Text(answer) };
                break;
            default:
                throw new UnretryableException($"Unknown answer '{answer.Type}'.");
        }

        return new StepOutcome(StepStatus.Completed, OutputHash: await blobs.PutJsonAsync(output, cancellationToken));
    }

    /// <summary>The answer ends the step, and with a skipped one what depends on it.</summary>
    private async Task<StepOutcome> EndAsync(Answered answered, StepOutcome outcome, CancellationToken cancellationToken)
    {
        var (ask, answer) = (answered.Ask, answered.Answer);
        var run = await access.GetAsync(ask.RunId, cancellationToken);
        var actor = Actor(answer);
        var behind = outcome.Status == StepStatus.Skipped ? OpenSteps.Behind(run, ask.StepId, actor) : new OpenSteps([], []);
        var decided = await access.CommitAsync(
            Commit(answered) with
            {
                Events = [await EventAsync(answered, cancellationToken), StepEvents.Ended(ask.StepId, actor, outcome), .. behind.Events],
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

    /// <summary>The step goes on, unless it waits for another answer as well.</summary>
    private async Task<T> CommitAsync<T>(Answered answered, Func<StepChange, StepChange> change, T decided, CancellationToken cancellationToken)
        where T : class
    {
        var ask = answered.Ask;
        var run = await access.GetAsync(ask.RunId, cancellationToken);
        var others = await approvals.ListOfRunAsync(ask.RunId, cancellationToken);
        var next = others.FirstOrDefault(other => other.Status == ApprovalStatus.Pending && other.StepId == ask.StepId);
        var shown = next is null
            ? await status.OfAsync(run, ask.StepId, cancellationToken)
            : new RunPatch { Status = RunStatus.Waiting, Reason = next.Description };
        return await access.CommitAsync(
            Commit(answered) with
            {
                Events = [await EventAsync(answered, cancellationToken)],
                Patch = shown with
                {
                    StepChanges = [change(new StepChange(ask.StepId, next is null ? StepStatus.Running : StepStatus.Waiting))],
                },
            },
            decided,
            cancellationToken);
    }

    private static AuditActor Actor(ApprovalAnswer answer) => IsByNobody(answer) ? AuditActor.Runtime : AuditActor.Human(answer.By);

    private async Task<AuditDraft> EventAsync(Answered answered, CancellationToken cancellationToken)
    {
        var (approval, answer) = (answered.Approval, answered.Answer);
        var type = approval.Status switch
        {
            ApprovalStatus.Expired => "approval.expired",
            ApprovalStatus.Withdrawn => "approval.withdrawn",
            _ => "approval.answered",
        };
        return new AuditDraft(type, Actor(answer))
        {
            StepId = answered.Ask.StepId,
            Reason = answer.Reason,
            Policy = approval.Policy,
            OutputHash = await blobs.PutJsonAsync(answer, cancellationToken),
            Data = new JsonObject
            {
                ["approvalId"] = approval.ApprovalId,
                ["type"] = JsonSerializer.SerializeToNode(answer.Type, AgentJson.Options),
                ["votes"] = new JsonArray([.. approval.Votes.Select(vote => (JsonNode)new JsonObject
                {
                    ["by"] = vote.By,
                    ["approverId"] = vote.ApproverId,
                    ["verified"] = vote.IsVerified,
                    ["type"] = JsonSerializer.SerializeToNode(vote.Type, AgentJson.Options),
                    ["revision"] = vote.Revision,
                    ["at"] = JsonSerializer.SerializeToNode(vote.At, AgentJson.Options),
                })]),
            },
        };
    }

    private sealed record Answered(ApprovalAsk Ask, ApprovalRecord Approval, ApprovalAnswer Answer);
}
