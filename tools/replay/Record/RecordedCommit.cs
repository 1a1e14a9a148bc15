using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Record;

/// <summary>Events that were committed together under one key.</summary>
/// <param name="Index">Its place in the record of the whole tree.</param>
/// <param name="RunId">The run.</param>
/// <param name="Key">The key.</param>
/// <param name="Events">The events.</param>
public sealed record RecordedCommit(int Index, string RunId, string Key, IReadOnlyList<AuditEvent> Events)
{
    /// <summary>When it was committed, UTC.</summary>
    public DateTimeOffset Time => Events[0].Time;

    /// <summary>Whether all of it came from outside: then there is nothing in it that a replay could decide.</summary>
    public bool IsGiven => Events.All(entry => GivenEvents.Contains(entry.Type));

    /// <summary>Whether it takes a run back to a checkpoint, from where another branch begins.</summary>
    public bool RollsBack => Events.Any(entry => entry.Type is "run.rolledBack" || entry.Type.StartsWith("rollback.", StringComparison.Ordinal));

    /// <summary>Whether a commit ends a run from outside.</summary>
    /// <param name="key">Its key.</param>
    public static bool EndsFromOutside(string key) => key.StartsWith("end/", StringComparison.Ordinal);
}

/// <summary>Events that do not follow from the run itself: what others have spent, remembered or used, and who paused it.</summary>
public static class GivenEvents
{
    private static readonly string[] Types = ["run.paused", "run.resumed", "run.suspended"];
    private static readonly string[] Kinds = ["budget.", "webhook.", "memory.", "lease."];

    /// <summary>Whether events of a type are given.</summary>
    /// <param name="type">The type.</param>
    public static bool Contains(string type) =>
        Types.Contains(type, StringComparer.Ordinal) || Kinds.Any(kind => type.StartsWith(kind, StringComparison.Ordinal));
}
