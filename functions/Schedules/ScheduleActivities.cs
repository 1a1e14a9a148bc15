using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Schedules;

/// <summary>What the owner of a schedule does.</summary>
/// <param name="runner">Starts runs.</param>
public sealed class ScheduleActivities(ScheduleRunner runner)
{
    /// <summary>See <see cref="ScheduleRunner.AdvanceAsync"/>.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(AdvanceSchedule))]
    public Task<ScheduleWait> AdvanceSchedule(
        [ActivityTrigger] ScheduleOwnerInput owner, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        runner.AdvanceAsync(owner, client, cancellationToken);
}
