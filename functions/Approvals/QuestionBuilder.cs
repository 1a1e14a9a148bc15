using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>Says what a human is asked, and on which terms.</summary>
/// <param name="access">The runs.</param>
/// <param name="loopAgents">The definitions of loops.</param>
/// <param name="values">What a step's texts refer to.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="settings">Terms that apply where nothing else is said.</param>
/// <param name="time">The clock.</param>
public sealed class QuestionBuilder(
    RunAccess access, LoopAgents loopAgents, StepValues values, IBlobStore blobs, ApprovalSettings settings, TimeProvider time)
{
    /// <summary>The field of a final result in the arguments of its approval.</summary>
    public const string ResultField = "result";

    private const int LongestText = 200;

    /// <summary>The approval to be stored.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ApprovalRecord> BuildAsync(RunRecord run, ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var (action, description, demanded, policy) = ask.Subject switch
        {
            ApprovalSubject.Plan => await OfPlanAsync(run, cancellationToken),
            ApprovalSubject.Step => await OfStepAsync(run, ask.StepId, cancellationToken),
            ApprovalSubject.ToolCall => await OfCallAsync(ask, cancellationToken),
            ApprovalSubject.Result => await OfResultAsync(run, ask, cancellationToken),
            _ => throw new UnretryableException($"Unknown subject '{ask.Subject}' of an approval."),
        };
        var (terms, now) = (settings.Complete(demanded), time.GetUtcNow());
        return new ApprovalRecord(ask.ApprovalId, run.RunId, ask.StepId, run.Tenant, action, terms.Config, description, now)
        {
            Subject = ask.Subject,
            Terms = terms,
            Policy = policy,
            WaiterId = ask.WaiterId,
            ExpiresAt = now + terms.ExpiresAfter,
        };
    }

    private async Task<(ActionRequest, string, ApprovalTerms, AuditPolicy?)> OfPlanAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var agent = await access.AgentAsync(run, cancellationToken);
        var steps = run.Steps.Where(step => step.Status == StepStatus.Pending).Select(step => step.Step);
        var action = new ActionRequest(
            ApprovalAsk.PlanStepId, new JsonObject { ["steps"] = JsonSerializer.SerializeToNode(steps, AgentJson.Options) });
        return (action, $"Accept the plan of '{run.Agent}' for: {Shortened(run.ShownGoal)}", agent.Approvals?.Plan ?? new(), Of(agent, agent.Approvals?.Plan, "plan"));
    }

    private async Task<(ActionRequest, string, ApprovalTerms, AuditPolicy?)> OfStepAsync(
        RunRecord run, string stepId, CancellationToken cancellationToken)
    {
        var step = StepValues.Find(run, stepId).Step;
        var resolver = await values.ResolverAsync(run, step, cancellationToken);
        var (action, args, otherwise) = step.Kind switch
        {
            StepKind.Agent => (
                step.Agent ?? run.Agent,
                new JsonObject
                {
                    [StepEdit.Goal] = step.Goal is null ? run.ShownGoal : resolver.Text(step.Goal),
                    [StepEdit.Input] = step.Input is null ? await blobs.GetNodeAsync(run.InputHash, cancellationToken) : resolver.Value(step.Input),
                },
                $"Let the agent '{step.Agent ?? run.Agent}' begin the step '{stepId}'?"),
            StepKind.FanOut => (
                step.Agent!,
                new JsonObject { [StepEdit.Goal] = step.Goal, [StepEdit.Items] = resolver.Value(step.Items) },
                $"Let the agent '{step.Agent}' be spawned for the step '{stepId}'?"),
            _ => (stepId, resolver.Value(step.Args) as JsonObject ?? [], $"Let the step '{stepId}' go on?"),
        };
        var description = step.Description is null ? otherwise : resolver.Text(step.Description);
        return (new ActionRequest(action, args), description, step.Approval ?? new(), null);
    }

    private async Task<(ActionRequest, string, ApprovalTerms, AuditPolicy?)> OfCallAsync(ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var question = await blobs.GetJsonAsync<ApprovalQuestion>(ask.ContentHash!, cancellationToken);
        return (
            new ActionRequest(question.Tool, question.Args),
            $"Let the agent '{question.Agent}' call the tool '{question.Tool}'?",
            question.Terms,
            question.Policy);
    }

    private async Task<(ActionRequest, string, ApprovalTerms, AuditPolicy?)> OfResultAsync(
        RunRecord run, ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var agent = ask.StepId == ApprovalAsk.ResultStepId && RunInstances.IsOfRun(ask.WaiterId, run.RunId)
            ? await access.AgentAsync(run, cancellationToken)
            : await loopAgents.OfLoopAsync(run, ask.StepId, cancellationToken);
        var action = new ActionRequest(
            ResultField, new JsonObject { [ResultField] = await blobs.GetNodeAsync(ask.ContentHash, cancellationToken) });
        return (
            action, $"Accept the result of '{agent.Name}' for: {Shortened(run.ShownGoal)}", agent.Approvals?.Result ?? new(), Of(agent, agent.Approvals?.Result, "result"));
    }

    private static AuditPolicy? Of(AgentDefinition agent, ApprovalTerms? terms, string what) =>
        terms is null ? null : AuditPolicy.Of(agent, $"approvals.{what}");

    /// <summary>A question is read at a glance; the run has the whole goal.</summary>
    private static string Shortened(string goal) => goal.Length <= LongestText ? goal : $"{goal.AsSpan(0, LongestText)}…";
}
