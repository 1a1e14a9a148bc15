using System.Text.Json.Nodes;
using AgentFunctions.Approvals;

namespace AgentFunctions.Agents;

/// <summary>How an agent works towards a goal.</summary>
public enum AgentMode
{
    /// <summary>Reason and act: model and tool calls in turns until the model answers.</summary>
    React,

    /// <summary>Plan, then execute: a DAG of steps is made and validated before anything is spent on tools.</summary>
    Plan,
}

/// <summary>A declared agent. Loaded from YAML; a run keeps the definition that it started with, by <see cref="AgentSnapshot.Hash"/>.</summary>
public sealed record AgentDefinition
{
    /// <summary>Unique name, 1–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the agent is for; planners read it when they choose whom to spawn.</summary>
    public string Description { get; init; } = "";

    /// <summary>Name of a model in the model table.</summary>
    public required string Model { get; init; }

    /// <summary>The only deployment of the model that may answer; <see langword="null"/> for any, the next one where one cannot.</summary>
    public string? Deployment { get; init; }

    /// <summary>How it works. Default <see cref="AgentMode.React"/>.</summary>
    public AgentMode Mode { get; init; } = AgentMode.React;

    /// <summary>The system prompt.</summary>
    public required string Instructions { get; init; }

    /// <summary>Names of the tools that it may call; all others are denied.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Names of the agents that it may spawn.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>Name of the policy that holds for it; <see langword="null"/> for the default policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Bounds of one run.</summary>
    public AgentLimits Limits { get; init; } = new();

    /// <summary>What of its work humans must accept; <see langword="null"/> for nothing.</summary>
    public AgentApprovals? Approvals { get; init; }

    /// <summary>What each of its runs may use, and how it meets the end of a budget; <see langword="null"/> for what the levels above say.</summary>
    public AgentBudget? Budget { get; init; }

    /// <summary>JSON schema of the final answer; <see langword="null"/> for free text.</summary>
    public JsonObject? Output { get; init; }
}

/// <summary>Bounds of one run of an agent.</summary>
public sealed record AgentLimits
{
    /// <summary>Most model calls of one reason-act loop. Default 20.</summary>
    public int MaxTurns { get; init; } = 20;

    /// <summary>Most replans of one run. Default 2.</summary>
    public int MaxReplans { get; init; } = 2;

    /// <summary>USD that a run and its descendants may spend after its first plan has failed and still replan. Default 5.</summary>
    public decimal MaxReplanUsd { get; init; } = 5m;

    /// <summary>Most children of one fan-out. Default 500.</summary>
    public int MaxChildren { get; init; } = 500;

    /// <summary>Most children of one fan-out that run at the same time. Default 50.</summary>
    public int MaxParallelChildren { get; init; } = 50;

    /// <summary>Deepest level of spawning below this run. Default 3.</summary>
    public int MaxDepth { get; init; } = 3;

    /// <summary>Most tokens of one model answer. Default 2048.</summary>
    public int MaxOutputTokens { get; init; } = 2048;

    /// <summary>USD that a run holds of its thread's budget at a time, so that it asks for more only when that is used up. Default 0.10.</summary>
    public decimal ReserveUsd { get; init; } = 0.10m;

    /// <summary>When a reason-act loop counts as stuck.</summary>
    public LoopGuardLimits LoopGuard { get; init; } = new();
}

/// <summary>A definition as a run keeps it.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Hash">SHA-256 of its JSON, lower-case hexadecimal.</param>
/// <param name="Source">Where it came from: a file's path, or <c>api</c>.</param>
public sealed record AgentSnapshot(AgentDefinition Definition, string Hash, string Source);
