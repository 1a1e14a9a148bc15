using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.DurableTask;

namespace AgentFunctions.Queue;

/// <summary>
/// The slot of a root run, as its orchestrator knows it: given up while nothing of the run is at work, such as while it waits for a human
/// or for budget, and taken again before anything goes on. A child works within its root's slot. Orchestrator code.
/// </summary>
/// <param name="context">The run's orchestration.</param>
/// <param name="run">The run.</param>
internal sealed class RunSlot(TaskOrchestrationContext context, RunHeader run)
{
    private TaskCompletionSource? asked;

    /// <summary>Whether the run holds its slot.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>Hears of slots that the run gets. Does not end.</summary>
    public async Task ListenAsync()
    {
        while (run.IsRoot)
        {
            await context.WaitForExternalEvent<bool>(RunEvents.Admitted);
            if (asked is { } waiting)
            {
                (IsHeld, asked) = (true, null);
                waiting.SetResult();
            }
            else if (!IsHeld)
            {
                // It was resumed from a suspension and still waits for what it had waited for before.
                await SignalLeaveAsync();
            }
        }
    }

    /// <summary>Gives the slot up.</summary>
    public Task LeaveAsync()
    {
        if (!run.IsRoot || !IsHeld)
        {
            return Task.CompletedTask;
        }

        IsHeld = false;
        return SignalLeaveAsync();
    }

    /// <summary>Returns once the run holds its slot. It waits for one ahead of new runs of its priority.</summary>
    public async Task HoldAsync()
    {
        if (IsHeld)
        {
            return;
        }

        if (asked is null)
        {
            asked = new TaskCompletionSource();
            await context.Entities.SignalEntityAsync(
                AdmissionEntity.Id, AdmissionEntity.Return, new SlotReturn(run.RunId, RunInstances.Of(run), AdmissionWay.Wake));
        }

        await asked.Task;
    }

    private Task SignalLeaveAsync() => context.Entities.SignalEntityAsync(
        AdmissionEntity.Id, AdmissionEntity.Leave, new SlotLeave(run.RunId, RunInstances.Of(run)));
}
