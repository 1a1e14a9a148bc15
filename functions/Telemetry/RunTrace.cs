using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;

namespace AgentFunctions.Telemetry;

/// <summary>
/// A run's place in its trace. It follows from the run's record alone, so that every process finds the same one, after a crash as well:
/// the trace is that of the request, or follows from the root's id; the span's id follows from the run's id and branch.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Branch">The branch.</param>
/// <param name="Own">The run's span.</param>
/// <param name="Parent">The span that led to it; none where it is the first of its trace.</param>
internal sealed record RunTrace(RunRecord Run, int Branch, ActivityContext Own, ActivityContext Parent)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    /// <summary>The present span as W3C <c>traceparent</c>, where there is one that is exported.</summary>
    public static string? Current => Activity.Current is { } span && span.Source.HasListeners() ? span.Id : null;

    /// <summary>The run's span as W3C <c>traceparent</c>.</summary>
    public string TraceParent => $"00-{Own.TraceId}-{Own.SpanId}-01";

    /// <summary>The place of a run on its present branch.</summary>
    /// <param name="run">The run.</param>
    public static RunTrace Of(RunRecord run) => Of(run, run.Branch);

    /// <summary>The place of a run on a branch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="branch">The branch.</param>
    public static RunTrace Of(RunRecord run, int branch)
    {
        var parent = ActivityContext.TryParse(run.TraceParent, traceState: null, isRemote: true, out var cause) ? cause : default;
        var trace = parent == default ? ActivityTraceId.CreateFromBytes(Hash($"trace/{run.RootRunId}").AsSpan(0, TraceIdBytes)) : parent.TraceId;
        var span = ActivitySpanId.CreateFromBytes(Hash($"run/{RunInstances.Of(run.RunId, branch)}").AsSpan(0, SpanIdBytes));
        return new RunTrace(run, branch, new ActivityContext(trace, span, ActivityTraceFlags.Recorded, isRemote: true), parent);
    }

    /// <summary>What every span of the run says of it.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Tags() =>
    [
        new(TelemetryNames.RunId, Run.RunId),
        new(TelemetryNames.RootRunId, Run.RootRunId),
        new(TelemetryNames.Branch, Branch),
        new(TelemetryNames.Tenant, Run.Tenant),
        new(TelemetryNames.Conversation, Run.ThreadId),
        new(TelemetryNames.Agent, Run.Agent),
    ];

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
