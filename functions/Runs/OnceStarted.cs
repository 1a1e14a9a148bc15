using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Runs;

/// <summary>Starts orchestrations that must not run twice at the same time, though many may ask for it at once.</summary>
internal static class OnceStarted
{
    /// <summary>Starts the instance, unless there is one that stands in its way.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="name">The orchestration.</param>
    /// <param name="instanceId">Its instance id.</param>
    /// <param name="input">Its input.</param>
    /// <param name="isInTheWay">Whether an instance of that id means that nothing is to be started.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task StartOnceAsync(
        this DurableTaskClient client,
        string name,
        string instanceId,
        object input,
        Func<OrchestrationMetadata, bool> isInTheWay,
        CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken) is { } existing && isInTheWay(existing))
        {
            return;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                name, input, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Each backend has its own exception for an id that is taken. Somebody else was faster where there is such an instance now;
            // anything else is an error.
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is not { } faster || !isInTheWay(faster))
            {
                throw;
            }
        }
    }
}
