using AgentFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>The calls and timers of an orchestrator that have not been answered.</summary>
internal sealed class OpenTasks
{
    private readonly Dictionary<int, OpenTask> tasks = [];

    public int Count => tasks.Count;

    /// <summary>
    /// Whether the orchestration may end: activities, sub-orchestrations and timers keep it from ending until they have ended or were
    /// cancelled, whether or not the code waits for them. Calls and locks of entities do not.
    /// </summary>
    public bool HoldNothing => !tasks.Values.Any(task => task.Action is TaskScheduled or ChildScheduled or TimerCreated);

    public Task<string?> Open(ActionEvent action)
    {
        var task = new OpenTask(action, new TaskCompletionSource<string?>());
        tasks.Add(action.TaskId, task);
        return task.Completion.Task;
    }

    public void Complete(int taskId, string? result)
    {
        if (tasks.Remove(taskId, out var task))
        {
            task.Completion.SetResult(result);
        }
    }

    public void Fail(int taskId, TaskFailureDetails failure)
    {
        if (tasks.Remove(taskId, out var task))
        {
            task.Completion.SetException(ExceptionOf(task.Action, failure));
        }
    }

    /// <summary>Ends a task as cancelled and tells whether it was open.</summary>
    public bool Cancel(int taskId, CancellationToken cancellation) =>
        tasks.Remove(taskId, out var task) && task.Completion.TrySetCanceled(cancellation);

    private static Exception ExceptionOf(ActionEvent action, TaskFailureDetails failure) => action switch
    {
        TaskScheduled activity => new TaskFailedException(activity.Name, activity.TaskId, failure),
        ChildScheduled child => new TaskFailedException(child.Name, child.TaskId, failure),
        EntityCalled call => new EntityOperationFailedException(EntityInstanceId.FromString(call.EntityId), call.Operation, failure),
        _ => throw new InvalidOperationException($"A {action.Describe()} does not fail."),
    };

    private sealed record OpenTask(ActionEvent Action, TaskCompletionSource<string?> Completion);
}
