using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentFunctions.Runs;

namespace AgentFunctions.Telemetry;

/// <summary>
/// The span of a run: made when it ends, from when it was created, under the id that its activities and children know already. That of a later
/// branch is linked to the one before, which a rollback has left.
/// </summary>
internal static class RunSpans
{
    /// <summary>How a branch ends that was abandoned.</summary>
    public const string RolledBack = "rolledBack";

    /// <summary>Emits the span.</summary>
    /// <param name="trace">The run's place.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="end">When.</param>
    public static void Emit(RunTrace trace, string status, DateTimeOffset end)
    {
        var before = Activity.Current;
        Activity.Current = null;
        try
        {
            var run = trace.Run;
            using var span = TelemetryNames.Spans.CreateActivity(
                $"invoke_agent {run.Agent}",
                ActivityKind.Internal,
                trace.Parent,
                [.. trace.Tags(), new(TelemetryNames.Operation, "invoke_agent")],
                trace.Branch == 0 ? null : [new ActivityLink(RunTrace.Of(run, trace.Branch - 1).Own)]);
            if (span is null)
            {
                return;
            }

            span.SetStartTime(run.CreatedAt.UtcDateTime).Start();
            (TraceIdOf(span), SpanIdOf(span)) = (trace.Own.TraceId.ToHexString(), trace.Own.SpanId.ToHexString());
            span.SetTag(TelemetryNames.SpanKind, "AGENT")
                .SetTag(TelemetryNames.RunStatus, status)
                .SetTag(TelemetryNames.RunCostUsd, (double)run.Usage.CostUsd)
                .SetTag("agentfunctions.run.input_tokens", run.Usage.InputTokens)
                .SetTag("agentfunctions.run.output_tokens", run.Usage.OutputTokens)
                .SetTag("agentfunctions.run.model_calls", run.Usage.ModelCalls)
                .SetTag("agentfunctions.run.tool_calls", run.Usage.ToolCalls);
            if (run.Status is RunStatus.Failed or RunStatus.Expired)
            {
                span.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, status);
            }

            span.SetEndTime(end.UtcDateTime);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    // An activity cannot be given its id by its public API. The Durable Task Framework sets these fields for its orchestrations' spans, too.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_traceId")]
    private static extern ref string? TraceIdOf(Activity span);
}
