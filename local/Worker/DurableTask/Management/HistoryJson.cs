using System.Text.Json.Nodes;
using AgentFunctions.Local.DurableTask.History;

namespace AgentFunctions.Local.Worker.DurableTask.Management;

/// <summary>
/// A history as the management routes show it: the turns are left out, and a call that was answered is shown as its answer, with the
/// time at which the call was made.
/// </summary>
/// <param name="withInputs">Whether inputs are shown.</param>
/// <param name="withOutputs">Whether results are shown.</param>
internal sealed class HistoryJson(bool withInputs, bool withOutputs)
{
    private readonly Dictionary<int, (ActionEvent Action, DateTimeOffset At)> calls = [];

    public JsonArray Of(IReadOnlyCollection<HistoryEvent> history)
    {
        var answered = history.Select(CallAnsweredBy).OfType<int>().ToHashSet();
        var shown = new JsonArray();
        var at = default(DateTimeOffset);
        foreach (var each in history)
        {
            if (each is TurnStarted turn)
            {
                at = turn.At;
                continue;
            }

            if (each is ActionEvent action)
            {
                calls.Add(action.TaskId, (action, at));
            }

            if (each is not ActionEvent made || !answered.Contains(made.TaskId))
            {
                shown.Add(Shown(each, at));
            }
        }

        return shown;
    }

    private static int? CallAnsweredBy(HistoryEvent value) => value switch
    {
        TaskCompleted done => done.TaskId,
        TaskFailed failed => failed.TaskId,
        ChildCompleted done => done.TaskId,
        ChildFailed failed => failed.TaskId,
        EntityCompleted done => done.TaskId,
        EntityFailed failed => failed.TaskId,
        _ => null,
    };

    private JsonObject Shown(HistoryEvent value, DateTimeOffset at)
    {
        var json = new JsonObject { ["EventType"] = EventTypes.Of(value) };
        Fill(json, value);
        if (CallAnsweredBy(value) is { } taskId && calls.TryGetValue(taskId, out var call))
        {
            Fill(json, call.Action);
            json["ScheduledTime"] = call.At.UtcDateTime;
        }

        json["Timestamp"] = at.UtcDateTime;
        return json;
    }

    private void Fill(JsonObject json, HistoryEvent value)
    {
        switch (value)
        {
            case ExecutionStarted started:
                json["FunctionName"] = started.Name;
                Input(json, started.Input);
                break;
            case TaskScheduled activity:
                json["FunctionName"] = activity.Name;
                Input(json, activity.Input);
                break;
            case ChildScheduled child:
                json["FunctionName"] = child.Name;
                json["InstanceId"] = child.InstanceId;
                Input(json, child.Input);
                break;
            case EntityCalled call:
                json["EntityId"] = call.EntityId;
                json["Operation"] = call.Operation;
                Input(json, call.Input);
                break;
            case EntitySignaled signal:
                json["EntityId"] = signal.EntityId;
                json["Operation"] = signal.Operation;
                Input(json, signal.Input);
                break;
            case EventSent sent:
                json["InstanceId"] = sent.InstanceId;
                json["Name"] = sent.Name;
                Input(json, sent.Payload);
                break;
            case EventRaised raised:
                json["Name"] = raised.Name;
                Input(json, raised.Payload);
                break;
            case TimerCreated timer:
                json["FireAt"] = timer.DueAt.UtcDateTime;
                break;
            case TimerFired fired when calls.TryGetValue(fired.TaskId, out var timer):
                json["FireAt"] = ((TimerCreated)timer.Action).DueAt.UtcDateTime;
                break;
            case ExecutionSuspended suspended:
                json["Reason"] = suspended.Reason;
                break;
            case ExecutionResumed resumed:
                json["Reason"] = resumed.Reason;
                break;
            case ExecutionTerminated terminated:
                Input(json, terminated.Output);
                break;
            case TaskCompleted done:
                Result(json, done.Result);
                break;
            case ChildCompleted done:
                Result(json, done.Result);
                break;
            case EntityCompleted done:
                Result(json, done.Result);
                break;
            case TaskFailed failed:
                json["Reason"] = failed.Failure.ToString();
                break;
            case ChildFailed failed:
                json["Reason"] = failed.Failure.ToString();
                break;
            case EntityFailed failed:
                json["Reason"] = failed.Failure.ToString();
                break;
            case ExecutionCompleted ended:
                json["OrchestrationStatus"] = ended.Status.ToString();
                Result(json, ended.Output);
                if (ended.Failure is { } failure)
                {
                    json["Reason"] = failure.ToString();
                }

                break;
            case LockRequested request:
                json["EntityIds"] = new JsonArray([.. request.EntityIds.Select(id => (JsonNode)id)]);
                break;
        }
    }

    private void Input(JsonObject json, string? data)
    {
        if (withInputs)
        {
            json["Input"] = JsonText.Parse(data);
        }
    }

    private void Result(JsonObject json, string? data)
    {
        if (withOutputs)
        {
            json["Result"] = JsonText.Parse(data);
        }
    }
}
