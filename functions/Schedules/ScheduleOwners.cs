using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Schedules;

/// <summary>Starts and wakes the owners of schedules.</summary>
/// <param name="schedules">The schedules.</param>
/// <param name="runs">The runs.</param>
public sealed class ScheduleOwners(IScheduleStore schedules, IRunStore runs)
{
    private const int PageSize = 100;

    /// <summary>Tells a schedule's owner that it was changed; starts the owner where there is none.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task WakeAsync(ScheduleRecord schedule, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await client.StartOnceAsync(
            Orchestrations.ScheduleOwner,
            schedule.OwnerId,
            new ScheduleOwnerInput(schedule.ScheduleId, schedule.OwnerId),
            isInTheWay: owner => !owner.IsCompleted,
            cancellationToken);
        await client.RaiseEventAsync(schedule.OwnerId, RunEvents.ScheduleChanged, true, cancellationToken);
    }

    /// <summary>
    /// Every minute, finishes what a process that died has begun: a schedule that was stored but has no owner, and a run that has ended
    /// without its owner being told.
    /// </summary>
    /// <param name="timer">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ReconcileSchedules))]
    public async Task ReconcileSchedules(
        [TimerTrigger("30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var query = new ScheduleQuery(Limit: PageSize);
        IReadOnlyList<ScheduleRecord> page;
        do
        {
            page = await schedules.ListAsync(query, cancellationToken);
            foreach (var schedule in page)
            {
                if (await IsForgottenAsync(schedule, client, cancellationToken))
                {
                    await WakeAsync(schedule, client, cancellationToken);
                }
            }

            query = query with { After = page.Count > 0 ? page[^1].ScheduleId : null };
        }
        while (page.Count == PageSize);
    }

    private async Task<bool> IsForgottenAsync(ScheduleRecord schedule, DurableTaskClient client, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(schedule.OwnerId, getInputsAndOutputs: false, cancellationToken) is not { IsCompleted: false }
        || (schedule.State is { ActiveRunId: { } active, Pending.Count: > 0 }
            && await runs.GetAsync(active, cancellationToken) is null or { IsFinished: true });
}
