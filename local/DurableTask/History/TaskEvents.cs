using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.History;

/// <summary>Something the orchestration's code asked for, under the number that its answer carries.</summary>
internal abstract record ActionEvent(int TaskId) : HistoryEvent
{
    /// <summary>What tells this action from another one when the code runs again.</summary>
    public abstract string Describe();
}

internal sealed record TaskScheduled(int TaskId, string Name, string? Input) : ActionEvent(TaskId)
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Input, payload, changed => this with { Input = changed });

    public override string Describe() => $"call of activity '{Name}'";
}

internal sealed record TaskCompleted(int TaskId, string? Result) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Result, payload, changed => this with { Result = changed });
}

internal sealed record TaskFailed(int TaskId, TaskFailureDetails Failure) : HistoryEvent;

internal sealed record ChildScheduled(int TaskId, string InstanceId, string Name, string? Input, string? Version) : ActionEvent(TaskId)
{
    public Dictionary<string, string>? Tags { get; init; }

    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Input, payload, changed => this with { Input = changed });

    public override string Describe() => $"call of orchestrator '{Name}'";
}

internal sealed record ChildCompleted(int TaskId, string? Result) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Result, payload, changed => this with { Result = changed });
}

internal sealed record ChildFailed(int TaskId, TaskFailureDetails Failure) : HistoryEvent;

internal sealed record TimerCreated(int TaskId, DateTimeOffset DueAt) : ActionEvent(TaskId)
{
    public override string Describe() => "timer";
}

internal sealed record TimerFired(int TaskId) : HistoryEvent;

internal sealed record EventSent(int TaskId, string InstanceId, string Name, string? Payload) : ActionEvent(TaskId)
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Payload, payload, changed => this with { Payload = changed });

    public override string Describe() => $"event '{Name}' to '{InstanceId}'";
}

internal sealed record EventRaised(string Name, string? Payload) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Payload, payload, changed => this with { Payload = changed });
}
