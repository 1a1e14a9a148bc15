using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Record;

/// <summary>A run as it is on record.</summary>
/// <param name="Run">Its record as it was exported.</param>
/// <param name="Events">Its events; empty for a run above the exported one.</param>
public sealed record RecordedRun(RunRecord Run, IReadOnlyList<AuditEvent> Events)
{
    /// <summary>Whether its log goes to its end, from which it was not rolled back.</summary>
    public bool IsFinished => Events.LastOrDefault(entry => IsEnd(entry.Type) || entry.Type is "rollback.started" or "run.rolledBack") is { } last
        && IsEnd(last.Type);

    /// <summary>Whether an event ends a run.</summary>
    /// <param name="type">Its type.</param>
    public static bool IsEnd(string type) => type is "run.completed" or "run.failed" or "run.canceled" or "run.expired";
}
