using AgentFunctions.Local.DurableTask.Entities;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Messages that leave with a transaction: stored within it, handed over once it is on disk.</summary>
internal sealed class Outbox
{
    private readonly List<(string InstanceId, string? ExecutionId, HistoryEvent Event)> events = [];
    private readonly List<(string EntityId, EntityMessage Message, DateTimeOffset? At)> entityMessages = [];
    private readonly List<NewInstance> starts = [];
    private readonly List<Action<DurableEngine>> handovers = [];

    public void Send(string instanceId, string? executionId, HistoryEvent value) => events.Add((instanceId, executionId, value));

    public void Send(string entityId, EntityMessage message, DateTimeOffset? at = null) => entityMessages.Add((entityId, message, at));

    public void Start(NewInstance instance) => starts.Add(instance);

    public void Unlock(IEnumerable<string> entityIds, string lockId)
    {
        foreach (var id in entityIds)
        {
            Send(id, new UnlockRequest(lockId));
        }
    }

    /// <summary>Stores the messages. Those for instances that have finished are dropped.</summary>
    public void Write(DatabaseSession db, DateTimeOffset now)
    {
        foreach (var start in starts)
        {
            WriteStart(db, start, now);
        }

        foreach (var (instanceId, executionId, value) in events)
        {
            WriteEvent(db, instanceId, executionId, value);
        }

        foreach (var (entityId, message, at) in entityMessages)
        {
            var visibleAt = at > now ? at : null;
            EntityTable.InsertMessage(db, entityId, message, visibleAt);
            handovers.Add(visibleAt is { } time ? engine => engine.WakeEntityAt(entityId, time) : engine => engine.WakeEntity(entityId));
        }
    }

    /// <summary>Wakes the receivers.</summary>
    public void Handover(DurableEngine engine)
    {
        foreach (var handover in handovers)
        {
            handover(engine);
        }
    }

    private void WriteStart(DatabaseSession db, NewInstance start, DateTimeOffset now)
    {
        if (Instances.Start(db, start, now) is { } started)
        {
            handovers.Add(engine => engine.Deliver(start.InstanceId, started, start.StartAt > now ? start.StartAt : null));
        }
        else if (start.Start.Parent is { } parent)
        {
            var failure = new TaskFailureDetails(
                "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
                $"An orchestration with the id '{start.InstanceId}' exists and has not finished.",
                null,
                null,
                null);
            WriteEvent(db, parent.InstanceId, parent.ExecutionId, new ChildFailed(parent.TaskId, failure));
        }
    }

    private void WriteEvent(DatabaseSession db, string instanceId, string? executionId, HistoryEvent value)
    {
        var id = MessageTable.InsertIfOpen(db, instanceId, executionId, value);
        if (id > 0)
        {
            handovers.Add(engine => engine.Deliver(instanceId, new Delivery(id, executionId, value)));
        }
        else if (value is LockGranted unwanted)
        {
            Unlock(unwanted.EntityIds, unwanted.LockId);
        }
    }
}
