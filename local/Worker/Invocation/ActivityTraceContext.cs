using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Invocation;

internal sealed class ActivityTraceContext(Activity? activity) : TraceContext
{
    public override string TraceParent { get; } = activity?.Id ?? string.Empty;

    public override string TraceState { get; } = activity?.TraceStateString ?? string.Empty;
}
