namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>How much the engine does at a time.</summary>
internal sealed record EngineOptions
{
    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentEntities { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>How long finished instances are kept; for ever when null.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Whether an orchestration that waits stays in memory; otherwise its code is run again from the start in every turn.</summary>
    public bool KeepsWaitingOrchestrations { get; init; } = true;

    /// <summary>How long an orchestration that waits stays in memory.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
