using AgentFunctions.Runs;
using AgentFunctions.Telemetry;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Queue;

/// <summary>
/// Moves queued runs from their messages into the waiting list, once, however often a message comes. A message that is none of a run, or
/// that cannot be taken up however often it is tried, becomes a dead letter.
/// </summary>
/// <param name="intake">Takes runs up.</param>
/// <param name="queue">Tries messages again later.</param>
/// <param name="poisoned">What becomes of a run whose message is a dead letter.</param>
/// <param name="settings">How often it is tried.</param>
/// <param name="logger">The app's log.</param>
/// <remarks>
/// A call gets what is there of one session, which is one tenant's, up to host.json's <c>maxMessageBatchSize</c>, and gives the session up
/// when it returns. So tenants take turns: one that sends without end has one batch, and then the others have theirs. What fails is not
/// waited for in here, where it would hold up its own tenant and the next ones: it comes back as a message that is due later.
/// </remarks>
public sealed class AdmitRun(RunIntake intake, RunQueue queue, PoisonedRuns poisoned, AdmissionSettings settings, ILogger<AdmitRun> logger)
{
    /// <summary>
    /// The longest that a batch is tried, so that a store that hangs holds other tenants up no longer. It is shorter than the lock of the
    /// queue, which nobody renews for batches.
    /// </summary>
    public static readonly TimeSpan LongestTakeUp = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Takes runs of a tenant up.</summary>
    /// <param name="messages">The runs' messages.</param>
    /// <param name="actions">Settles messages.</param>
    /// <param name="session">The tenant's session.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(AdmitRun))]
    public async Task RunAsync(
        [ServiceBusTrigger(RunMessage.Queue, Connection = "ServiceBus", IsSessionsEnabled = true, IsBatched = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage[] messages,
        ServiceBusMessageActions actions,
        ServiceBusSessionMessageActions session,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        // It only asks for that: the session is given up when this call returns.
        await session.ReleaseSession(cancellationToken);
        using var spans = QueueSpans.Process(messages, nameof(AdmitRun));
        var asked = messages.Select(message => DeadLetters.Parse(message.Body)).ToList();
        var results = new Queue<TakeUp>(await TakeUpAsync([.. asked.OfType<RunMessage>()], client, cancellationToken));
        await Task.WhenAll(messages.Zip(asked, (message, run) => run is null
            ? BuryAsync(message, actions, run, DeadLetters.Malformed, "It is not {\"runId\",\"tenant\"} with valid ids.", cancellationToken)
            : SettleAsync(message, actions, run, results.Dequeue(), cancellationToken)));
    }

    private async Task<IReadOnlyList<TakeUp>> TakeUpAsync(
        IReadOnlyList<RunMessage> asked, DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestTakeUp);
        try
        {
            return await intake.TakeUpAsync(asked, client, limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            return [.. asked.Select(_ => new TakeUp.Failed(error))];
        }
    }

    private Task SettleAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, RunMessage run, TakeUp result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case TakeUp.Done:
                return actions.CompleteMessageAsync(message, cancellationToken);
            case TakeUp.Unknown:
                // Not a run of another tenant: a message changes nothing of what it has no right to.
                return BuryAsync(
                    message, actions, run: null, DeadLetters.UnknownRun, $"There is no run '{run.RunId}' of the tenant '{run.Tenant}'.", cancellationToken);
            case TakeUp.Failed(var error):
                logger.LogError(
                    error,
                    "The run '{RunId}' could not be admitted, attempt {Attempt} of {Most}.",
                    run.RunId,
                    RunQueue.Attempt(message),
                    settings.MaxAttempts);
                return TryLaterAsync(message, actions, run, error, cancellationToken);
            default:
                throw new InvalidOperationException($"There is no result {result}.");
        }
    }

    private async Task TryLaterAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, RunMessage run, Exception error, CancellationToken cancellationToken)
    {
        var attempt = RunQueue.Attempt(message);
        if (attempt >= settings.MaxAttempts)
        {
            var why = FormattableString.Invariant($"It failed {attempt} times, the last time with {error.GetType().Name}: {error.Message}");
            await BuryAsync(message, actions, run, DeadLetters.AdmissionFailed, why, cancellationToken);
            return;
        }

        var pause = FirstPause * Math.Pow(4, attempt - 1);
        await queue.TryLaterAsync(message, run, pause < LongestPause ? pause : LongestPause, cancellationToken);
        await actions.CompleteMessageAsync(message, cancellationToken);
    }

    /// <summary>First the run, so that nobody finds it queued when its message is no more to be had.</summary>
    private async Task BuryAsync(
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        RunMessage? run,
        string reason,
        string description,
        CancellationToken cancellationToken)
    {
        if (run is not null)
        {
            await poisoned.PauseAsync(run.RunId, message.SequenceNumber, reason, description, cancellationToken);
        }

        await actions.DeadLetterMessageAsync(
            message, deadLetterReason: reason, deadLetterErrorDescription: description, cancellationToken: cancellationToken);
    }
}
