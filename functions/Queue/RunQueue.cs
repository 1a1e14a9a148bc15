using System.Text.Json;
using AgentFunctions.Runs;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Queue;

/// <summary>The queue in front of the orchestrations.</summary>
public sealed class RunQueue(ServiceBusClient client) : IAsyncDisposable
{
    private readonly ServiceBusSender sender = client.CreateSender(RunMessage.Queue);
    private readonly ServiceBusReceiver receiver = client.CreateReceiver(RunMessage.Queue);

    /// <summary>Asks for a run to be admitted. Sending it again does no harm: the message has the run's id, and admission happens once.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task SendAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new RunMessage(run.RunId, run.Tenant), AgentJson.Options);
        return sender.SendMessageAsync(
            new ServiceBusMessage(body) { MessageId = run.RunId, ContentType = "application/json" }, cancellationToken);
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
}
