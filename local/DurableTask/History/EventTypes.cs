namespace AgentFunctions.Local.DurableTask.History;

/// <summary>The names of the Durable Task Framework for what a history holds.</summary>
internal static class EventTypes
{
    public static string Of(HistoryEvent value) => value switch
    {
        TurnStarted => "OrchestratorStarted",
        ChildScheduled => "SubOrchestrationInstanceCreated",
        ChildCompleted => "SubOrchestrationInstanceCompleted",
        ChildFailed => "SubOrchestrationInstanceFailed",
        EntityCalled => "EntityOperationCalled",
        EntityCompleted => "EntityOperationCompleted",
        EntityFailed => "EntityOperationFailed",
        EntitySignaled => "EntityOperationSignaled",
        LockRequested => "EntityLockRequested",
        LockGranted => "EntityLockGranted",
        LockReleased => "EntityUnlockSent",
        _ => value.GetType().Name,
    };
}
