using System.Text.Json;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Queue;

/// <summary>
/// The queue in front of the admission. Each tenant's messages are a session: sessions are taken up in turns, so that one tenant's burst
/// keeps no other from the waiting list, which has the order among the runs.
/// </summary>
/// <param name="client">The namespace.</param>
/// <param name="blobs">Where an accepted run lies until it is on record.</param>
/// <param name="time">The clock.</param>
public sealed class RunQueue(ServiceBusClient client, IBlobStore blobs, TimeProvider time) : IAsyncDisposable
{
    private const string Failures = "failures";

    private readonly ServiceBusSender sender = client.CreateSender(RunMessage.Queue);
    private readonly ServiceBusReceiver receiver = client.CreateReceiver(RunMessage.Queue);

    /// <summary>Asks for a run to be admitted that is on record. Sending it again does no harm: it is admitted once.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task SendAsync(RunRecord run, CancellationToken cancellationToken) =>
        SendAsync(new RunMessage(run.RunId, run.Tenant), run, cancellationToken);

    /// <summary>
    /// Asks for a run to be admitted that is not on record yet: with the message it will be, whatever becomes of this process, and without
    /// it there is no trace of the run.
    /// </summary>
    /// <param name="accepted">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task SendAsync(AcceptedRun accepted, CancellationToken cancellationToken)
    {
        var hash = await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(accepted, AgentJson.Options), cancellationToken);
        var run = accepted.Run;
        await SendAsync(new RunMessage(run.RunId, run.Tenant, hash), run, cancellationToken);
    }

    /// <summary>Which attempt at a message this is, from 1 on.</summary>
    /// <param name="message">The message.</param>
    public static int Attempt(ServiceBusReceivedMessage message) =>
        (message.ApplicationProperties.TryGetValue(Failures, out var failures) && failures is int count ? count : 0) + message.DeliveryCount;

    /// <summary>Sends a message, with what it was sent with, once more, as another one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="id">The id of the new one: another than that of the message, of which the queue would take it for a duplicate.</param>
    internal static ServiceBusMessage Again(ServiceBusReceivedMessage message, string id)
    {
        var again = new ServiceBusMessage(message) { MessageId = id };
        again.ApplicationProperties.Remove(Failures);
        return again;
    }

    /// <summary>
    /// Sends a message that failed again, to come after a pause. Doing it again for the same message changes nothing: the queue drops it.
    /// </summary>
    /// <param name="message">The message, which the caller completes afterwards.</param>
    /// <param name="run">The run that it asks for.</param>
    /// <param name="pause">The pause.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task TryLaterAsync(ServiceBusReceivedMessage message, RunMessage run, TimeSpan pause, CancellationToken cancellationToken)
    {
        var later = Again(message, FormattableString.Invariant($"{run.RunId}~retry{message.SequenceNumber}"));
        later.ScheduledEnqueueTime = time.GetUtcNow() + pause;
        later.ApplicationProperties[Failures] = Attempt(message);
        return sender.SendMessageAsync(later, cancellationToken);
    }

    /// <summary>Looks at the queue without taking anything from it.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        receiver.PeekMessageAsync(fromSequenceNumber: null, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await sender.DisposeAsync();
        await receiver.DisposeAsync();
    }

    private async Task SendAsync(RunMessage message, RunRecord run, CancellationToken cancellationToken)
    {
        using var span = QueueSpans.Send(run);
        var sent = new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(message, AgentJson.Options))
        {
            MessageId = run.RunId,
            SessionId = message.Tenant,
            ContentType = "application/json",
        };
        if ((span?.Id ?? run.TraceParent) is { } cause)
        {
            sent.ApplicationProperties[QueueSpans.Cause] = cause;
        }

        await sender.SendMessageAsync(sent, cancellationToken);
    }
}

/// <summary>A run that was accepted, before it is on record.</summary>
/// <param name="Run">The run.</param>
/// <param name="Created">Its first event.</param>
public sealed record AcceptedRun(RunRecord Run, AuditDraft Created);
