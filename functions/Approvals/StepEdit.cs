using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Planning;

namespace AgentFunctions.Approvals;

/// <summary>Changed arguments of a step that waits to start. Pure.</summary>
public static class StepEdit
{
    /// <summary>The goal of an agent step or a fan-out.</summary>
    public const string Goal = "goal";

    /// <summary>The input of an agent step.</summary>
    public const string Input = "input";

    /// <summary>The list of a fan-out.</summary>
    public const string Items = "items";

    /// <summary>What is wrong with them; empty where nothing is.</summary>
    /// <param name="step">The step.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="mostItems">Most children of one fan-out.</param>
    public static IEnumerable<PlanProblem> Problems(PlanStep step, JsonObject args, int mostItems)
    {
        if (step.Kind is not (StepKind.Agent or StepKind.FanOut))
        {
            yield break;
        }

        var known = step.Kind == StepKind.Agent ? (string[])[Goal, Input] : [Goal, Items];
        foreach (var name in args.Select(field => field.Key).Except(known, StringComparer.Ordinal))
        {
            yield return new(name, "There is no such field.");
        }

        if (args[Goal] is not JsonValue goal || goal.GetValueKind() != JsonValueKind.String || string.IsNullOrWhiteSpace(goal.GetValue<string>()))
        {
            yield return new(Goal, "The agent needs a goal.");
        }

        if (step.Kind == StepKind.FanOut && (args[Items] is not JsonArray items || items.Count > mostItems))
        {
            yield return new(Items, FormattableString.Invariant($"It must be a list of at most {mostItems}."));
        }
    }
}
