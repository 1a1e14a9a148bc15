using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>Which decision led to which effect, at which cost: a graph over a tree of runs.</summary>
/// <param name="RunId">The run at its top.</param>
/// <param name="CostUsd">What all of it cost, USD: the sum of its nodes.</param>
/// <param name="Nodes">Decisions and effects, in the order of the log; parents come before their children runs.</param>
/// <param name="Edges">From what led to something, to that.</param>
public sealed record Lineage(string RunId, decimal CostUsd, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges);

/// <summary>A decision or an effect.</summary>
/// <param name="Id">Unique in the graph.</param>
/// <param name="Kind"><c>run</c>, <c>plan</c>, <c>step</c>, <c>model</c>, <c>tool</c> or <c>approval</c>.</param>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Name">The agent, the tool, the model or the step.</param>
/// <param name="Actor">Who decided or acted.</param>
/// <param name="Status">How it ended, in the words of the audit log; missing where it has not.</param>
/// <param name="Reason">Why.</param>
/// <param name="CostUsd">What it cost itself, USD.</param>
/// <param name="Sequence">The event in its run's log; the last one where there are several.</param>
/// <param name="InputHash">Content hash of what went in.</param>
/// <param name="OutputHash">Content hash of what came out.</param>
public sealed record LineageNode(
    string Id,
    string Kind,
    string RunId,
    string? StepId,
    string Name,
    AuditActor Actor,
    string? Status,
    string? Reason,
    decimal CostUsd,
    long Sequence,
    string? InputHash,
    string? OutputHash);

/// <summary>One thing led to another.</summary>
/// <param name="From">The id of what led to it.</param>
/// <param name="To">The id of what it led to.</param>
public readonly record struct LineageEdge(string From, string To);

/// <summary>Reads the graph out of audit logs. Pure: the logs alone decide.</summary>
public static class LineageBuilder
{
    /// <summary>The graph of runs.</summary>
    /// <param name="logs">The runs with their whole logs, parents before their children.</param>
    public static Lineage Build(IReadOnlyList<(RunRecord Run, IReadOnlyList<AuditEvent> Events)> logs)
    {
        var graph = new Graph();
        foreach (var (run, events) in logs)
        {
            foreach (var entry in events)
            {
                Add(graph, run, entry);
            }
        }

        return new Lineage(logs[0].Run.RunId, graph.Nodes.Sum(node => node.CostUsd), graph.Nodes, graph.Edges);
    }

    private static void Add(Graph graph, RunRecord run, AuditEvent entry)
    {
        var runNode = $"run:{run.RunId}";
        switch (entry.Type.Split('.')[0])
        {
            case "run":
                graph.Put(Node(runNode, "run", run.Agent, entry));
                graph.Link(run.ParentRunId is { } parent ? $"step:{parent}/{run.ParentStepId}" : null, runNode);
                break;
            case "plan":
                var plan = $"plan:{run.RunId}/{Generation(entry.Data)}";
                graph.Put(Node(plan, "plan", run.Agent, entry));
                graph.Link(graph.Has(CallId(run, entry.CommitKey)) ? CallId(run, entry.CommitKey) : runNode, plan);
                break;
            case "step":
                var step = $"step:{run.RunId}/{entry.StepId}";
                graph.Put(Node(step, "step", entry.StepId!, entry));
                graph.Link(PlanOf(graph, run, entry.StepId!) ?? runNode, step);
                break;
            case "model" when entry.Type == "model.call":
                graph.Put(Node(CallId(run, entry.CommitKey), "model", Text(entry.Data, "model"), entry));
                graph.LinkCall(run, runNode, entry);
                break;
            case "tool" when entry.Type == "tool.call":
                graph.Put(Node(CallId(run, entry.CommitKey), "tool", Text(entry.Data, "tool"), entry));
                graph.LinkCall(run, runNode, entry);
                break;
            case "approval":
                var approval = $"approval:{Text(entry.Data, "approvalId")}";
                graph.Put(Node(approval, "approval", entry.StepId ?? "plan", entry));
                graph.Link(graph.Has($"step:{run.RunId}/{entry.StepId}") ? $"step:{run.RunId}/{entry.StepId}" : runNode, approval);
                break;
            default:
                // Attempts, budgets and joins are told by the calls, runs and steps that they belong to.
                break;
        }
    }

    private static LineageNode Node(string id, string kind, string name, AuditEvent entry) => new(
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
        entry.OutputHash);

    private static string CallId(RunRecord run, string commitKey) => $"call:{run.RunId}/{commitKey}";

    private static string? PlanOf(Graph graph, RunRecord run, string stepId) =>
        run.Steps.LastOrDefault(state => state.Step.Id == stepId) is { } state && graph.Has($"plan:{run.RunId}/{state.Generation}")
            ? $"plan:{run.RunId}/{state.Generation}"
            : null;

    private static int Generation(JsonObject? data) => data?["generation"]?.GetValue<int>() ?? 0;

    private static string Text(JsonObject? data, string name) => data?[name]?.ToString() ?? "";

    private sealed class Graph
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
        private readonly HashSet<LineageEdge> known = [];

        public List<LineageNode> Nodes { get; } = [];

        public List<LineageEdge> Edges { get; } = [];

        public bool Has(string id) => places.ContainsKey(id);

        /// <summary>Adds a node, or brings it up to the newer event.</summary>
        public void Put(LineageNode node)
        {
            if (places.TryGetValue(node.Id, out var place))
            {
                var old = Nodes[place];
                Nodes[place] = node with
                {
                    CostUsd = old.CostUsd + node.CostUsd,
                    InputHash = node.InputHash ?? old.InputHash,
                    OutputHash = node.OutputHash ?? old.OutputHash,
                };
            }
            else
            {
                places[node.Id] = Nodes.Count;
                Nodes.Add(node);
            }
        }

        public void Link(string? from, string to)
        {
            if (from is not null && from != to && known.Add(new LineageEdge(from, to)))
            {
                Edges.Add(new LineageEdge(from, to));
            }
        }

        /// <summary>
        /// A loop's calls have keys <c>STEP/tTURN</c> for the model and <c>STEP/tTURN/cINDEX</c> for a tool: the model's turn leads
        /// to its tool calls, and these to the next turn. Any other call is led to by its step, or by the run.
        /// </summary>
        public void LinkCall(RunRecord run, string runNode, AuditEvent entry)
        {
            var id = CallId(run, entry.CommitKey);
            var step = $"step:{run.RunId}/{entry.StepId}";
            var owner = entry.StepId is not null && Has(step) ? step : runNode;
            if (LoopKey.Parse(entry.StepId, entry.CommitKey) is not { } key)
            {
                Link(owner, id);
                return;
            }

            if (key.IsTool)
            {
                Link(CallId(run, $"{entry.StepId}/t{key.Turn}"), id);
                return;
            }

            var before = Nodes
                .Where(node => node.Kind == "tool" && node.RunId == run.RunId
                    && node.Id.StartsWith(CallId(run, $"{entry.StepId}/t{key.Turn - 1}/c"), StringComparison.Ordinal))
                .Select(node => node.Id)
                .ToList();
            before.ForEach(tool => Link(tool, id));
            if (before.Count == 0)
            {
                Link(Has(CallId(run, $"{entry.StepId}/t{key.Turn - 1}")) ? CallId(run, $"{entry.StepId}/t{key.Turn - 1}") : owner, id);
            }
        }
    }

    private readonly record struct LoopKey(int Turn, bool IsTool)
    {
        public static LoopKey? Parse(string? stepId, string commitKey)
        {
            if (stepId is null || !commitKey.StartsWith($"{stepId}/t", StringComparison.Ordinal))
            {
                return null;
            }

            var parts = commitKey[(stepId.Length + 2)..].Split('/');
            return int.TryParse(parts[0], System.Globalization.CultureInfo.InvariantCulture, out var turn)
                ? new LoopKey(turn, parts.Length > 1)
                : null;
        }
    }
}
