namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>An activity in the queue.</summary>
internal sealed record ActivityItem(ActivityCall Call, string ExecutionId, ExecutionLife Life);

/// <summary>Whether an execution was terminated, so that what it asked for need not be done any more.</summary>
internal sealed class ExecutionLife
{
    private volatile bool isTerminated;

    public bool IsTerminated => isTerminated;

    public void Terminate() => isTerminated = true;
}
