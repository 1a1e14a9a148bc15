using Microsoft.DurableTask.Client;

namespace AgentFunctions.Local.DurableTask.History;

/// <summary>How far an instance is; the values are those of <see cref="OrchestrationRuntimeStatus"/>.</summary>
internal enum InstanceStatus
{
    Running = OrchestrationRuntimeStatus.Running,
    Completed = OrchestrationRuntimeStatus.Completed,
    Failed = OrchestrationRuntimeStatus.Failed,
    Terminated = OrchestrationRuntimeStatus.Terminated,
    Pending = OrchestrationRuntimeStatus.Pending,
    Suspended = OrchestrationRuntimeStatus.Suspended,
}

internal static class InstanceStatusExtensions
{
    public static bool IsFinal(this InstanceStatus status) =>
        status is InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated;
}
