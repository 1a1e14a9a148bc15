using AgentFunctions.Local.DurableTask.Entities;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Everything a turn changes, in one transaction: the history, what was consumed, what was asked for, what is sent.</summary>
internal sealed class TurnCommit
{
    private readonly Outbox outbox = new();
    private readonly string instanceId;
    private readonly IReadOnlyList<Delivery> consumed;
    private readonly LoadedInstance? loaded;
    private readonly TurnOutcome? outcome;
    private readonly DateTimeOffset now;
    private readonly byte[]? events;
    private readonly LongPayloads? payloads;
    private readonly bool changesRow;

    private TurnCommit(string instanceId, IReadOnlyList<Delivery> consumed, LoadedInstance? loaded, TurnOutcome? outcome, DateTimeOffset now)
    {
        this.instanceId = instanceId;
        this.consumed = consumed;
        this.loaded = loaded;
        this.outcome = outcome;
        this.now = now;
        if (loaded is not null && outcome is not null)
        {
            payloads = new LongPayloads(loaded.LongestInlineText);
            events = outcome.Next is null ? HistoryCodec.Encode([.. outcome.Events.Select(each => each.Map(payloads.Put))]) : null;
            changesRow = loaded.Shown != (outcome.Status, outcome.CustomStatus);
            loaded.Shown = (outcome.Status, outcome.CustomStatus);
        }

        FillOutbox();
    }

    public bool EndsExecution => outcome is { Completion: not null } or { Next: not null };

    private IEnumerable<ActionEvent> Actions => outcome?.Events.OfType<ActionEvent>() ?? [];

    /// <summary>Removes events that nothing is left to be given to.</summary>
    public static TurnCommit Discarding(string instanceId, IReadOnlyList<Delivery> deliveries) =>
        new(instanceId, deliveries, null, null, default);

    public static TurnCommit Of(LoadedInstance loaded, TurnOutcome outcome, IReadOnlyList<Delivery> consumed, DateTimeOffset now) =>
        new(loaded.Row.InstanceId, consumed, loaded, outcome, now);

    public void Write(DatabaseSession db)
    {
        var key = loaded?.Row.Key ?? InstanceTable.KeyOf(db, instanceId);
        foreach (var delivery in consumed)
        {
            Consume(db, key, delivery);
        }

        if (loaded is not null && outcome is not null)
        {
            WriteTurn(db, loaded, outcome);
        }

        outbox.Write(db, now);
    }

    /// <summary>Starts what the turn asked for and wakes who was sent something.</summary>
    public void Handover(DurableEngine engine)
    {
        if (loaded is not null && outcome is not null)
        {
            if (outcome.Status == InstanceStatus.Terminated)
            {
                loaded.Life.Terminate();
            }

            foreach (var action in Actions)
            {
                Begin(engine, loaded, action);
            }

            if (changesRow)
            {
                engine.Signals.Changed(instanceId);
            }

            if (outcome.Next is not null)
            {
                engine.Deliver(instanceId, Delivery.Poke);
            }
        }

        outbox.Handover(engine);
    }

    private static void Consume(DatabaseSession db, long? instanceKey, Delivery delivery)
    {
        switch (delivery)
        {
            case { Id: > 0 }:
                MessageTable.Delete(db, delivery.Id);
                break;
            case { Event: TaskCompleted done } when instanceKey is { } key:
                WorkTable.DeleteActivity(db, key, delivery.ExecutionId, done.TaskId);
                break;
            case { Event: TaskFailed failed } when instanceKey is { } key:
                WorkTable.DeleteActivity(db, key, delivery.ExecutionId, failed.TaskId);
                break;
            case { Event: TimerFired fired } when instanceKey is { } key:
                WorkTable.DeleteTimer(db, key, delivery.ExecutionId, fired.TaskId);
                break;
        }
    }

    private void WriteTurn(DatabaseSession db, LoadedInstance instance, TurnOutcome result)
    {
        if (events is not null)
        {
            HistoryTable.Append(db, instance.Row.Key, now, events);
            payloads!.Save(db, instanceId);
        }

        if (changesRow)
        {
            InstanceTable.Update(db, instance.Row.Key, result.Status, result.CustomStatus, now);
        }

        foreach (var action in Actions)
        {
            switch (action)
            {
                case TaskScheduled activity when result.Status != InstanceStatus.Terminated:
                    WorkTable.InsertActivity(db, instance.Row, instance.ExecutionId, activity);
                    break;
                case TimerCreated timer when !EndsExecution:
                    WorkTable.InsertTimer(db, instance.Row.Key, instance.ExecutionId, timer);
                    break;
            }
        }

        foreach (var timer in result.CancelledTimers)
        {
            WorkTable.DeleteTimer(db, instance.Row.Key, instance.ExecutionId, timer);
        }

        if (result.Completion is { } completion)
        {
            WriteCompletion(db, instance.Row, completion, result.TerminatesChildren);
        }
        else if (result.Next is { } next)
        {
            WriteNext(db, instance.Row, next, result.CarriedEvents);
        }
    }

    private void WriteCompletion(DatabaseSession db, InstanceRow row, ExecutionCompleted completion, bool terminatesChildren)
    {
        InstanceTable.SetOutcome(db, row, completion);
        WorkTable.DeleteTimers(db, row.Key);
        if (completion.Status == InstanceStatus.Terminated)
        {
            WorkTable.DeleteActivities(db, row.Key);
        }

        if (terminatesChildren)
        {
            foreach (var child in InstanceTable.OpenChildren(db, instanceId))
            {
                outbox.Send(child, null, new ExecutionTerminated(completion.Output, Recursive: true));
            }
        }
    }

    private void WriteNext(DatabaseSession db, InstanceRow row, ExecutionStarted next, IReadOnlyList<EventRaised> carried)
    {
        var executionId = Guid.NewGuid().ToString("N");
        HistoryTable.Delete(db, row.Key);
        WorkTable.DeleteTimers(db, row.Key);
        InstanceTable.SetExecution(db, row, executionId, next, now);
        MessageTable.Insert(db, instanceId, executionId, next, isCarried: true);
        foreach (var each in carried)
        {
            MessageTable.Insert(db, instanceId, null, each, isCarried: true);
        }

        PayloadTable.Collect(db, instanceId);
    }

    private void FillOutbox()
    {
        foreach (var delivery in consumed)
        {
            // The execution that asked for the lock has ended without it.
            if (delivery.Event is LockGranted granted && delivery.ExecutionId != loaded?.ExecutionId)
            {
                outbox.Unlock(granted.EntityIds, granted.LockId);
            }
        }

        foreach (var action in Actions)
        {
            Send(loaded!, action);
        }

        if (outcome?.Completion is { } completion && loaded!.Execution.Parent is { } parent)
        {
            outbox.Send(parent.InstanceId, parent.ExecutionId, ChildAnswers.Of(completion, parent.TaskId));
        }
    }

    private void Send(LoadedInstance instance, ActionEvent action)
    {
        EntityCaller Caller() => new(instanceId, instance.ExecutionId, action.TaskId);
        switch (action)
        {
            case ChildScheduled child when outcome?.Status != InstanceStatus.Terminated:
                var parent = new ParentTask(instanceId, instance.ExecutionId, child.TaskId, instance.Row.Name);
                var start = new ExecutionStarted(child.Name, child.Input, child.Version, parent);
                outbox.Start(new NewInstance(child.InstanceId, Guid.NewGuid().ToString("N"), start)
                {
                    Tags = child.Tags,
                    TraceParent = instance.Row.TraceParent,
                });
                break;
            case EventSent sent:
                outbox.Send(sent.InstanceId, null, new EventRaised(sent.Name, sent.Payload));
                break;
            case EntityCalled call:
                outbox.Send(call.EntityId, new OperationRequest(call.Operation, call.Input, Caller(), call.LockId));
                break;
            case EntitySignaled signal:
                outbox.Send(signal.EntityId, new OperationRequest(signal.Operation, signal.Input, null, null), signal.At);
                break;
            case LockRequested request:
                outbox.Send(request.EntityIds[0], new LockRequest(request.LockId, request.EntityIds, 0, Caller()));
                break;
            case LockReleased released:
                outbox.Unlock(released.EntityIds, released.LockId);
                break;
        }
    }

    private void Begin(DurableEngine engine, LoadedInstance instance, ActionEvent action)
    {
        switch (action)
        {
            case TaskScheduled activity:
                var call = new ActivityCall(instanceId, activity.TaskId, activity.Name, activity.Input, instance.Row.TraceParent);
                engine.Activities.Enqueue(new ActivityItem(call, instance.ExecutionId, instance.Life));
                break;
            case TimerCreated timer when !EndsExecution:
                engine.FireAt(timer.DueAt, instanceId, instance.ExecutionId, timer.TaskId);
                break;
        }
    }
}
