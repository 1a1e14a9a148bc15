using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>
/// Finishes what a process that died has begun: a run that is on record but neither on the queue nor in the waiting list, and an answer that was stored
/// but not told to its run. Both are done again safely: a run is admitted once, and an event that nobody waits for changes nothing.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="approvals">The approvals.</param>
/// <param name="waiting">What waits to be admitted.</param>
/// <param name="intake">Takes runs up.</param>
/// <param name="dead">Messages that could not be admitted.</param>
/// <param name="poisoned">What becomes of their runs.</param>
/// <param name="slots">Frees slots that were lost.</param>
/// <param name="time">The clock.</param>
public sealed class Reconcile(
    IRunStore runs,
    IRunJournal journal,
    IApprovalStore approvals,
    IWaitingList waiting,
    RunIntake intake,
    DeadLetters dead,
    PoisonedRuns poisoned,
    SlotReconciliation slots,
    TimeProvider time)
{
    /// <summary>What is younger is still on its ordinary way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const int MostAtOnce = 1000;

    /// <summary>Runs every minute.</summary>
    /// <param name="timer">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(Reconcile))]
    public async Task RunAsync(
        [TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await PausePoisonedRunsAsync(cancellationToken);
        await AdmitLostRunsAsync(client, cancellationToken);
        await TellLostAnswersAsync(client, cancellationToken);
        await slots.RunAsync(Grace, client, cancellationToken);
    }

    /// <summary>Pauses runs whose messages the queue itself has given up, such as one at which the process died each time.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task PausePoisonedRunsAsync(CancellationToken cancellationToken)
    {
        foreach (var letter in await dead.ListAsync(after: 0, MostAtOnce, cancellationToken))
        {
            if (letter.RunId is { } runId && IsOld(letter.EnqueuedAt))
            {
                await poisoned.PauseAsync(runId, letter.Id, letter.Reason, letter.Description, cancellationToken);
            }
        }
    }

    /// <summary>Takes up queued runs whose message was lost.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task AdmitLostRunsAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var lost = new List<RunRecord>();
        foreach (var run in await waiting.UnlistedAsync(time.GetUtcNow() - Grace, MostAtOnce, cancellationToken))
        {
            if (await client.GetInstanceAsync(run.RunId, getInputsAndOutputs: false, cancellationToken) is null)
            {
                lost.Add(run);
            }
        }

        await intake.TakeUpAsync(lost, client, cancellationToken);
    }

    /// <summary>Raises the events of answers again that their runs have not taken up.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task TellLostAnswersAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        await foreach (var run in runs.AllAsync(new RunQuery(Status: RunStatus.Waiting, RootsOnly: false), cancellationToken))
        {
            var answered = (await approvals.ListOfRunAsync(run.RunId, cancellationToken))
                .Where(approval => approval.Answer is { } answer && IsOld(answer.At))
                .ToList();
            var taken = answered.Count == 0 ? [] : await TakenUpAsync(run, cancellationToken);
            foreach (var approval in answered.Where(approval => !taken.Contains(approval.ApprovalId)))
            {
                await client.RaiseEventAsync(
                    approval.WaiterId, RunEvents.ApprovalAnswered(approval.ApprovalId), true, cancellationToken);
            }
        }
    }

    private bool IsOld(DateTimeOffset since) => time.GetUtcNow() - since >= Grace;

    private async Task<HashSet<string>> TakenUpAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var events = await journal.ReadEventsAsync(run.RunId, afterSequence: 0, cancellationToken);
        return events
            .Where(entry => entry.Type is "approval.answered" or "approval.expired")
            .Select(entry => entry.Data?["approvalId"]?.GetValue<string>())
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
    }
}
