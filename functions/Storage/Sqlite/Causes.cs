using AgentFunctions.Audit;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>Finds the event that led to another one.</summary>
internal static class Causes
{
    /// <summary>The id of the event that led to a new one, or <see langword="null"/> where nothing in any log did.</summary>
    /// <param name="session">The savepoint of the commit.</param>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key of the commit.</param>
    /// <param name="draft">The new event.</param>
    /// <param name="before">The event before it in the same commit.</param>
    public static string? Find(SqlSession session, string runId, string key, AuditDraft draft, string? before) =>
        Newest(session, runId, draft.CausedBy)
        ?? before
        ?? Newest(session, runId, [AuditCause.Before(key)])
        ?? Newest(session, runId, [AuditCause.Run(runId)]);

    /// <summary>The first cause that has an event; of causes within one run the newest.</summary>
    private static string? Newest(SqlSession session, string runId, IReadOnlyList<AuditCause> causes) => causes
        .GroupBy(cause => cause.RunId ?? runId, StringComparer.Ordinal)
        .Select(run => (RunId: run.Key, Sequence: run.Max(cause => Sequence(session, run.Key, cause.Key))))
        .Where(found => found.Sequence > 0)
        .Select(found => AuditEvent.EventId(found.RunId, found.Sequence))
        .FirstOrDefault();

    private static long Sequence(SqlSession session, string runId, string key) => key switch
    {
        "" => session.First("SELECT events FROM runs WHERE run_id = $run", row => row.GetInt64(0), ("$run", runId)),
        [.. var step, '/'] => session.First(
            "SELECT coalesce(max(last_event), 0) FROM commits WHERE run_id = $run AND key > $from AND key < $to",
            row => row.GetInt64(0),
            ("$run", runId),
            ("$from", key),
            // The character after the slash: what begins with the key lies between the two.
            ("$to", $"{step}0")),
        _ => session.First(
            "SELECT coalesce(last_event, 0) FROM commits WHERE run_id = $run AND key = $key",
            row => row.GetInt64(0),
            ("$run", runId),
            ("$key", key)),
    };
}
