using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>The trace of an invocation: its span, or where nobody listens to spans, what has caused it.</summary>
internal sealed class ActivityTraceContext(Activity? activity, ActivityContext cause) : TraceContext
{
    public override string TraceParent { get; } = activity?.Id ?? Header(cause);

    public override string TraceState { get; } = (activity is null ? cause.TraceState : activity.TraceStateString) ?? string.Empty;

    private static string Header(ActivityContext cause) =>
        cause == default ? string.Empty : $"00-{cause.TraceId}-{cause.SpanId}-{(int)cause.TraceFlags:x2}";
}
