using System.Diagnostics;
using System.Text.Json;
using AgentFunctions.Tools;

namespace AgentFunctions.Telemetry;

/// <summary>The spans of tool calls: one for each attempt that reaches the tool.</summary>
public sealed class ToolSpans
{
    private readonly bool capturesContent;

    internal ToolSpans(TelemetrySettings settings) => capturesContent = settings.CapturesContent;

    internal Activity? Begin(ToolRequest request, int attempt)
    {
        var span = TelemetryNames.Spans.StartActivity($"execute_tool {request.Tool}");
        if (span is null)
        {
            return null;
        }

        foreach (var (name, value) in RunTrace.Of(request.Run).Tags())
        {
            span.SetTag(name, value);
        }

        span.SetTag(TelemetryNames.Operation, "execute_tool")
            .SetTag("gen_ai.tool.name", request.Tool)
            .SetTag("gen_ai.tool.type", "function")
            .SetTag("gen_ai.tool.call.id", request.CallId ?? request.IdempotencyKey)
            .SetTag(TelemetryNames.Agent, request.Agent.Name)
            .SetTag(TelemetryNames.SpanKind, "TOOL")
            .SetTag(TelemetryNames.StepId, request.StepId)
            .SetTag(TelemetryNames.Attempt, attempt);
        return capturesContent ? span.SetTag(ContentRedaction.ToolArguments, request.Arguments.ToJsonString(AgentJson.Options)) : span;
    }

    internal void End(Activity? span, ToolResult result, decimal costUsd)
    {
        span?.SetTag(TelemetryNames.CostUsd, (double)costUsd);
        if (result.Failure is { } failure)
        {
            span?.SetStatus(ActivityStatusCode.Error)
                .SetTag(TelemetryNames.ErrorType, Words.Of(failure.Kind));
        }

        if (capturesContent)
        {
            span?.SetTag(ContentRedaction.ToolResult, JsonSerializer.Serialize(result, AgentJson.Options));
        }
    }
}
