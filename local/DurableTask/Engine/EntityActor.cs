using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>One entity in memory: it works on the messages stored for it.</summary>
internal sealed class EntityActor(string entityId, DurableEngine engine)
{
    private const int LargestTurn = 256;

    private readonly EntityInstanceId id = EntityInstanceId.FromString(entityId);
    private readonly Lock gate = new();
    private bool isPoked;
    private bool isRunning;
    private bool isRetired;
    private DateTimeOffset idleSince;
    private EntityState? state;

    /// <summary>Makes it look for messages; false when the actor has been given up and another one is to be made.</summary>
    public bool TryPoke()
    {
        lock (gate)
        {
            isPoked = true;
            if (!isRetired && !isRunning)
            {
                isRunning = true;
                engine.Run(RunAsync);
            }

            return !isRetired;
        }
    }

    /// <summary>Gives the actor up if it has been idle since the given time.</summary>
    public bool TryRetire(DateTimeOffset since)
    {
        lock (gate)
        {
            isRetired |= !isRunning && idleSince <= since;
            return isRetired;
        }
    }

    private async Task RunAsync()
    {
        while (Take())
        {
            await engine.EntitySlots.WaitAsync(engine.Stopping);
            EntityTurn? turn;
            try
            {
                turn = await TurnAsync();
            }
            finally
            {
                engine.EntitySlots.Release();
            }

            if (turn is not null)
            {
                await StoreAsync(turn);
            }
        }
    }

    private bool Take()
    {
        lock (gate)
        {
            var taken = isPoked;
            isPoked = false;
            isRunning = taken;
            idleSince = engine.Now;
            return taken;
        }
    }

    private async Task<EntityTurn?> TurnAsync()
    {
        var messages = engine.Database.Read(db =>
        {
            if (state is null)
            {
                var row = EntityTable.Find(db, entityId);
                state = new EntityState(row?.State, row?.LockedBy, row?.LockId);
            }

            return EntityTable.Messages(db, entityId, state.LockId, engine.Now, LargestTurn);
        });
        if (messages.Count == 0)
        {
            return null;
        }

        var turn = new EntityTurn(engine, id, state!);
        await turn.RunAsync(messages);
        lock (gate)
        {
            isPoked |= turn.State.LockId != state!.LockId || messages.Count == LargestTurn;
        }

        return turn;
    }

    private async Task StoreAsync(EntityTurn turn)
    {
        var now = engine.Now;
        await engine.Database.WriteUnguardedAsync(db => turn.Write(db, now));
        state = turn.State;
        turn.Handover();
    }
}
