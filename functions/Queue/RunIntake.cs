using System.Text.Json;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>Puts queued runs into the waiting list. Doing it again changes nothing.</summary>
/// <param name="runs">The runs.</param>
/// <param name="blobs">Where accepted runs lie.</param>
/// <param name="waiting">The waiting list.</param>
/// <param name="entries">Its entries.</param>
public sealed class RunIntake(IRunStore runs, IBlobStore blobs, IWaitingList waiting, WaitingEntries entries)
{
    /// <summary>Takes up the run of a message, and puts it on record where that has not been done.</summary>
    /// <param name="message">The message.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether there is such a run of that tenant.</returns>
    public async Task<bool> TakeUpAsync(RunMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(message.RunId, cancellationToken) ?? await RecordAsync(message, cancellationToken);
        if (run is null || run.Tenant != message.Tenant)
        {
            return false;
        }

        await TakeUpAsync(run, client, cancellationToken);
        return true;
    }

    /// <summary>Takes up a run that is on record, unless it has started or ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task TakeUpAsync(RunRecord run, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (run.Status != RunStatus.Queued)
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

        await waiting.AddAsync([await entries.OfAsync(run, cancellationToken)], cancellationToken);
        await client.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.Wake, cancellation: cancellationToken);
    }

    private async Task<RunRecord?> RecordAsync(RunMessage message, CancellationToken cancellationToken) =>
        message.AcceptedHash is { } hash
        && await blobs.GetAsync(hash, cancellationToken) is { } content
        && JsonSerializer.Deserialize<AcceptedRun>(content, AgentJson.Options) is { } accepted
        && accepted.Run.RunId == message.RunId
            ? (await runs.CreateAsync(accepted.Run, accepted.Created, cancellationToken)).Run
            : null;
}
