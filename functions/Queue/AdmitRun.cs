using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>Starts the orchestration of a queued run, once, however often its message comes.</summary>
public sealed class AdmitRun(IRunStore runs)
{
    /// <summary>Admits a run.</summary>
    /// <param name="message">The run's message.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidOperationException">There is no such run; the message ends in the dead-letter queue.</exception>
    [Function(nameof(AdmitRun))]
    public async Task RunAsync(
        [ServiceBusTrigger(RunMessage.Queue, Connection = "ServiceBus")] RunMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(message.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no run '{message.RunId}' to admit.");
        if (run.IsFinished)
        {
            return;
        }

        if (run.Deadline is { } deadline)
        {
            await client.StartOnceAsync(
                Orchestrations.RunDeadline,
                RunDeadlines.InstanceId(run.RunId),
                new RunDeadline(run.RunId, deadline.UtcDateTime),
                isInTheWay: _ => true,
                cancellationToken);
        }

        await client.StartOnceAsync(
            Orchestrations.AgentRun, run.RunId, new RunInput(run.RunId), isInTheWay: _ => true, cancellationToken);
    }
}
