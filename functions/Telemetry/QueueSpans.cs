using System.Diagnostics;
using AgentFunctions.Runs;

namespace AgentFunctions.Telemetry;

/// <summary>The spans of the queue, by the conventions for messaging.</summary>
internal static class QueueSpans
{
    /// <summary>The property of a message in which the Service Bus client and the Functions host look for the sender's span.</summary>
    public const string Cause = "Diagnostic-Id";

    /// <summary>The queue.</summary>
    public const string Queue = RunMessage.Queue;

    /// <summary>The span of sending a run's message: part of the request, or where it is sent again later, of what led to the run.</summary>
    /// <param name="run">The run.</param>
    public static Activity? Send(RunRecord run)
    {
        var parent = RunTrace.Current is null ? RunTrace.Of(run).Parent : default;
        return TelemetryNames.Spans.StartActivity(
            $"send {Queue}", ActivityKind.Producer, parent, [.. Tags("send"), new(TelemetryNames.RunId, run.RunId)]);
    }

    /// <summary>What spans of the queue say.</summary>
    /// <param name="operation">What is done.</param>
    public static IEnumerable<KeyValuePair<string, object?>> Tags(string operation) =>
    [
        new("messaging.system", "servicebus"),
        new("messaging.destination.name", Queue),
        new("messaging.operation.type", operation),
    ];
}
