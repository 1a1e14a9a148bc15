using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Takes back what made an instance fail, and does again what it waits for.</summary>
internal sealed class Rewinding(DatabaseSession db, DateTimeOffset now)
{
    private readonly List<Action<DurableEngine>> handovers = [];

    /// <summary>Rewinds an instance and returns what is to be done once that is stored.</summary>
    /// <exception cref="InvalidOperationException">The instance has changed since the plan was made.</exception>
    public static IReadOnlyList<Action<DurableEngine>> Run(DatabaseSession db, RewindPlan plan, string? reason, DateTimeOffset now)
    {
        var rewinding = new Rewinding(db, now);
        rewinding.Rewind(plan, reason);
        return rewinding.handovers;
    }

    private void Rewind(RewindPlan plan, string? reason)
    {
        var row = plan.Row;
        if (InstanceTable.Find(db, row.InstanceId) is not { Status: InstanceStatus.Failed } present || present.Key != row.Key)
        {
            throw new InvalidOperationException($"Instance '{row.InstanceId}' is being changed by another request.");
        }

        HistoryTable.Delete(db, row.Key);
        plan.Turns.ForEach(events => HistoryTable.Append(db, row, now, events));
        InstanceTable.Update(db, row.Key, InstanceStatus.Running, row.CustomStatus, now);
        InstanceTable.SetOutcome(db, row, new ExecutionCompleted(InstanceStatus.Running, null, null));
        foreach (var action in plan.Open)
        {
            Redo(plan, action);
        }

        Send(row, new ExecutionRewound(reason));
    }

    private void Redo(RewindPlan plan, ActionEvent action)
    {
        var row = plan.Row;
        switch (action)
        {
            case TaskScheduled activity when !WorkTable.HasActivity(db, row.Key, row.ExecutionId, activity.TaskId):
                WorkTable.InsertActivity(db, row, row.ExecutionId, activity);
                var call = new ActivityCall(row.InstanceId, activity.TaskId, activity.Name, activity.Input, row.TraceParent);
                handovers.Add(engine => engine.Activities.Enqueue(new ActivityItem(call, row.ExecutionId, new ExecutionLife())));
                break;
            case TimerCreated timer:
                // One that the code has cancelled is cancelled again by its replay.
                WorkTable.InsertTimer(db, row.Key, row.ExecutionId, timer);
                handovers.Add(engine => engine.FireAt(timer.DueAt, row.InstanceId, row.ExecutionId, timer.TaskId));
                break;
            case ChildScheduled child:
                RedoChild(plan, child);
                break;
        }
    }

    private void RedoChild(RewindPlan plan, ChildScheduled child)
    {
        var row = plan.Row;
        if (plan.Children.FirstOrDefault(each => each.Row.InstanceId == child.InstanceId) is { } failed)
        {
            Rewind(failed, "The parent was rewound.");
            return;
        }

        switch (InstanceTable.Find(db, child.InstanceId))
        {
            case { } present when present.ParentId == row.InstanceId && !present.Status.IsFinal():
                break;
            case { Status: InstanceStatus.Completed } present when present.ParentId == row.InstanceId:
                var output = InstanceTable.Data(db, present.Key).Output;
                Send(row, ChildAnswers.Of(new ExecutionCompleted(InstanceStatus.Completed, output, null), child.TaskId));
                break;
            default:
                Start(row, child);
                break;
        }
    }

    private void Start(InstanceRow row, ChildScheduled child)
    {
        var outbox = new Outbox();
        var parent = new ParentTask(row.InstanceId, row.ExecutionId, child.TaskId, row.Name);
        var start = new ExecutionStarted(child.Name, child.Input, child.Version, parent);
        outbox.Start(new NewInstance(child.InstanceId, Guid.NewGuid().ToString("N"), start) { Tags = child.Tags, TraceParent = row.TraceParent });
        outbox.Write(db, now);
        handovers.Add(outbox.Handover);
    }

    private void Send(InstanceRow row, HistoryEvent value)
    {
        var id = MessageTable.Insert(db, row.InstanceId, row.ExecutionId, value);
        handovers.Add(engine => engine.Deliver(row.InstanceId, new Delivery(id, row.ExecutionId, value)));
    }
}
