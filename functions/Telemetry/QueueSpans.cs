using System.Diagnostics;
using AgentFunctions.Runs;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Telemetry;

/// <summary>The spans of the queue, by the conventions for messaging.</summary>
internal static class QueueSpans
{
    /// <summary>The property of a message in which the Service Bus client and the Functions host look for the sender's span.</summary>
    public const string Cause = "Diagnostic-Id";

    private const string Queue = RunMessage.Queue;

    /// <summary>The span of sending a run's message: part of the request, or where it is sent again later, of what led to the run.</summary>
    /// <param name="run">The run.</param>
    public static Activity? Send(RunRecord run)
    {
        var parent = RunTrace.Current is null ? RunTrace.Of(run).Parent : default;
        return TelemetryNames.Spans.StartActivity(
            $"send {Queue}", ActivityKind.Producer, parent, [.. Tags("send"), new(TelemetryNames.RunId, run.RunId)]);
    }

    /// <summary>
    /// The spans of processing messages, each in the trace of who sent it. They end when the result is disposed, and none is current, because
    /// what is done meanwhile is done for all.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="function">The function.</param>
    public static IDisposable Process(IEnumerable<ServiceBusReceivedMessage> messages, string function)
    {
        var before = Activity.Current;
        var spans = new List<Activity>();
        foreach (var message in messages)
        {
            // One without a sender begins a trace of its own, and is no part of the one before it.
            Activity.Current = null;
            if (TelemetryNames.Spans.StartActivity($"process {Queue}", ActivityKind.Consumer, Sender(message), Tags("process")) is { } span)
            {
                spans.Add(span.SetTag("faas.name", function));
            }
        }

        Activity.Current = before;
        return new Spans(spans);
    }

    private static IEnumerable<KeyValuePair<string, object?>> Tags(string operation) =>
    [
        new("messaging.system", "servicebus"),
        new("messaging.destination.name", Queue),
        new("messaging.operation.type", operation),
    ];

    private static ActivityContext Sender(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.GetValueOrDefault(Cause) is string id
        && ActivityContext.TryParse(id, traceState: null, isRemote: true, out var sender) ? sender : default;

    private sealed class Spans(IReadOnlyList<Activity> spans) : IDisposable
    {
        public void Dispose()
        {
            var before = Activity.Current;
            foreach (var span in spans)
            {
                span.Dispose();
            }

            Activity.Current = before;
        }
    }
}
