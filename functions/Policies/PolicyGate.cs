using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;

namespace AgentFunctions.Policies;

/// <summary>A denial of one field of a plan.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Field">The field at fault, such as <c>steps[2].tool</c>.</param>
/// <param name="Denial">The denial.</param>
public sealed record PlanDenial(string StepId, string Field, PolicyDenial Denial)
{
    /// <summary>It as the caller or the planner is told it: a failure of kind <c>denied</c>.</summary>
    public PlanProblem Problem => new(Field, $"denied: {Denial.Message}");
}

/// <summary>A spawn was denied; the step fails as denied, with the denial on record.</summary>
/// <param name="agent">The agent whose policy denies it.</param>
/// <param name="denial">The denial.</param>
public sealed class SpawnDeniedException(string agent, PolicyDenial denial) : Exception(denial.Message)
{
    /// <summary>The agent whose policy denies it.</summary>
    public string Agent { get; } = agent;

    /// <summary>The denial.</summary>
    public PolicyDenial Denial { get; } = denial;
}

/// <summary>Asks the <see cref="PolicyEngine"/> on behalf of runs: before a plan is accepted, before a tool is called, before children are spawned.</summary>
/// <param name="policies">The policies.</param>
/// <param name="tools">The tools, which may declare what a call spends.</param>
/// <param name="access">The runs.</param>
/// <param name="runs">The runs' records.</param>
public sealed class PolicyGate(IPolicyCatalog policies, IToolCatalog tools, RunAccess access, IRunStore runs)
{
    /// <summary>The rule by which an agent's own definition says which tools it may call.</summary>
    public const string AgentTools = "tools";

    private const string AgentLimits = "limits";

    /// <summary>The policy that holds for an agent, as events name it.</summary>
    /// <param name="agent">The agent.</param>
    public AuditPolicy PolicyOf(AgentDefinition agent)
    {
        var policy = policies.Of(agent);
        return new AuditPolicy(policy.Name, policy.Hash);
    }

    /// <summary>The tools of an agent that its policy does not deny; a model is offered no others.</summary>
    /// <param name="agent">The agent.</param>
    public IEnumerable<string> OfferedTools(AgentDefinition agent)
    {
        var policy = policies.Of(agent);
        return agent.Tools.Where(tool => PolicyEngine.CheckTool(policy, agent.Name, tool) is null);
    }

    /// <summary>Whether an agent may make a call.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The denial, or <see langword="null"/>.</returns>
    public PolicyDenial? CheckCall(AgentDefinition agent, string tool, JsonObject arguments) =>
        agent.Tools.Contains(tool, StringComparer.Ordinal)
            ? PolicyEngine.CheckCall(policies.Of(agent), agent.Name, tool, arguments, tools.CostUsd(tool))
            : ByDefinition(agent, AgentTools, $"The agent '{agent.Name}' may not call the tool '{tool}'.");

    /// <summary>Everything in a plan that is denied whatever its references stand for; the rest is checked when the step starts.</summary>
    /// <param name="plan">A plan that is valid otherwise.</param>
    /// <param name="agent">The agent that would execute it.</param>
    /// <param name="run">The run; <see langword="null"/> where there is none yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<PlanDenial>> CheckPlanAsync(
        Plan plan, AgentDefinition agent, RunRecord? run, CancellationToken cancellationToken)
    {
        var policy = policies.Of(agent);
        var spawned = plan.Steps.Any(step => step.Kind == StepKind.FanOut) ? await SpawnedAsync(run, policy, stepId: null, cancellationToken) : 0;
        var denials = new List<PlanDenial>();
        foreach (var (index, step) in plan.Steps.Index())
        {
            var at = FormattableString.Invariant($"steps[{index}]");
            if (step is { Kind: StepKind.Tool, Tool: { } tool })
            {
                var arguments = References.Has(step.Args) ? null : step.Args ?? [];
                Add(denials, step, $"{at}.tool", PolicyEngine.CheckTool(policy, agent.Name, tool));
                Add(denials, step, $"{at}.args", arguments is null || PolicyEngine.CheckTool(policy, agent.Name, tool) is not null
                    ? null
                    : PolicyEngine.CheckCall(policy, agent.Name, tool, arguments, tools.CostUsd(tool)));
            }
            else if (step.Kind == StepKind.FanOut)
            {
                var children = (step.Items as JsonArray)?.Count ?? 0;
                Add(denials, step, $"{at}.kind", (await DepthDenialAsync(run, agent, cancellationToken))?.Denial);
                Add(denials, step, $"{at}.items", PolicyEngine.CheckFanOut(policy, agent.Name, children, spawned));
                spawned += children;
            }
        }

        return denials;
    }

    /// <summary>Refuses to spawn children.</summary>
    /// <param name="run">The run that spawns them.</param>
    /// <param name="agent">Its agent.</param>
    /// <param name="stepId">The step that spawns them.</param>
    /// <param name="children">How many.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SpawnDeniedException">A policy, or the definition of an agent above, denies it.</exception>
    public async Task RequireSpawnAsync(
        RunRecord run, AgentDefinition agent, string stepId, int children, CancellationToken cancellationToken)
    {
        if (await DepthDenialAsync(run, agent, cancellationToken) is { } deep)
        {
            throw deep;
        }

        if (children > agent.Limits.MaxChildren)
        {
            throw new SpawnDeniedException(agent.Name, ByDefinition(agent, AgentLimits, FormattableString.Invariant(
                $"{children} children are more than the {agent.Limits.MaxChildren} that '{agent.Name}' may spawn.")));
        }

        var policy = policies.Of(agent);
        var spawned = await SpawnedAsync(run, policy, stepId, cancellationToken);
        if (PolicyEngine.CheckFanOut(policy, agent.Name, children, spawned) is { } denial)
        {
            throw new SpawnDeniedException(agent.Name, denial);
        }
    }

    /// <summary>The limit of every run above counts, so that no agent gets around it by spawning another one.</summary>
    private async Task<SpawnDeniedException?> DepthDenialAsync(RunRecord? run, AgentDefinition agent, CancellationToken cancellationToken)
    {
        var depth = (run?.Depth ?? 0) + 1;
        for (var (above, of) = (run, agent); ;)
        {
            var levels = depth - (above?.Depth ?? 0);
            var denial = levels > of.Limits.MaxDepth
                ? ByDefinition(of, AgentLimits, FormattableString.Invariant(
                    $"'{of.Name}' may not have runs deeper than {of.Limits.MaxDepth} levels below it."))
                : PolicyEngine.CheckDepth(policies.Of(of), of.Name, levels);
            if (denial is not null)
            {
                return new SpawnDeniedException(of.Name, denial);
            }

            if (above?.ParentRunId is not { } parent)
            {
                return null;
            }

            above = await access.GetAsync(parent, cancellationToken);
            of = await access.AgentAsync(above, cancellationToken);
        }
    }

    /// <summary>Children of the run's other steps; those of the step itself may be left of an attempt that did not come to its end.</summary>
    private async Task<int> SpawnedAsync(RunRecord? run, PolicySnapshot policy, string? stepId, CancellationToken cancellationToken) =>
        run is null || policy.Policy.Spawn.All(rule => rule.MaxChildren is null)
            ? 0
            : (await runs.ListTreeAsync(run.RootRunId, cancellationToken))
                .Count(each => each.ParentRunId == run.RunId && each.ParentStepId != stepId);

    private static void Add(List<PlanDenial> denials, PlanStep step, string field, PolicyDenial? denial)
    {
        if (denial is not null)
        {
            denials.Add(new PlanDenial(step.Id, field, denial));
        }
    }

    private static PolicyDenial ByDefinition(AgentDefinition agent, string rule, string reason) =>
        new(AuditPolicy.Of(agent, rule), reason);
}
