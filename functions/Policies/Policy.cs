using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Policies.Data;
using AgentFunctions.Policies.Http;

namespace AgentFunctions.Policies;

/// <summary>A declared policy: what agents may do, whatever a model, a document or a plan asks for. Loaded from YAML.</summary>
public sealed record Policy
{
    /// <summary>Unique name, 1–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Which tools may be called.</summary>
    public IReadOnlyList<ToolRule> Tools { get; init; } = [];

    /// <summary>With which arguments.</summary>
    public IReadOnlyList<ArgumentRule> Arguments { get; init; } = [];

    /// <summary>Where HTTP tools may go; without a rule that allows it, nowhere.</summary>
    public IReadOnlyList<HttpRule> Http { get; init; } = [];

    /// <summary>Which data stays out of which places.</summary>
    public IReadOnlyList<DataRule> Data { get; init; } = [];

    /// <summary>What one call may spend, and from when on a human decides.</summary>
    public IReadOnlyList<SpendRule> Spend { get; init; } = [];

    /// <summary>How much may be spawned.</summary>
    public IReadOnlyList<SpawnRule> Spawn { get; init; } = [];
}

/// <summary>A policy with its identity.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Declared">It as it was declared, as JSON.</param>
/// <param name="Hash">SHA-256 of <paramref name="Declared"/>'s canonical JSON (RFC 8785), lower-case hexadecimal.</param>
/// <param name="Source">The file that it came from.</param>
public sealed record PolicySnapshot(Policy Policy, JsonObject Declared, string Hash, string Source)
{
    /// <summary>Its name.</summary>
    public string Name => Policy.Name;
}

/// <summary>To whom a rule applies.</summary>
/// <param name="Agents">Names of agents, with wildcards; none for all agents of the policy.</param>
public abstract record Rule(IReadOnlyList<Wildcard> Agents)
{
    /// <summary>Unique in its policy; denials are on record by it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the rule is one for this agent.</summary>
    /// <param name="agent">The agent's name.</param>
    public bool AppliesTo(string agent) => Agents.Count == 0 || Agents.Any(pattern => pattern.Matches(agent));
}

/// <summary>Allows or denies tools. What is denied stays denied; where rules allow, nothing else is allowed.</summary>
/// <param name="Agents">See <see cref="Rule.Agents"/>.</param>
/// <param name="Allow">Names of tools, with wildcards.</param>
/// <param name="Deny">Names of tools, with wildcards.</param>
public sealed record ToolRule(IReadOnlyList<Wildcard> Agents, IReadOnlyList<Wildcard> Allow, IReadOnlyList<Wildcard> Deny) : Rule(Agents);

/// <summary>A JSON schema that the arguments of a call must fit.</summary>
/// <param name="Agents">See <see cref="Rule.Agents"/>.</param>
/// <param name="Tool">Name of the tool, with wildcards.</param>
/// <param name="Schema">The schema.</param>
public sealed record ArgumentRule(IReadOnlyList<Wildcard> Agents, Wildcard Tool, ConstraintSchema Schema) : Rule(Agents);

/// <summary>Allows or denies destinations of HTTP tools. What is denied stays denied.</summary>
/// <param name="Agents">See <see cref="Rule.Agents"/>.</param>
/// <param name="Allow">Destinations that are allowed.</param>
/// <param name="Deny">Destinations that are not.</param>
/// <param name="Private">Addresses that are not public and yet may be connected to for what this rule allows.</param>
public sealed record HttpRule(
    IReadOnlyList<Wildcard> Agents, IReadOnlyList<Destination> Allow, IReadOnlyList<Destination> Deny, IReadOnlyList<IPNetwork> Private)
    : Rule(Agents);

/// <summary>Bounds of spawning; what is <see langword="null"/> is not bounded by this rule.</summary>
/// <param name="Agents">See <see cref="Rule.Agents"/>.</param>
/// <param name="MaxDepth">Deepest level below a run of such an agent; 0 for no children.</param>
/// <param name="MaxFanOut">Most children of one fan-out.</param>
/// <param name="MaxChildren">Most children of one run, over all its fan-outs and replans.</param>
public sealed record SpawnRule(IReadOnlyList<Wildcard> Agents, int? MaxDepth, int? MaxFanOut, int? MaxChildren) : Rule(Agents);
