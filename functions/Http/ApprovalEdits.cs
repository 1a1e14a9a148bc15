using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Planning;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Tools;

namespace AgentFunctions.Http;

/// <summary>Checks changed arguments where their author can still correct them, so that nobody later takes them for an agent's mistake.</summary>
public sealed class ApprovalEdits(IRunStore runs, IAgentCatalog agents, LoopAgents loopAgents, IToolCatalog tools, PolicyGate gate, ToolApprovals rules)
{
    /// <summary>What is wrong with changed arguments; empty where nothing is.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<IReadOnlyList<FieldError>> ProblemsAsync(ApprovalRecord approval, JsonObject args, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(approval.RunId, cancellationToken);
        var problems = (approval.Subject, run) switch
        {
            (_, null) => [new PlanProblem("", $"The run '{approval.RunId}' of the approval is gone.")],
            (ApprovalSubject.ToolCall, _) => await OfCallAsync(run, approval, args, cancellationToken),
            (ApprovalSubject.Plan, _) => await OfPlanAsync(run, args, cancellationToken),
            (ApprovalSubject.Result, _) => await OfResultAsync(run, approval, args, cancellationToken),
            (ApprovalSubject.Step, _) => await OfStepAsync(run, approval, args, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown subject '{approval.Subject}'."),
        };
        return [.. problems.Select(problem => new FieldError(problem.Field.Length == 0 ? "args" : $"args.{problem.Field}", problem.Problem))];
    }

    private async Task<IEnumerable<PlanProblem>> OfCallAsync(
        RunRecord run, ApprovalRecord approval, JsonObject args, CancellationToken cancellationToken)
    {
        var tool = approval.ActionRequest.Action;
        if (tools.Validate(tool, args) is { Count: > 0 } problems)
        {
            return problems.Select(problem => new PlanProblem("", problem));
        }

        // A human decides within the policy, too: the call would be denied.
        var agent = RunInstances.IsOfRun(approval.WaiterId, run.RunId)
            ? await agents.GetByHashAsync(run.AgentHash, cancellationToken)
            : await loopAgents.OfLoopAsync(run, approval.StepId, cancellationToken);
        if (gate.CheckCall(agent, tool, args) is { } denial)
        {
            return [new PlanProblem("", $"denied: {denial.Message}")];
        }

        return rules.Beyond(new ToolRequest(run, agent, approval.StepId, approval.ApprovalId, tool, args), approval.Terms) is { } policy
            ? [new PlanProblem("", $"By the rule '{policy.Rule}' of '{policy.Name}' others have to be asked about these arguments; answer with a response, so that they are.")]
            : [];
    }

    private async Task<IEnumerable<PlanProblem>> OfPlanAsync(RunRecord run, JsonObject args, CancellationToken cancellationToken)
    {
        try
        {
            var all = await agents.ListAsync(cancellationToken);
            var plan = args.Deserialize<Plan>(AgentJson.Options)!;
            var agent = await agents.GetByHashAsync(run.AgentHash, cancellationToken);
            var problems = PlanValidator.Validate(
                plan,
                agent,
                tools,
                all.Select(each => each.Definition.Name).ToHashSet(StringComparer.Ordinal),
                PlanHistory.Of([.. run.Steps.Where(step => step.Status != StepStatus.Pending)]));
            return problems.Count > 0
                ? problems
                : (await gate.CheckPlanAsync(plan, agent, run, cancellationToken)).Select(denied => denied.Problem);
        }
        catch (JsonException error)
        {
            return [new PlanProblem("", $"It is not a plan: {error.Message}")];
        }
    }

    private async Task<IEnumerable<PlanProblem>> OfStepAsync(
        RunRecord run, ApprovalRecord approval, JsonObject args, CancellationToken cancellationToken)
    {
        var agent = await agents.GetByHashAsync(run.AgentHash, cancellationToken);
        return run.Steps.LastOrDefault(step => step.Step.Id == approval.StepId) is { } state
            ? StepEdit.Problems(state.Step, args, agent.Limits.MaxChildren)
            : [];
    }

    private async Task<IEnumerable<PlanProblem>> OfResultAsync(
        RunRecord run, ApprovalRecord approval, JsonObject args, CancellationToken cancellationToken)
    {
        if (args.Count != 1 || !args.TryGetPropertyValue(QuestionBuilder.ResultField, out var result))
        {
            return [new PlanProblem("", $"It has one field, '{QuestionBuilder.ResultField}'.")];
        }

        if (RunInstances.IsOfRun(approval.WaiterId, run.RunId))
        {
            return [];
        }

        // What an agent of its own accord may not answer, a human may not put into its mouth either.
        var agent = await loopAgents.OfLoopAsync(run, approval.StepId, cancellationToken);
        return agent.Output is null
            ? []
            : ValueSchema.Read(agent.Output.ToJsonString()).Validate(result).Select(problem => new PlanProblem(QuestionBuilder.ResultField, problem));
    }
}
