using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
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
            await StartOnceAsync(
                client,
                Orchestrations.RunDeadline,
                $"deadline-{run.RunId}",
                new RunDeadline(run.RunId, deadline.UtcDateTime),
                cancellationToken);
        }

        await StartOnceAsync(client, Orchestrations.AgentRun, run.RunId, new RunInput(run.RunId), cancellationToken);
    }

    private static async Task StartOnceAsync(
        DurableTaskClient client, TaskName name, string instanceId, object input, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                name, input, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (InvalidOperationException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another delivery of the same message was faster. Anything else is an error.
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
