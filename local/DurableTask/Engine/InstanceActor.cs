using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>One instance in memory. It is given events one turn at a time; what comes of a turn is stored before the next begins.</summary>
internal sealed class InstanceActor(string instanceId, DurableEngine engine)
{
    private readonly Lock gate = new();
    private List<Delivery> inbox = [];
    private bool isRunning;
    private bool isRetired;
    private DateTimeOffset idleSince;
    private LoadedInstance? loaded;

    /// <summary>Hands over an event; false when the actor has been given up and another one is to be made.</summary>
    public bool TryPost(Delivery delivery)
    {
        lock (gate)
        {
            if (isRetired)
            {
                return false;
            }

            inbox.Add(delivery);
            if (!isRunning)
            {
                isRunning = true;
                engine.Run(RunAsync);
            }

            return true;
        }
    }

    /// <summary>Gives the actor up if it has been idle since the given time.</summary>
    public bool TryRetire(DateTimeOffset since)
    {
        lock (gate)
        {
            if (isRunning || idleSince > since)
            {
                return false;
            }

            isRetired = true;
        }

        Unload();
        return true;
    }

    private async Task RunAsync()
    {
        while (Take() is { } batch)
        {
            TurnCommit? commit;
            await engine.OrchestratorSlots.WaitAsync(CancellationToken.None);
            try
            {
                commit = await TurnAsync(batch);
            }
            finally
            {
                engine.OrchestratorSlots.Release();
            }

            if (commit is not null)
            {
                await StoreAsync(commit);
            }
        }
    }

    private List<Delivery>? Take()
    {
        lock (gate)
        {
            if (inbox.Count > 0 && (!engine.Stopping.IsCancellationRequested || inbox.Exists(HasActivityResult)))
            {
                var taken = inbox;
                inbox = [];
                return taken;
            }

            isRunning = false;
            idleSince = engine.Now;
            isRetired = loaded is null || !engine.KeepsWaitingOrchestrations;
            if (isRetired)
            {
                engine.Forget(instanceId, this);
                Unload();
            }

            return null;
        }
    }

    private void Unload()
    {
        loaded?.Execution.Unload();
        loaded = null;
    }

    /// <summary>Whether something would be lost if the host ended now.</summary>
    private static bool HasActivityResult(Delivery delivery) => delivery.Event is TaskCompleted or TaskFailed;

    private async Task<TurnCommit?> TurnAsync(List<Delivery> batch)
    {
        if (loaded is null)
        {
            var (instance, stored) = await LoadedInstance.LoadAsync(engine, instanceId);
            loaded = instance;
            batch = [.. stored, .. batch.Where(each => !stored.Exists(other => other.Id == each.Id && each.Id > 0))];
        }

        var deliveries = batch
            .Where(each => each.Event is not null && (each.Id == 0 || each.IsScheduled || loaded is null || loaded.IsNew(each.Id)))
            .ToList();
        var hasStrayed = loaded is not null && batch.Exists(each => each.IsStray && each.ExecutionId == loaded.ExecutionId);
        if (deliveries.Count == 0 && !hasStrayed)
        {
            return null;
        }

        if (loaded is null)
        {
            return TurnCommit.Discarding(instanceId, deliveries);
        }

        var current = deliveries.Where(each => each.ExecutionId is null || each.ExecutionId == loaded.ExecutionId).ToList();
        if (current.Count == 0 && !hasStrayed)
        {
            return TurnCommit.Discarding(instanceId, deliveries);
        }

        loaded.Execution.HasStrayed |= hasStrayed;
        var now = engine.Now;
        var outcome = await loaded.Execution.RunTurnAsync(now, current.Select(each => each.Event!));
        return TurnCommit.Of(loaded, outcome, deliveries, now);
    }

    private async Task StoreAsync(TurnCommit commit)
    {
        await engine.Database.WriteUnguardedAsync(commit.Write);
        if (loaded is not null && commit.EndsExecution)
        {
            Unload();
        }

        commit.Handover(engine);
    }
}
