using System.Text.Json;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteAuditLog(AgentDatabase database) : IAuditLog
{
    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredEvent>>(
            session => session.Query(
                "SELECT sequence, CAST(body AS TEXT) FROM events WHERE run_id = $run ORDER BY sequence",
                row => new StoredEvent(row.GetInt64(0), row.GetString(1)),
                ("$run", runId)),
            cancellationToken);

    public Task<IReadOnlyList<AuditEvent>> QueryAsync(AuditQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditEvent>>(
            session => session.Query(
                $"""
                SELECT body FROM events
                WHERE run_id = $run AND sequence > $after{Filter(query)}
                ORDER BY sequence LIMIT $limit
                """,
                row => EventRecord.Read(row.GetString(0)),
                ("$run", query.RunId),
                ("$after", query.After),
                ("$limit", query.Limit),
                ("$type", query.Type),
                ("$actor", query.ActorId),
                ("$from", Time(query.From)),
                ("$to", Time(query.To))),
            cancellationToken);

    /// <summary>Only the conditions that there are: a log is read even where a row of it was spoiled.</summary>
    private static string Filter(AuditQuery query) => string.Concat(
        query.Type switch
        {
            null => "",
            [.., '.'] => " AND substr(json_extract(body, '$.type'), 1, length($type)) = $type",
            _ => " AND json_extract(body, '$.type') = $type",
        },
        query.ActorId is null ? "" : " AND json_extract(body, '$.actor.id') = $actor",
        query.From is null ? "" : " AND json_extract(body, '$.time') >= $from",
        query.To is null ? "" : " AND json_extract(body, '$.time') <= $to");

    /// <summary>A time as events have it. Their texts sort like their times: all are UTC, and digits that are zero are left out at the end.</summary>
    private static string? Time(DateTimeOffset? time) =>
        time is { } given ? JsonSerializer.SerializeToNode(given.ToUniversalTime(), AgentJson.Options)!.GetValue<string>() : null;
}
