using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.History;

/// <summary>Something that happened to an orchestration. The events of a history, run through the code again, rebuild its state.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(TurnStarted), "turn")]
[JsonDerivedType(typeof(ExecutionStarted), "started")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspended")]
[JsonDerivedType(typeof(ExecutionResumed), "resumed")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminated")]
[JsonDerivedType(typeof(ExecutionRewound), "rewound")]
[JsonDerivedType(typeof(ExecutionCompleted), "completed")]
[JsonDerivedType(typeof(TaskScheduled), "taskScheduled")]
[JsonDerivedType(typeof(TaskCompleted), "taskCompleted")]
[JsonDerivedType(typeof(TaskFailed), "taskFailed")]
[JsonDerivedType(typeof(ChildScheduled), "childScheduled")]
[JsonDerivedType(typeof(ChildCompleted), "childCompleted")]
[JsonDerivedType(typeof(ChildFailed), "childFailed")]
[JsonDerivedType(typeof(TimerCreated), "timerCreated")]
[JsonDerivedType(typeof(TimerFired), "timerFired")]
[JsonDerivedType(typeof(EventSent), "eventSent")]
[JsonDerivedType(typeof(EventRaised), "eventRaised")]
[JsonDerivedType(typeof(EntityCalled), "entityCalled")]
[JsonDerivedType(typeof(EntityCompleted), "entityCompleted")]
[JsonDerivedType(typeof(EntityFailed), "entityFailed")]
[JsonDerivedType(typeof(EntitySignaled), "entitySignaled")]
[JsonDerivedType(typeof(LockRequested), "lockRequested")]
[JsonDerivedType(typeof(LockGranted), "lockGranted")]
[JsonDerivedType(typeof(LockReleased), "lockReleased")]
internal abstract record HistoryEvent
{
    /// <summary>The event with something else in place of its payload.</summary>
    public virtual HistoryEvent Map(Func<string?, string?> payload) => this;

    /// <summary>The event itself when the payload stays, which is the common case and costs nothing then.</summary>
    protected HistoryEvent Mapped(string? old, Func<string?, string?> payload, Func<string?, HistoryEvent> with) =>
        payload(old) is var changed && ReferenceEquals(changed, old) ? this : with(changed);
}

/// <summary>The orchestration's code was given new events; its clock stands at this time until the next turn.</summary>
internal sealed record TurnStarted(DateTimeOffset At) : HistoryEvent;

/// <summary>The first event of an execution.</summary>
internal sealed record ExecutionStarted(string Name, string? Input, string? Version, ParentTask? Parent) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Input, payload, changed => this with { Input = changed });
}

internal sealed record ExecutionSuspended(string? Reason) : HistoryEvent;

internal sealed record ExecutionResumed(string? Reason) : HistoryEvent;

internal sealed record ExecutionTerminated(string? Output, bool Recursive) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Output, payload, changed => this with { Output = changed });
}

/// <summary>The instance had failed, and what made it fail was taken back.</summary>
internal sealed record ExecutionRewound(string? Reason) : HistoryEvent;

/// <summary>The last event of an instance.</summary>
internal sealed record ExecutionCompleted(InstanceStatus Status, string? Output, TaskFailureDetails? Failure) : HistoryEvent
{
    public override HistoryEvent Map(Func<string?, string?> payload) =>
        Mapped(Output, payload, changed => this with { Output = changed });
}

/// <summary>The call that a child's outcome answers.</summary>
internal sealed record ParentTask(string InstanceId, string ExecutionId, int TaskId, string Name);
