using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Queue;

/// <summary>
/// Admits runs under limits. Operations come one at a time, and an orchestration that one of them starts is started with its commit or
/// not at all: so each admitted run is started once, and each slot is counted.
/// </summary>
/// <param name="desk">Chooses and looks things up.</param>
/// <param name="logger">The app's log.</param>
/// <remarks>
/// What waits lies in a store and not in the entity's state, which every operation rewrites. A run is taken out of the waiting list by
/// what it starts or goes on with, so after the commit that admits it; in between it is known to be running, and is passed over.
/// </remarks>
public sealed class Admission(AdmissionDesk desk, ILogger<Admission> logger) : TaskEntity<AdmissionState>
{
    private static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromSeconds(2);

    /// <summary>The entity function.</summary>
    /// <param name="dispatcher">Hands the operation over.</param>
    [Function(AdmissionEntity.Name)]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Admission>();

    /// <summary>See <see cref="AdmissionEntity.Wake"/>.</summary>
    public Task Wake() => TryAsync(AdmissionEntity.Wake, input: null, AdmitAsync);

    /// <summary>See <see cref="AdmissionEntity.Leave"/>.</summary>
    /// <param name="leave">The run.</param>
    public Task Leave(SlotLeave leave) => TryAsync(AdmissionEntity.Leave, leave, async () =>
    {
        if (State.Running.GetValueOrDefault(leave.RunId)?.InstanceId == leave.InstanceId)
        {
            State = desk.Free(State, leave.RunId);
            await AdmitAsync();
        }
    });

    /// <summary>See <see cref="AdmissionEntity.Return"/>.</summary>
    /// <param name="back">The run.</param>
    public Task Return(SlotReturn back) => TryAsync(AdmissionEntity.Return, back, async () =>
    {
        if (!State.Running.TryGetValue(back.RunId, out var held))
        {
            if (await desk.ListAsync(back, CancellationToken.None))
            {
                await AdmitAsync();
            }
        }
        else if (back.Way != AdmissionWay.Start || held.InstanceId != back.InstanceId)
        {
            // It has its slot: it was rolled back while it held one, or was resumed before it was taken from it.
            State = State with { Running = State.Running.SetItem(back.RunId, held with { InstanceId = back.InstanceId }) };
            GoOn([new SlotGiven(back.RunId, back.InstanceId, back.Way)], held.At);
        }
    });

    /// <summary>See <see cref="AdmissionEntity.Park"/>.</summary>
    /// <param name="parked">The run.</param>
    public Task Park(SlotEnd parked) => TryAsync(AdmissionEntity.Park, parked, () => FreeAsync(parked with { Actual = null }));

    /// <summary>See <see cref="AdmissionEntity.End"/>.</summary>
    /// <param name="end">The run.</param>
    public Task End(SlotEnd end) => TryAsync(AdmissionEntity.End, end, () => FreeAsync(end));

    /// <inheritdoc/>
    protected override AdmissionState InitializeState(TaskEntityOperation entityOperation) => new();

    private async Task FreeAsync(SlotEnd end)
    {
        await desk.UnlistAsync(end.RunId, CancellationToken.None);
        if (State.Running.ContainsKey(end.RunId))
        {
            State = desk.Free(State, end.RunId, end.Actual);
            await AdmitAsync();
        }
    }

    private async Task AdmitAsync()
    {
        var admitted = await desk.AdmitAsync(State, CancellationToken.None);
        State = admitted.State;
        GoOn([.. admitted.Runs.Select(run => new SlotGiven(run.RunId, run.InstanceId, run.Way))], admitted.At);
        if (admitted.IsMore)
        {
            Context.SignalEntity(Context.Id, AdmissionEntity.Wake);
        }

        if (admitted.RoomAt is { } at && (State.WakesAt is not { } planned || planned > at || planned <= admitted.At))
        {
            State = State with { WakesAt = at };
            Context.SignalEntity(Context.Id, AdmissionEntity.Wake, input: null, new SignalEntityOptions { SignalTime = at });
        }
    }

    private void GoOn(IReadOnlyList<SlotGiven> given, DateTimeOffset at)
    {
        foreach (var run in given.Where(run => run.Way == AdmissionWay.Start))
        {
            Context.ScheduleNewOrchestration(
                Orchestrations.AgentRun, new RunInput(run.RunId, AdmittedAt: at), new StartOrchestrationOptions(run.InstanceId));
        }

        var others = given.Where(run => run.Way != AdmissionWay.Start).ToList();
        if (others.Count > 0)
        {
            Context.ScheduleNewOrchestration(nameof(SlotOrchestrations.TellAdmitted), others);
        }
    }

    /// <summary>A signal is delivered once: where the store fails it is sent again, so that no slot is lost and nobody waits for ever.</summary>
    private async Task TryAsync(string operation, object? input, Func<Task> work)
    {
        var before = State;
        try
        {
            await work();
        }
        catch (Exception error)
        {
            logger.LogError(error, "The admission failed at '{Operation}' and tries again.", operation);
            State = before;
            Context.SignalEntity(
                Context.Id, operation, input, new SignalEntityOptions { SignalTime = DateTimeOffset.UtcNow + BeforeAnotherTry });
        }
    }
}
