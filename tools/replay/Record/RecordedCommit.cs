using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Record;

/// <summary>Events that were committed together under one key.</summary>
/// <param name="Index">Its place in the record of the whole tree.</param>
/// <param name="RunId">The run; of a rollback the one that was asked to be rolled back.</param>
/// <param name="Key">The key.</param>
/// <param name="Events">The events; of a rollback also those of the runs below.</param>
public sealed record RecordedCommit(int Index, string RunId, string Key, IReadOnlyList<AuditEvent> Events)
{
    /// <summary>When it was committed, UTC.</summary>
    public DateTimeOffset Time => Events[0].Time;

    /// <summary>Whether all of it came from outside: then there is nothing in it that a replay could decide.</summary>
    public bool IsGiven => Events.All(entry => GivenEvents.Contains(entry.Type));

    /// <summary>The branch of its run.</summary>
    public int Branch => Events.First(entry => entry.RunId == RunId).Branch ?? 0;

    /// <summary>The event with which it abandons a run's branch; <see langword="null"/> where it does not.</summary>
    public AuditEvent? Rollback => Events.FirstOrDefault(entry => entry.Type == "rollback.started");

    /// <summary>Whether it is a pause for budget: from outside, but a checkpoint that its run can be returned to.</summary>
    public bool IsPause => Events.Any(entry => entry.Type == "run.paused") && Key.StartsWith("pause/", StringComparison.Ordinal);

    /// <summary>Whether a commit is made for several runs at once: one of a rollback, which is the same in all of them.</summary>
    /// <param name="key">Its key.</param>
    public static bool IsShared(string key) => key.Split('/') is ["rollback" or "branch", _];

    /// <summary>The key of what an abandoned branch has still done.</summary>
    /// <param name="key">The key that it was to be committed under.</param>
    /// <param name="branch">The branch.</param>
    public static string Late(string key, int branch) => FormattableString.Invariant($"~{branch}/{key}");

    /// <summary>Whether a commit ends a run from outside.</summary>
    /// <param name="key">Its key.</param>
    public static bool EndsFromOutside(string key) => key.StartsWith("end/", StringComparison.Ordinal);
}

/// <summary>Events that do not follow from the run itself: what others have spent, remembered or used, and who paused it.</summary>
public static class GivenEvents
{
    private static readonly string[] Types = ["run.paused", "run.resumed", "run.suspended"];
    private static readonly string[] Kinds = ["budget.", "webhook.", "memory.", "lease.", "queue."];

    /// <summary>Whether events of a type are given.</summary>
    /// <param name="type">The type.</param>
    public static bool Contains(string type) =>
        Types.Contains(type, StringComparer.Ordinal) || Kinds.Any(kind => type.StartsWith(kind, StringComparison.Ordinal));
}
