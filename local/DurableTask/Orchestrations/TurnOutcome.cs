using AgentFunctions.Local.DurableTask.History;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>What came of giving an orchestrator new events.</summary>
internal sealed record TurnOutcome
{
    /// <summary>Everything the history gains.</summary>
    public required IReadOnlyList<HistoryEvent> Events { get; init; }

    public required InstanceStatus Status { get; init; }

    /// <summary>The end of the instance, if this is it.</summary>
    public ExecutionCompleted? Completion { get; init; }

    /// <summary>Whether sub-orchestrations end with it.</summary>
    public bool TerminatesChildren { get; init; }

    /// <summary>The start of the next execution, if the code continued as new.</summary>
    public ExecutionStarted? Next { get; init; }

    /// <summary>Events that the next execution is given.</summary>
    public IReadOnlyList<EventRaised> CarriedEvents { get; init; } = [];

    public IReadOnlyList<int> CancelledTimers { get; init; } = [];

    public string? CustomStatus { get; init; }
}
