using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.History;

internal sealed record EntityCalled(int TaskId, string EntityId, string Operation, string? Input, string? LockId) : ActionEvent(TaskId)
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Input, payload, changed => this with { Input = changed });

    public override string Describe() => $"call of '{Operation}' on entity '{EntityId}'";
}

internal sealed record EntityCompleted(int TaskId, string? Result) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Result, payload, changed => this with { Result = changed });
}

internal sealed record EntityFailed(int TaskId, TaskFailureDetails Failure) : HistoryEvent;

internal sealed record EntitySignaled(int TaskId, string EntityId, string Operation, string? Input, DateTimeOffset? At) : ActionEvent(TaskId)
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Input, payload, changed => this with { Input = changed });

    public override string Describe() => $"signal '{Operation}' to entity '{EntityId}'";
}

/// <summary>The entities are locked one after the other, in this order, which is the same for everyone.</summary>
internal sealed record LockRequested(int TaskId, string LockId, IReadOnlyList<string> EntityIds) : ActionEvent(TaskId)
{
    public override string Describe() => "lock of entities";
}

internal sealed record LockGranted(int TaskId, string LockId, IReadOnlyList<string> EntityIds) : HistoryEvent;

internal sealed record LockReleased(int TaskId, string LockId, IReadOnlyList<string> EntityIds) : ActionEvent(TaskId)
{
    public override string Describe() => "release of entities";
}
