namespace Microsoft.DurableTask.Entities;

/// <summary>An operation that was called on an entity failed.</summary>
public sealed class EntityOperationFailedException(EntityInstanceId entityId, string operationName, TaskFailureDetails failureDetails)
    : Exception($"Operation '{operationName}' of entity '{entityId}' failed: {failureDetails?.ErrorMessage}")
{
    /// <summary>The entity.</summary>
    public EntityInstanceId EntityId { get; } = entityId;

    /// <summary>The operation.</summary>
    public string OperationName { get; } = operationName;

    /// <summary>Why it failed.</summary>
    public TaskFailureDetails FailureDetails { get; } = failureDetails!;
}
