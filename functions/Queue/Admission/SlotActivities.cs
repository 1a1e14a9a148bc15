using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>What runs that go on need done for them.</summary>
/// <param name="waiting">What waits.</param>
/// <param name="runs">The runs.</param>
/// <param name="suspensions">What is suspended.</param>
public sealed class SlotActivities(IWaitingList waiting, IRunStore runs, Suspensions suspensions)
{
    /// <summary>Takes runs out of the waiting list, and resumes the orchestrations of those that were suspended.</summary>
    /// <param name="given">The runs.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(TakeUp))]
    public async Task TakeUp(
        [ActivityTrigger] List<SlotGiven> given, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await waiting.RemoveAsync([.. given.Select(run => run.RunId)], cancellationToken);
        foreach (var each in given.Where(run => run.Way == AdmissionWay.Resume))
        {
            // Somebody may have suspended it again meanwhile; then it has lost the slot, too.
            if (await runs.GetAsync(each.RunId, cancellationToken) is { IsFinished: false } run
                && await suspensions.FindAsync(run, cancellationToken) is null)
            {
                await suspensions.ResumeAsync(run, reason: null, client, cancellationToken);
            }
        }
    }
}
