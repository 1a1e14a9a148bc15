using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentFunctions.Telemetry;

/// <summary>
/// The names of what is emitted. <c>gen_ai.*</c> are those of the OpenTelemetry semantic conventions for generative AI,
/// <c>openinference.span.kind</c> is that of OpenInference, by which Phoenix and LangSmith tell agents, models and tools apart;
/// <c>agentfunctions.*</c> are the runtime's own.
/// </summary>
public static class TelemetryNames
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Source = "AgentFunctions";

    /// <summary>USD that a model or tool call has cost. The sum over a trace is the cost of its root run with all descendants.</summary>
    public const string CostUsd = "agentfunctions.cost.usd";

    /// <summary>USD that a run has cost by itself, without its descendants: what the spans of its calls add up to.</summary>
    public const string RunCostUsd = "agentfunctions.run.cost.usd";

    /// <summary>The run.</summary>
    public const string RunId = "agentfunctions.run.id";

    /// <summary>The root of its tree.</summary>
    public const string RootRunId = "agentfunctions.run.root_id";

    /// <summary>How it ended, such as <c>completed</c>; <c>rolledBack</c> for a branch that was abandoned.</summary>
    public const string RunStatus = "agentfunctions.run.status";

    /// <summary>The branch, from 0; each rollback begins another one.</summary>
    public const string Branch = "agentfunctions.run.branch";

    /// <summary>The tenant.</summary>
    public const string Tenant = "agentfunctions.tenant";

    /// <summary>The step of the plan.</summary>
    public const string StepId = "agentfunctions.step.id";

    /// <summary>The attempt, from 1.</summary>
    public const string Attempt = "agentfunctions.attempt";

    /// <summary>Why the model was called: <c>plan</c>, <c>act</c> or <c>wrapUp</c>.</summary>
    public const string Purpose = "agentfunctions.model.purpose";

    internal const string Operation = "gen_ai.operation.name";
    internal const string Agent = "gen_ai.agent.name";
    internal const string Conversation = "gen_ai.conversation.id";
    internal const string ErrorType = "error.type";
    internal const string SpanKind = "openinference.span.kind";

    /// <summary>The spans.</summary>
    internal static ActivitySource Spans { get; } = new(Source);

    /// <summary>The metrics.</summary>
    internal static Meter Metrics { get; } = new(Source);
}
