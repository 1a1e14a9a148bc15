using AgentFunctions.Models.Deployments;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Queue;

/// <summary>Admits runs of the waiting list. Used by the <see cref="Admission"/> entity alone, so that no two admit at the same time.</summary>
/// <param name="waiting">What waits.</param>
/// <param name="runs">The runs.</param>
/// <param name="entries">Entries of the waiting list.</param>
/// <param name="router">Knows of models that refuse calls for load: their runs wait in the queue rather than in a slot.</param>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class AdmissionDesk(
    IWaitingList waiting, IRunStore runs, WaitingEntries entries, IModelRouter router, AdmissionSettings settings, TimeProvider time)
{
    /// <summary>Most admissions of one operation; with more room, another one follows.</summary>
    private const int MostAtOnce = 64;

    private const int LargestPage = 32;

    /// <summary>Admits all that may be admitted.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Admitted> AdmitAsync(AdmissionState state, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (state.Running.Count >= settings.Total)
        {
            return new Admitted(state, [], now, IsMore: false);
        }

        var busy = router.Blocked();
        var round = new AdmissionRound(settings, state, now, model => busy.TryGetValue(model, out var until) ? until : null);

        var page = Math.Min(round.Room + 1, LargestPage);
        var admitted = new List<WaitingRun>();
        round.Add(await waiting.HeadsAsync(page, cancellationToken));
        while (admitted.Count < MostAtOnce && round.Next() is { } next)
        {
            bool isLast;
            if (!round.IsRunning(next.RunId) && await WaitsAsync(next, cancellationToken))
            {
                isLast = round.Admit(next);
                admitted.Add(next);
            }
            else
            {
                isLast = round.Drop(next);
            }

            if (isLast)
            {
                round.Add(await waiting.BehindAsync(next, page, cancellationToken));
            }
        }

        return new Admitted(round.End(), admitted, now, IsMore: admitted.Count == MostAtOnce && round.HasRoom, round.RoomAt);
    }

    /// <summary>Puts a run that goes on back into the waiting list; <see langword="false"/> where it has ended.</summary>
    /// <param name="back">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> ListAsync(SlotReturn back, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(back.RunId, cancellationToken) is not { IsFinished: false } run)
        {
            return false;
        }

        await waiting.AddAsync([await entries.OfAsync(run, back.Way, back.InstanceId, cancellationToken)], cancellationToken);
        return true;
    }

    /// <summary>Takes a run out of the waiting list.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task UnlistAsync(string runId, CancellationToken cancellationToken) => waiting.RemoveAsync([runId], cancellationToken);

    /// <summary>Frees a run's slot.</summary>
    /// <param name="state">The state.</param>
    /// <param name="runId">The run.</param>
    /// <param name="actual">What it has used, where it has ended.</param>
    public AdmissionState Free(AdmissionState state, string runId, ActualUse? actual = null) =>
        state.Free(settings, runId, time.GetUtcNow(), actual);

    /// <summary>Whether a run of the list still waits: a record that says otherwise is right, and the list is behind.</summary>
    private async Task<bool> WaitsAsync(WaitingRun listed, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(listed.RunId, cancellationToken);
        var waits = run is { IsFinished: false }
            && RunInstances.Of(run) == listed.InstanceId
            && (listed.Way != AdmissionWay.Start || run.Branch > 0 || run.Status == RunStatus.Queued);
        if (!waits)
        {
            await UnlistAsync(listed.RunId, cancellationToken);
        }

        return waits;
    }
}

/// <summary>What an operation has admitted.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Runs">The runs.</param>
/// <param name="At">UTC time of that.</param>
/// <param name="IsMore">Whether there may be more to admit.</param>
/// <param name="RoomAt">UTC time from which a model has room that held somebody back.</param>
public sealed record Admitted(AdmissionState State, IReadOnlyList<WaitingRun> Runs, DateTimeOffset At, bool IsMore, DateTimeOffset? RoomAt = null);
