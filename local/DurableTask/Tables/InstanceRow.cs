using AgentFunctions.Local.DurableTask.History;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>An instance. Rows of other tables refer to it by its key, which grows with each new instance.</summary>
internal sealed record InstanceRow(
    long Key,
    string InstanceId,
    string ExecutionId,
    string Name,
    string? Version,
    InstanceStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? ParentId,
    string? Tags,
    string? TraceParent,
    string? CustomStatus);

internal sealed record InstanceData(string? Input, string? Output, string? Failure);

/// <summary>An instance to create.</summary>
internal sealed record NewInstance(string InstanceId, string ExecutionId, ExecutionStarted Start)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Statuses in which a finished instance of this id is kept.</summary>
    public IReadOnlyList<InstanceStatus> KeptStatuses { get; init; } = [];
}
