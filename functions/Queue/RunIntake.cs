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
    /// <summary>
    /// Takes up the runs of messages, and puts those on record where that has not been done. They are taken up together, which costs as
    /// much as one; where that fails, each by itself, so that one that cannot be taken up does not keep the others from it.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What became of each.</returns>
    public async Task<IReadOnlyList<TakeUp>> TakeUpAsync(
        IReadOnlyList<RunMessage> messages, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Task.WhenAll(messages.Select(message => FindAsync(message, cancellationToken)));
            await TakeUpAsync([.. found.OfType<RunRecord>()], client, cancellationToken);
            return [.. found.Select(TakeUp (run) => run is null ? new TakeUp.Unknown() : new TakeUp.Done())];
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return messages.Count == 1
                ? [new TakeUp.Failed(error)]
                : [.. (await Task.WhenAll(messages.Select(message => TakeUpAsync([message], client, cancellationToken)))).SelectMany(result => result)];
        }
    }

    /// <summary>Takes up runs that are on record, but for those that have started or ended.</summary>
    /// <param name="records">The runs.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task TakeUpAsync(IReadOnlyList<RunRecord> records, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var queued = records.Where(run => run.Status == RunStatus.Queued).DistinctBy(run => run.RunId).ToList();
        if (queued.Count == 0)
        {
            return;
        }

        await Task.WhenAll(queued.Select(run => StartDeadlineAsync(run, client, cancellationToken)));
        await waiting.AddAsync(await Task.WhenAll(queued.Select(run => entries.OfAsync(run, cancellationToken))), cancellationToken);
        await client.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.Wake, cancellation: cancellationToken);
    }

    private static Task StartDeadlineAsync(RunRecord run, DurableTaskClient client, CancellationToken cancellationToken) => run.Deadline is { } deadline
        ? client.StartOnceAsync(
            Orchestrations.RunDeadline,
            RunDeadlines.InstanceId(run.RunId),
            new RunDeadline(run.RunId, deadline.UtcDateTime),
            isInTheWay: _ => true,
            cancellationToken)
        : Task.CompletedTask;

    /// <summary>The run of a message, if it is one of the message's tenant.</summary>
    private async Task<RunRecord?> FindAsync(RunMessage message, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(message.RunId, cancellationToken) ?? await RecordAsync(message, cancellationToken);
        return run?.Tenant == message.Tenant ? run : null;
    }

    private async Task<RunRecord?> RecordAsync(RunMessage message, CancellationToken cancellationToken) =>
        message.AcceptedHash is { } hash
        && await blobs.GetAsync(hash, cancellationToken) is { } content
        && JsonSerializer.Deserialize<AcceptedRun>(content, AgentJson.Options) is { } accepted
        && accepted.Run.RunId == message.RunId
            ? (await runs.CreateAsync(accepted.Run, accepted.Created, cancellationToken)).Run
            : null;
}

/// <summary>What became of a run that was to be taken up.</summary>
public abstract record TakeUp
{
    private TakeUp()
    {
    }

    /// <summary>It waits to be admitted, or has been admitted before.</summary>
    public sealed record Done : TakeUp;

    /// <summary>There is no such run of that tenant.</summary>
    public sealed record Unknown : TakeUp;

    /// <summary>It could not be taken up now.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(Exception Error) : TakeUp;
}
