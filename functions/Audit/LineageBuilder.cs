using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Runs;
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
            entry.OutputHash));
        graph.Stands(entry.Id, IsEndOfStep(entry) && graph.Of(entry.CausationId) is { } effect ? effect : id);
        if (isNew)
        {
            graph.Link(graph.Of(entry.CausationId), id);
            LinkOthers(graph, run, entry, id);
        }
    }

    /// <summary>What comes after a step comes after what ended it: the call, the answer, the last child.</summary>
    private static bool IsEndOfStep(AuditEvent entry) => entry.Type is "step.completed" or "step.failed";

    private static (string Id, string Kind, string Name) Place(LineageGraph graph, RunRecord run, AuditEvent entry) => entry.Type.Split('.') switch
    {
        ["run", "paused" or "suspended"] => ($"pause:{entry.Id}", "pause", run.Agent),
        ["run", "resumed"] => (graph.Latest("pause", run.RunId) ?? $"pause:{entry.Id}", "pause", run.Agent),
        ["run", ..] => ($"run:{run.RunId}", "run", run.Agent),
        ["plan", ..] => ($"plan:{run.RunId}/{entry.CommitKey}", "plan", run.Agent),
        ["children", "joined"] => ($"join:{run.RunId}/{entry.StepId}", "join", entry.StepId ?? ""),
        ["step" or "children", ..] when entry.StepId is { } step => ($"step:{run.RunId}/{step}", "step", step),
        ["model" or "tool", ..] => (CallId(run, entry.CommitKey), entry.Type.Split('.')[0], Text(entry.Data, entry.Type.Split('.')[0])),
        ["approval", ..] => ($"approval:{Text(entry.Data, "approvalId")}", "approval", entry.StepId ?? "plan"),
        [var kind, ..] => ($"{kind}:{entry.Id}", kind, entry.Type),
        [] => throw new InvalidOperationException("An event without a type."),
    };

    /// <summary>An event has one cause, but a turn of a model comes after all results that it was given, and a join after all children.</summary>
    private static void LinkOthers(LineageGraph graph, RunRecord run, AuditEvent entry, string id)
    {
        if (entry.Type.StartsWith("model.", StringComparison.Ordinal) && Turn(entry) is { } turn)
        {
            graph.LinkAll(CallId(run, string.Create(CultureInfo.InvariantCulture, $"{entry.StepId}/t{turn - 1}/c")), id);
        }
        else if (entry.Type == "children.joined")
        {
            graph.LinkChildren(run.RunId, entry.StepId, id);
        }
    }

    /// <summary>The turn of a loop's model call, whose key is <c>STEP/tTURN</c>.</summary>
    private static int? Turn(AuditEvent entry) =>
        entry.StepId is { } step && entry.CommitKey.StartsWith($"{step}/t", StringComparison.Ordinal)
        && int.TryParse(entry.CommitKey.AsSpan(step.Length + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var turn)
            ? turn
            : null;

    /// <summary>A call with its failed attempts, whose keys end with <c>#aATTEMPT</c>.</summary>
    private static string CallId(RunRecord run, string commitKey) => $"call:{run.RunId}/{commitKey.Split('#')[0]}";

    private static string Text(JsonObject? data, string name) => data?[name]?.ToString() ?? "";
}
