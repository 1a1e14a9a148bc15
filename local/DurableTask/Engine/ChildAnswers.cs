using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>What a parent is told of the end of its child.</summary>
internal static class ChildAnswers
{
    public static HistoryEvent Of(ExecutionCompleted completion, int taskId) => completion switch
    {
        { Status: InstanceStatus.Completed } => new ChildCompleted(taskId, completion.Output),
        { Failure: { } failure } => new ChildFailed(taskId, failure),
        _ => new ChildFailed(
            taskId, new TaskFailureDetails(ErrorTypes.Terminated, completion.Output ?? "The orchestration was terminated.", null, null, null)),
    };
}
