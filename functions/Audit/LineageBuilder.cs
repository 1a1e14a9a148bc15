using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>
/// Reads the graph out of audit logs. Pure: the logs alone decide. Each event belongs to one node, so the costs of the nodes are all
/// costs; a node is led to by the node of the event that caused its first one.
/// </summary>
public static class LineageBuilder
{
    /// <summary>The graph of runs.</summary>
    /// <param name="logs">The runs with their whole logs, parents before their children.</param>
    public static Lineage Build(IReadOnlyList<(RunRecord Run, IReadOnlyList<AuditEvent> Events)> logs)
    {
        var graph = new LineageGraph();
        foreach (var entry in InOrderOfCauses(logs))
        {
            Add(graph, entry.Run, entry.Event);
        }

        return new Lineage(logs[0].Run.RunId, graph.Nodes.Sum(node => node.CostUsd), graph.Nodes, graph.Edges);
    }

    /// <summary>The events by time; of one run always in their order, whatever the clock did.</summary>
    private static IEnumerable<(RunRecord Run, AuditEvent Event)> InOrderOfCauses(
        IReadOnlyList<(RunRecord Run, IReadOnlyList<AuditEvent> Events)> logs)
    {
        var all = new List<(RunRecord Run, AuditEvent Event, DateTimeOffset Time, int Log)>();
        for (var log = 0; log < logs.Count; log++)
        {
            var latest = DateTimeOffset.MinValue;
            foreach (var entry in logs[log].Events)
            {
                latest = entry.Time > latest ? entry.Time : latest;
                all.Add((logs[log].Run, entry, latest, log));
            }
        }

        return all.OrderBy(entry => entry.Time).ThenBy(entry => entry.Log).ThenBy(entry => entry.Event.Sequence).Select(entry => (entry.Run, entry.Event));
    }

    private static void Add(LineageGraph graph, RunRecord run, AuditEvent entry)
    {
        var (id, kind, name) = Place(graph, run, entry);
        var cause = graph.Of(entry.CausationId);
        var isNew = graph.Put(new LineageNode(
            id,
            kind,
            entry.RunId,
            entry.StepId,
            name,
            entry.Actor,
            entry.Type.Split('.')[^1],
            entry.Reason,
            entry.CostUsd,
            entry.Sequence,
            entry.InputHash,
            entry.OutputHash,
            Branch(entry)));
        graph.Stands(entry.Id, IsEndOfStep(entry) && cause is not null ? cause : id);
        if (isNew)
        {
            graph.Link(cause, id);
            LinkOthers(graph, entry, id, cause);
        }
    }

    /// <summary>What comes after a step comes after what ended it: the call, the answer, the last child.</summary>
    private static bool IsEndOfStep(AuditEvent entry) => entry.Type is "step.completed" or "step.failed";

    private static (string Id, string Kind, string Name) Place(LineageGraph graph, RunRecord run, AuditEvent entry) => entry.Type.Split('.') switch
    {
        ["run", "paused" or "suspended"] => ($"pause:{entry.Id}", "pause", run.Agent),
        ["run", "resumed"] => (graph.Latest("pause", run.RunId) ?? $"pause:{entry.Id}", "pause", run.Agent),
        ["run", "rolledBack"] or ["rollback", ..] => (RollbackId(entry), "rollback", run.Agent),
        ["run", ..] => ($"run:{run.RunId}", "run", run.Agent),
        ["plan", ..] => ($"plan:{Line(entry)}/{Key(entry)}", "plan", run.Agent),
        ["children", "joined"] => ($"join:{Line(entry)}/{entry.StepId}", "join", entry.StepId ?? ""),
        ["step" or "children", ..] when entry.StepId is not null => (StepNode(entry), "step", entry.StepId),
        ["model" or "tool", ..] => (CallId(Line(entry), Key(entry)), entry.Type.Split('.')[0], Text(entry.Data, entry.Type.Split('.')[0])),
        ["approval", ..] => ($"approval:{Text(entry.Data, "approvalId")}", "approval", entry.StepId ?? "plan"),
        [var kind, ..] => ($"{kind}:{entry.Id}", kind, entry.Type),
        [] => throw new InvalidOperationException("An event without a type."),
    };

    /// <summary>
    /// An event has one cause, but a turn of a model comes after all results that it was given, a join after all children, and what is
    /// the first on a branch after the rollback that began the branch.
    /// </summary>
    private static void LinkOthers(LineageGraph graph, AuditEvent entry, string id, string? cause)
    {
        if (graph.BranchOf(cause) < Branch(entry))
        {
            graph.Link(RollbackId(entry), id);
        }

        if (entry.Type.StartsWith("model.", StringComparison.Ordinal) && Turn(entry) is { } turn)
        {
            LinkResults(graph, entry, string.Create(CultureInfo.InvariantCulture, $"{entry.StepId}/t{turn - 1}/c"), id);
        }
        else if (entry.Type == "children.joined")
        {
            graph.LinkChildren(StepNode(entry), id);
        }
    }

    /// <summary>The results of the turn before: of this branch, or of the one on which the loop was when its checkpoint was made.</summary>
    private static void LinkResults(LineageGraph graph, AuditEvent entry, string calls, string id)
    {
        var branch = Branch(entry);
        while (!graph.LinkAll(CallId(RunInstances.Of(entry.RunId, branch), calls), id) && branch > 0)
        {
            branch--;
        }
    }

    /// <summary>The turn of a loop's model call, whose key is <c>STEP/tTURN</c>.</summary>
    private static int? Turn(AuditEvent entry) =>
        entry.StepId is { } step && Key(entry) is var key && key.StartsWith($"{step}/t", StringComparison.Ordinal)
        && int.TryParse(key.AsSpan(step.Length + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var turn)
            ? turn
            : null;

    private static int Branch(AuditEvent entry) => entry.Branch ?? 0;

    /// <summary>The run on the branch of the event: the same step of another branch is another node.</summary>
    private static string Line(AuditEvent entry) => RunInstances.Of(entry.RunId, Branch(entry));

    /// <summary>The key without the mark of what an abandoned branch has still done.</summary>
    private static string Key(AuditEvent entry) => entry.CommitKey is ['~', ..] hidden ? hidden.Split('/', 2)[1] : entry.CommitKey;

    private static string RollbackId(AuditEvent entry) => $"rollback:{Line(entry)}";

    private static string StepNode(AuditEvent entry) => $"step:{Line(entry)}/{entry.StepId}";

    /// <summary>A call with its failed attempts, whose keys end with <c>#aATTEMPT</c>.</summary>
    private static string CallId(string line, string commitKey) => $"call:{line}/{commitKey.Split('#')[0]}";

    private static string Text(JsonObject? data, string name) => data?[name]?.ToString() ?? "";
}
