using System.Text.Json;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Queue;

/// <summary>
/// The queue in front of the admission. Messages are partitioned by tenant and not in sessions: taking one up only moves its run into the
/// waiting list, which has the order, so a session would bring nothing but one tenant's burst waiting for its turn behind itself.
/// </summary>
/// <param name="client">The namespace.</param>
/// <param name="blobs">Where an accepted run lies until it is on record.</param>
public sealed class RunQueue(ServiceBusClient client, IBlobStore blobs) : IAsyncDisposable
{
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
            PartitionKey = message.Tenant,
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
