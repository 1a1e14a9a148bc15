namespace AgentFunctions.Audit;

/// <summary>Which decision led to which effect, at which cost: a graph over a tree of runs.</summary>
/// <param name="RunId">The run at its top.</param>
/// <param name="CostUsd">What all of it cost, USD: the sum of its nodes.</param>
/// <param name="Nodes">Decisions and effects, in the order of the log; parents come before their children runs.</param>
/// <param name="Edges">From what led to something, to that.</param>
public sealed record Lineage(string RunId, decimal CostUsd, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges);

/// <summary>A decision or an effect.</summary>
/// <param name="Id">Unique in the graph.</param>
/// <param name="Kind">
/// <c>run</c>, <c>plan</c>, <c>step</c>, <c>model</c>, <c>tool</c>, <c>approval</c>, <c>join</c> (of children), <c>pause</c>, <c>budget</c>,
/// <c>rollback</c> (a run's way back to a checkpoint), or the first word of whatever else is on record, such as <c>policy</c>.
/// </param>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Name">The agent, the tool, the model, the step, or the type of the event.</param>
/// <param name="Actor">Who decided or acted.</param>
/// <param name="Status">How it ended, in the words of the audit log; missing where it has not.</param>
/// <param name="Reason">Why.</param>
/// <param name="CostUsd">What it cost itself, USD.</param>
/// <param name="Sequence">The event in its run's log; the last one where there are several.</param>
/// <param name="InputHash">Content hash of what went in.</param>
/// <param name="OutputHash">Content hash of what came out.</param>
/// <param name="Branch">The run's branch: 0 at first, and greater after each rollback. What was done again is a node of its own.</param>
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
    string? OutputHash,
    int Branch);

/// <summary>One thing led to another.</summary>
/// <param name="From">The id of what led to it.</param>
/// <param name="To">The id of what it led to.</param>
public readonly record struct LineageEdge(string From, string To);
