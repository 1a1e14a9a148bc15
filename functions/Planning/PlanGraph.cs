namespace AgentFunctions.Planning;

/// <summary>Questions about a plan's edges.</summary>
public static class PlanGraph
{
    /// <summary>Whether a step comes after another one, directly or through others.</summary>
    /// <param name="plan">The plan; may hold cycles.</param>
    /// <param name="step">The step.</param>
    /// <param name="stepId">The other one.</param>
    public static bool DependsOn(Plan plan, PlanStep step, string stepId)
    {
        var byId = ById(plan);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(step.DependsOn);
        while (open.TryPop(out var id))
        {
            if (id == stepId)
            {
                return true;
            }

            if (visited.Add(id) && byId.TryGetValue(id, out var next))
            {
                foreach (var dependency in next.DependsOn)
                {
                    open.Push(dependency);
                }
            }
        }

        return false;
    }

    /// <summary>Ids of a cycle, its first repeated at the end; <see langword="null"/> where there is none.</summary>
    /// <param name="plan">The plan.</param>
    /// <remarks>Removes steps without open dependencies until none is left (Kahn 1962); what then remains holds a cycle.</remarks>
    public static IReadOnlyList<string>? FindCycle(Plan plan)
    {
        var open = ById(plan);
        while (open.Values.Where(step => !step.DependsOn.Any(open.ContainsKey)).ToList() is { Count: > 0 } free)
        {
            free.ForEach(step => open.Remove(step.Id));
        }

        if (open.Count == 0)
        {
            return null;
        }

        var path = new List<string>();
        var current = open.Values.First();
        while (!path.Contains(current.Id))
        {
            path.Add(current.Id);
            current = open[current.DependsOn.First(open.ContainsKey)];
        }

        return [.. path[path.IndexOf(current.Id)..], current.Id];
    }

    /// <summary>The last step that nothing depends on: its output is the plan's result.</summary>
    /// <param name="plan">A valid plan.</param>
    public static PlanStep Sink(Plan plan) =>
        plan.Steps.Last(step => !plan.Steps.Any(other => other.DependsOn.Contains(step.Id, StringComparer.Ordinal)));

    private static Dictionary<string, PlanStep> ById(Plan plan)
    {
        var byId = new Dictionary<string, PlanStep>(StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            byId[step.Id] = step;
        }

        return byId;
    }
}
