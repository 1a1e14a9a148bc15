using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Tools;

namespace AgentFunctions.Planning;

/// <summary>Checks a plan before anything is spent on it.</summary>
public static class PlanValidator
{
    /// <summary>Most steps of one plan.</summary>
    public const int MaxSteps = 200;

    /// <summary>Everything that is wrong with a plan; empty where it can be executed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="agent">The agent that would execute it: only its tools and agents may be named.</param>
    /// <param name="tools">The tools that exist.</param>
    /// <param name="agents">Names of the agents that exist.</param>
    /// <param name="history">What earlier plans of the run have left; nothing where this is the first.</param>
    public static IReadOnlyList<PlanProblem> Validate(
        Plan plan, AgentDefinition agent, IToolCatalog tools, ISet<string> agents, PlanHistory? history = null)
    {
        var known = history?.Referable;
        var problems = new List<PlanProblem>();
        if (plan.Steps is not { Count: > 0 and <= MaxSteps })
        {
            problems.Add(new("steps", $"A plan has 1 to {MaxSteps} steps."));
            return problems;
        }

        if (Nulls(plan).ToList() is { Count: > 0 } nulls)
        {
            return nulls;
        }

        var ids = plan.Steps.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < plan.Steps.Count; index++)
        {
            var step = plan.Steps[index];
            var at = string.Create(CultureInfo.InvariantCulture, $"steps[{index}]");
            if (!Identifiers.IsValid(step.Id))
            {
                problems.Add(new($"{at}.id", $"An id is {Identifiers.Rule}."));
            }
            else if (!seen.Add(step.Id))
            {
                problems.Add(new($"{at}.id", $"'{step.Id}' is the id of another step too."));
            }
            else if (history?.Started.Contains(step.Id) == true)
            {
                problems.Add(new($"{at}.id", $"'{step.Id}' is the id of a step of an earlier plan; choose another."));
            }

            problems.AddRange(Dependencies(step, at, ids, known));
            problems.AddRange(Kind(step, at, agent, tools, agents));
            problems.AddRange(OfReferences(step, at, plan, ids, known));
            problems.AddRange((step.Approval?.Problems() ?? []).Select(problem => new PlanProblem($"{at}.approval.{problem.Field}", problem.Problem)));
        }

        if (problems.Count == 0 && PlanGraph.FindCycle(plan) is { } cycle)
        {
            problems.Add(new("steps", $"The steps depend on each other in a cycle: {string.Join(" → ", cycle)}."));
        }

        return problems;
    }

    /// <summary>JSON can put null where a record promises a value.</summary>
    private static IEnumerable<PlanProblem> Nulls(Plan plan)
    {
        for (var index = 0; index < plan.Steps.Count; index++)
        {
            if (plan.Steps[index] is not { } step)
            {
                yield return new(string.Create(CultureInfo.InvariantCulture, $"steps[{index}]"), "A step is an object, not null.");
            }
            else if (step.DependsOn is null || step.DependsOn.Any(dependency => dependency is null))
            {
                yield return new(
                    string.Create(CultureInfo.InvariantCulture, $"steps[{index}].dependsOn"), "It is a list of step ids, without nulls.");
            }
        }
    }

    private static IEnumerable<PlanProblem> Dependencies(PlanStep step, string at, HashSet<string> ids, IReadOnlySet<string>? known) =>
        step.DependsOn
            .Where(dependency => !ids.Contains(dependency) && known?.Contains(dependency) != true)
            .Select(dependency => new PlanProblem($"{at}.dependsOn", $"'{step.Id}' depends on '{dependency}', which does not exist."));

    private static IEnumerable<PlanProblem> Kind(
        PlanStep step, string at, AgentDefinition agent, IToolCatalog tools, ISet<string> agents) => step.Kind switch
        {
            StepKind.Tool => Tool(step, at, agent, tools),
            StepKind.Agent => Agent(step, at, agent, agents),
            StepKind.FanOut => Agent(step, at, agent, agents).Concat(Items(step, at, agent)),
            StepKind.Approval => string.IsNullOrWhiteSpace(step.Description)
                ? [new($"{at}.description", "An approval says what the human is asked.")]
                : [],
            _ => [new($"{at}.kind", "Unknown kind of step.")],
        };

    private static IEnumerable<PlanProblem> Tool(PlanStep step, string at, AgentDefinition agent, IToolCatalog tools)
    {
        if (string.IsNullOrEmpty(step.Tool))
        {
            yield return new($"{at}.tool", "A tool step names its tool.");
        }
        else if (tools.Find(step.Tool) is null)
        {
            yield return new($"{at}.tool", $"There is no tool '{step.Tool}'.");
        }
        else if (!agent.Tools.Contains(step.Tool, StringComparer.Ordinal))
        {
            yield return new($"{at}.tool", $"The agent '{agent.Name}' may not call the tool '{step.Tool}'.");
        }
        else if (!References.Has(step.Args))
        {
            // Arguments with references are checked when the step starts and their values are known.
            foreach (var problem in tools.Validate(step.Tool, step.Args ?? []))
            {
                yield return new($"{at}.args", problem);
            }
        }
    }

    private static IEnumerable<PlanProblem> Agent(PlanStep step, string at, AgentDefinition agent, ISet<string> agents)
    {
        if (string.IsNullOrEmpty(step.Agent))
        {
            yield return new($"{at}.agent", "The step names its agent.");
        }
        else if (!agents.Contains(step.Agent))
        {
            yield return new($"{at}.agent", $"There is no agent '{step.Agent}'.");
        }
        else if (!agent.Agents.Contains(step.Agent, StringComparer.Ordinal))
        {
            yield return new($"{at}.agent", $"The agent '{agent.Name}' may not run the agent '{step.Agent}'.");
        }

        if (string.IsNullOrWhiteSpace(step.Goal))
        {
            yield return new($"{at}.goal", "The step gives its agent a goal.");
        }
    }

    private static IEnumerable<PlanProblem> Items(PlanStep step, string at, AgentDefinition agent)
    {
        if (step.Items is JsonArray literal)
        {
            if (literal.Count > agent.Limits.MaxChildren)
            {
                yield return new($"{at}.items", $"The agent '{agent.Name}' may spawn at most {agent.Limits.MaxChildren} children at once.");
            }
        }
        else if (!References.IsOne(step.Items))
        {
            yield return new($"{at}.items", "A fan-out has a list: an array, or one reference to an array.");
        }
    }

    private static IEnumerable<PlanProblem> OfReferences(
        PlanStep step, string at, Plan plan, HashSet<string> ids, IReadOnlySet<string>? known)
    {
        foreach (var (field, reference) in References.Of(step))
        {
            if (reference.Scope == ReferenceScope.Item && step.Kind != StepKind.FanOut)
            {
                yield return new($"{at}.{field}", $"'{reference}' is known in a fan-out only.");
            }
            else if (reference is { Scope: ReferenceScope.Step } && known?.Contains(reference.StepId!) != true)
            {
                if (!ids.Contains(reference.StepId!))
                {
                    yield return new($"{at}.{field}", $"'{reference}' refers to the step '{reference.StepId}', which does not exist.");
                }
                else if (!PlanGraph.DependsOn(plan, step, reference.StepId!))
                {
                    yield return new(
                        $"{at}.{field}", $"'{reference}' is not known when '{step.Id}' starts: it must depend on '{reference.StepId}'.");
                }
            }
            else if (reference.Scope == ReferenceScope.Unknown)
            {
                yield return new($"{at}.{field}", $"'{reference}' is not a reference: use input, goal, steps.ID or item.");
            }
        }
    }
}
