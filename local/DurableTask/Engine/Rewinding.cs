using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>
/// Takes back what made an instance fail. The failures that came after the last thing the code asked for are struck from its history,
/// and what failed is done again.
/// </summary>
internal sealed class Rewinding(DatabaseSession db, DateTimeOffset now)
{
    private readonly List<Action<DurableEngine>> handovers = [];

    /// <summary>Rewinds an instance and returns what is to be done once that is stored.</summary>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not failed.</exception>
    public static IReadOnlyList<Action<DurableEngine>> Run(DatabaseSession db, string instanceId, string? reason, DateTimeOffset now)
    {
        var row = InstanceTable.Find(db, instanceId)
            ?? throw new ArgumentException($"There is no instance '{instanceId}'.", nameof(instanceId));
        if (row.Status != InstanceStatus.Failed)
        {
            throw new InvalidOperationException($"Instance '{instanceId}' is {row.Status}; only a failed one can be rewound.");
        }

        var rewinding = new Rewinding(db, now);
        rewinding.Rewind(row, reason);
        return rewinding.handovers;
    }

    private void Rewind(InstanceRow row, string? reason)
    {
        var turns = HistoryTable.Turns(db, row.Key);
        var all = turns.SelectMany(events => events).ToList();
        var lastAction = turns.FindLastIndex(events => events.Exists(each => each is ActionEvent));
        HistoryTable.Delete(db, row.Key);
        foreach (var (index, events) in turns.Index())
        {
            var struck = events.Where(each => index > lastAction && each is TaskFailed or ChildFailed).ToList();
            var kept = events.Where(each => each is not ExecutionCompleted && !struck.Contains(each)).ToList();
            HistoryTable.Append(db, row, now, kept);
            struck.ForEach(failure => Redo(row, all, failure));
        }

        InstanceTable.Update(db, row.Key, InstanceStatus.Running, row.CustomStatus, now);
        InstanceTable.SetOutcome(db, row, new ExecutionCompleted(InstanceStatus.Running, null, null));

        // An event of no effect, for the code to be run again even when nothing was struck.
        var wake = new ExecutionResumed(reason);
        var id = MessageTable.Insert(db, row.InstanceId, row.ExecutionId, wake);
        handovers.Add(engine => engine.Deliver(row.InstanceId, new Delivery(id, row.ExecutionId, wake)));
    }

    private void Redo(InstanceRow row, List<HistoryEvent> history, HistoryEvent failure)
    {
        switch (failure)
        {
            case TaskFailed failed:
                var activity = history.OfType<TaskScheduled>().Single(each => each.TaskId == failed.TaskId);
                WorkTable.InsertActivity(db, row, row.ExecutionId, activity);
                var call = new ActivityCall(row.InstanceId, activity.TaskId, activity.Name, activity.Input, row.TraceParent);
                handovers.Add(engine => engine.Activities.Enqueue(new ActivityItem(call, row.ExecutionId, new ExecutionLife())));
                break;
            case ChildFailed failed:
                RedoChild(row, history.OfType<ChildScheduled>().Single(each => each.TaskId == failed.TaskId));
                break;
        }
    }

    private void RedoChild(InstanceRow row, ChildScheduled child)
    {
        if (InstanceTable.Find(db, child.InstanceId) is { Status: InstanceStatus.Failed } failed && failed.ParentId == row.InstanceId)
        {
            Rewind(failed, "The parent was rewound.");
            return;
        }

        var outbox = new Outbox();
        var parent = new ParentTask(row.InstanceId, row.ExecutionId, child.TaskId, row.Name);
        var start = new ExecutionStarted(child.Name, child.Input, child.Version, parent);
        outbox.Start(new NewInstance(child.InstanceId, Guid.NewGuid().ToString("N"), start) { TraceParent = row.TraceParent });
        outbox.Write(db, now);
        handovers.Add(outbox.Handover);
    }
}
