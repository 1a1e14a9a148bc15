using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Schedules;

/// <summary>Input of a schedule's owner.</summary>
/// <param name="ScheduleId">The schedule.</param>
/// <param name="OwnerId">The owner's instance id: it ends where the schedule has another one, because it was deleted and made anew.</param>
public sealed record ScheduleOwnerInput(string ScheduleId, string OwnerId);

/// <summary>What an owner waits for.</summary>
/// <param name="IsOver">Whether there is nothing more to wait for.</param>
/// <param name="Until">UTC time of the next fire time; <see langword="null"/> where it waits for a change only.</param>
public sealed record ScheduleWait(bool IsOver, DateTime? Until);

/// <summary>
/// The one durable owner of a schedule. It is an orchestration that goes on for ever, because it waits for timers and events and retries
/// what it does; what it knows is in the store, so that it is a timer and no more, and a change needs no answer from it.
/// </summary>
public static class ScheduleOwner
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>See <see cref="Orchestrations.ScheduleOwner"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="ScheduleOwnerInput"/>.</param>
    [Function(Orchestrations.ScheduleOwner)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ScheduleOwnerInput>()!;
        var wait = await AdvanceAsync(context, input);
        if (wait.IsOver)
        {
            return;
        }

        using var waiting = new CancellationTokenSource();
        var changed = context.WaitForExternalEvent<bool>(RunEvents.ScheduleChanged, waiting.Token);
        if (wait.Until is { } until)
        {
            await Task.WhenAny(changed, context.CreateTimer(until, waiting.Token));
        }
        else
        {
            await changed;
        }

        // Not CancelAsync: that leaves the orchestrator's thread, and an orchestrator awaits only tasks of its context.
        waiting.Cancel();
        context.ContinueAsNew(input, preserveUnprocessedEvents: true);
    }

    /// <summary>Tells an owner that its run has ended.</summary>
    /// <param name="context">The orchestration that ends it.</param>
    /// <param name="ownerId">The owner; <see langword="null"/> for none.</param>
    public static void Tell(TaskOrchestrationContext context, string? ownerId)
    {
        if (ownerId is not null)
        {
            context.SendEvent(ownerId, RunEvents.ScheduleChanged, payload: true);
        }
    }

    /// <summary>An owner outlives every failure: a store that is down for an hour ends no schedule.</summary>
    private static async Task<ScheduleWait> AdvanceAsync(TaskOrchestrationContext context, ScheduleOwnerInput input)
    {
        try
        {
            return await context.CallActivityAsync<ScheduleWait>(nameof(ScheduleActivities.AdvanceSchedule), input, Activities.Retried);
        }
        catch (TaskFailedException)
        {
            return new ScheduleWait(IsOver: false, context.CurrentUtcDateTime + AfterFailure);
        }
    }
}
