using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Queue;

/// <summary>What happens around the slots of runs.</summary>
public static class SlotOrchestrations
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(30);

    /// <summary>Lets runs go on that have a slot again. Input: a list of <see cref="SlotGiven"/>.</summary>
    /// <param name="context">The orchestration.</param>
    [Function(nameof(TellAdmitted))]
    public static async Task TellAdmitted([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var given = context.GetInput<List<SlotGiven>>()!;
        while (!await IsTakenUpAsync(context, given))
        {
            // They hold their slots and nobody else will tell them.
            await context.CreateTimer(BetweenTries, CancellationToken.None);
        }

        foreach (var run in given)
        {
            context.SendEvent(run.InstanceId, RunEvents.Admitted, payload: true);
        }
    }

    private static async Task<bool> IsTakenUpAsync(TaskOrchestrationContext context, List<SlotGiven> given)
    {
        try
        {
            await context.CallActivityAsync(nameof(SlotActivities.TakeUp), given, Activities.Retried);
            return true;
        }
        catch (TaskFailedException)
        {
            return false;
        }
    }
}
