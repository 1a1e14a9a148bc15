using System.Text.Json.Nodes;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>How a dead letter was settled.</summary>
public enum DeadLetterOutcome
{
    /// <summary>It was settled so, now or before.</summary>
    Done,

    /// <summary>There is no such dead letter, and never was one that was settled.</summary>
    Unknown,

    /// <summary>It was settled in the other way before.</summary>
    DoneOtherwise,

    /// <summary>Somebody else holds it just now.</summary>
    Held,
}

/// <summary>
/// Resubmits and discards dead letters. What is to be done is on record first, so that after a crash at any point the same request goes
/// on where it was: the queue drops a message that it has taken already, and a run takes the same event once.
/// </summary>
/// <param name="dead">The dead letters.</param>
/// <param name="runs">Their runs.</param>
/// <param name="operations">What operators have done.</param>
/// <param name="time">The clock.</param>
public sealed class DeadLetterDesk(DeadLetters dead, PoisonedRuns runs, IOperationLog operations, TimeProvider time)
{
    /// <summary>Settles a dead letter.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="type"><see cref="PoisonedRuns.Resubmitted"/> or <see cref="PoisonedRuns.Discarded"/>.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How it was settled, and the operation by which it was.</returns>
    public async Task<(DeadLetterOutcome Outcome, OperationRecord? Operation)> SettleAsync(
        long id, string type, string by, string? reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var operationId = FormattableString.Invariant($"deadletter-{id}");
        var operation = await operations.FindAsync(operationId, cancellationToken)
            ?? await BeginAsync(id, operationId, type, by, reason, cancellationToken);
        if (operation is null)
        {
            return (DeadLetterOutcome.Unknown, null);
        }

        if (operation.Type != type)
        {
            return (DeadLetterOutcome.DoneOtherwise, operation);
        }

        if (operation.CompletedAt is not null)
        {
            return (DeadLetterOutcome.Done, operation);
        }

        var run = await runs.RecordAsync(operation, id, cancellationToken);
        if (type == PoisonedRuns.Resubmitted)
        {
            await dead.SendAgainAsync(id, cancellationToken);
        }
        else if (run is not null)
        {
            await client.StartOnceAsync(
                Orchestrations.EndRun,
                RunEnding.InstanceId(run.RunId, RunStatus.Canceled),
                new EndRunRequest(run.RunId, RunStatus.Canceled, operation.By, $"Its message was discarded by {operation.By}. {operation.Reason}".TrimEnd()),
                isInTheWay: ending => !ending.IsCompleted,
                cancellationToken);
        }

        return await dead.RemoveAsync(id, cancellationToken)
            ? (DeadLetterOutcome.Done, await operations.CompleteAsync(operationId, time.GetUtcNow(), cancellationToken))
            : (DeadLetterOutcome.Held, operation);
    }

    private async Task<OperationRecord?> BeginAsync(
        long id, string operationId, string type, string by, string? reason, CancellationToken cancellationToken) =>
        await dead.FindAsync(id, cancellationToken) is { } letter
            ? await operations.BeginAsync(
                new OperationRecord(
                    operationId,
                    type,
                    by,
                    reason,
                    time.GetUtcNow(),
                    letter.RunId,
                    new JsonObject
                    {
                        ["deadLetter"] = id,
                        ["messageId"] = letter.MessageId,
                        ["deadLetterReason"] = letter.Reason,
                        ["deadLetterDescription"] = letter.Description,
                        ["body"] = letter.Body,
                    }),
                cancellationToken)
            : null;
}
