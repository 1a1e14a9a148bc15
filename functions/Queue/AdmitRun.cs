using AgentFunctions.Runs;
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
/// <param name="poisoned">What becomes of a run whose message is a dead letter.</param>
/// <param name="settings">How often it is tried.</param>
/// <param name="logger">The app's log.</param>
public sealed class AdmitRun(RunIntake intake, PoisonedRuns poisoned, AdmissionSettings settings, ILogger<AdmitRun> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Takes a run up.</summary>
    /// <param name="message">The run's message.</param>
    /// <param name="actions">Settles the message.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(AdmitRun))]
    public async Task RunAsync(
        [ServiceBusTrigger(RunMessage.Queue, Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (DeadLetters.Parse(message.Body) is not { } asked)
        {
            await BuryAsync(message, actions, run: null, DeadLetters.Malformed, "It is not {\"runId\",\"tenant\"} with valid ids.", cancellationToken);
            return;
        }

        try
        {
            if (await intake.TakeUpAsync(asked, client, cancellationToken))
            {
                await actions.CompleteMessageAsync(message, cancellationToken);
            }
            else
            {
                // Not a run of another tenant: a message changes nothing of what it has no right to.
                await BuryAsync(message, actions, run: null, DeadLetters.UnknownRun, $"There is no run '{asked.RunId}' of the tenant '{asked.Tenant}'.", cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(error, "The run '{RunId}' could not be admitted, attempt {Attempt} of {Most}.", asked.RunId, message.DeliveryCount, settings.MaxAttempts);
            await TryLaterAsync(message, actions, asked, error, cancellationToken);
        }
    }

    private async Task TryLaterAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, RunMessage asked, Exception error, CancellationToken cancellationToken)
    {
        if (message.DeliveryCount >= settings.MaxAttempts)
        {
            var why = FormattableString.Invariant($"It failed {message.DeliveryCount} times, the last time with {error.GetType().Name}: {error.Message}");
            await BuryAsync(message, actions, asked, DeadLetters.AdmissionFailed, why, cancellationToken);
            return;
        }

        // The queue delivers an abandoned message at once, and what was wrong needs a moment to pass. Its lock is renewed meanwhile.
        var pause = FirstPause * Math.Pow(2, message.DeliveryCount - 1);
        await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
        await actions.AbandonMessageAsync(message, cancellationToken: cancellationToken);
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
