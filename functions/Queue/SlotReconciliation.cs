using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Queue;

/// <summary>
/// Frees slots whose run does not hold them any more though nobody has said so: its orchestration failed, or was terminated or purged by
/// the durable management routes.
/// </summary>
/// <param name="runs">The runs.</param>
/// <param name="suspensions">What is suspended.</param>
/// <param name="settings">How many slots there are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The app's log.</param>
public sealed class SlotReconciliation(
    IRunStore runs, Suspensions suspensions, AdmissionSettings settings, TimeProvider time, ILogger<SlotReconciliation> logger)
{
    /// <summary>Looks at all slots that have been held for some time, and wakes the admission.</summary>
    /// <param name="grace">For how long a slot must have been held.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RunAsync(TimeSpan grace, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var state = await AdmissionReader.ReadAsync(client, cancellationToken);
        AdmissionMetrics.Show(state.Running.Count, settings.Total);
        var before = time.GetUtcNow() - grace;
        foreach (var (runId, slot) in state.Running.Where(slot => slot.Value.At <= before))
        {
            if (await LostAsync(runId, slot, client, cancellationToken) is { } operation)
            {
                logger.LogWarning("The slot of the run '{RunId}' was lost; it is freed by '{Operation}'.", runId, operation);
                await client.Entities.SignalEntityAsync(AdmissionEntity.Id, operation, new SlotEnd(runId), options: null, cancellationToken);
            }
        }

        await client.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.Wake, cancellationToken);
    }

    private async Task<string?> LostAsync(string runId, AdmittedRun slot, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(runId, cancellationToken) is not { IsFinished: false } run)
        {
            return AdmissionEntity.End;
        }

        if (run.RollingBackTo is not null)
        {
            // Its orchestration has ended; what is done in its place needs the slot.
            return null;
        }

        if (await client.GetInstanceAsync(slot.InstanceId, getInputsAndOutputs: false, cancellationToken) is not { IsCompleted: false })
        {
            return AdmissionEntity.End;
        }

        return await suspensions.FindAsync(run, cancellationToken) is null ? null : AdmissionEntity.Park;
    }
}
