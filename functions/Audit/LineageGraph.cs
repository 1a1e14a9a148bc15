namespace AgentFunctions.Audit;

/// <summary>A graph that is being built.</summary>
internal sealed class LineageGraph
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> ofEvents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string RunId), string> latest = [];
    private readonly HashSet<LineageEdge> known = [];

    public List<LineageNode> Nodes { get; } = [];

    public List<LineageEdge> Edges { get; } = [];

    /// <summary>Adds a node, or brings it up to the newer event; tells whether it is new.</summary>
    public bool Put(LineageNode node)
    {
        latest[(node.Kind, node.RunId)] = node.Id;
        if (!places.TryGetValue(node.Id, out var place))
        {
            places[node.Id] = Nodes.Count;
            Nodes.Add(node);
            return true;
        }

        var old = Nodes[place];
        Nodes[place] = node with
        {
            Name = node.Name.Length > 0 ? node.Name : old.Name,
            CostUsd = old.CostUsd + node.CostUsd,
            InputHash = node.InputHash ?? old.InputHash,
            OutputHash = node.OutputHash ?? old.OutputHash,
        };
        return false;
    }

    /// <summary>The newest node of a kind in a run.</summary>
    public string? Latest(string kind, string runId) => latest.GetValueOrDefault((kind, runId));

    /// <summary>Notes which node stands for an event where it caused others.</summary>
    public void Stands(string eventId, string nodeId) => ofEvents[eventId] = nodeId;

    /// <summary>The node that stands for an event.</summary>
    public string? Of(string? eventId) => eventId is null ? null : ofEvents.GetValueOrDefault(eventId);

    public void Link(string? from, string to)
    {
        if (from is not null && from != to && known.Add(new LineageEdge(from, to)))
        {
            Edges.Add(new LineageEdge(from, to));
        }
    }

    /// <summary>Links all nodes whose ids begin so and end with a number from 0; tells whether there are any.</summary>
    public bool LinkAll(string prefix, string to)
    {
        var index = 0;
        for (; places.ContainsKey($"{prefix}{index}"); index++)
        {
            Link($"{prefix}{index}", to);
        }

        return index > 0;
    }

    /// <summary>The branch of a node; 0 where it is not of the graph.</summary>
    public int BranchOf(string? nodeId) => nodeId is not null && places.TryGetValue(nodeId, out var place) ? Nodes[place].Branch : 0;

    /// <summary>Links the runs that a step has spawned.</summary>
    public void LinkChildren(string step, string to)
    {
        foreach (var child in Edges.Where(edge => edge.From == step && edge.To.StartsWith("run:", StringComparison.Ordinal)).ToList())
        {
            Link(child.To, to);
        }
    }
}
