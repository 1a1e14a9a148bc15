using AgentFunctions.Schedules;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteScheduleStore(AgentDatabase database) : IScheduleStore
{
    public Task<ScheduleRecord?> GetAsync(string scheduleId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, scheduleId), cancellationToken);

    public Task<IReadOnlyList<ScheduleRecord>> ListAsync(ScheduleQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScheduleRecord>>(
            session => session.Query(
                """
                SELECT record FROM schedules
                WHERE schedule_id > $after AND ($tenant IS NULL OR tenant = $tenant) AND ($thread IS NULL OR thread_id = $thread)
                ORDER BY schedule_id LIMIT $limit
                """,
                Record.Read<ScheduleRecord>,
                ("$after", query.After ?? ""),
                ("$tenant", query.Tenant),
                ("$thread", query.ThreadId),
                ("$limit", query.Limit)),
            cancellationToken);

    public Task<ScheduleRecord?> PutAsync(ScheduleRecord schedule, IReadOnlyList<ScheduleEvent> events, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Put(session, schedule, events), cancellationToken);

    public Task<ScheduleRecord?> DeleteAsync(string scheduleId, ScheduleEvent deleted, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var found = Find(session, scheduleId);
                if (found is not null)
                {
                    session.Execute("DELETE FROM schedules WHERE schedule_id = $id", ("$id", scheduleId));
                    Append(session, scheduleId, [deleted]);
                }

                return found;
            },
            cancellationToken);

    public Task<IReadOnlyList<ScheduleEvent>> ListEventsAsync(string scheduleId, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScheduleEvent>>(
            session => session.Query(
                "SELECT body FROM schedule_events WHERE schedule_id = $id AND sequence > $after ORDER BY sequence LIMIT $limit",
                Record.Read<ScheduleEvent>,
                ("$id", scheduleId),
                ("$after", after),
                ("$limit", limit)),
            cancellationToken);

    private static ScheduleRecord? Find(SqlSession session, string scheduleId) => session.First(
        "SELECT record FROM schedules WHERE schedule_id = $id", Record.Read<ScheduleRecord>, ("$id", scheduleId));

    private static ScheduleRecord? Put(SqlSession session, ScheduleRecord schedule, IReadOnlyList<ScheduleEvent> events)
    {
        if ((Find(session, schedule.ScheduleId)?.Revision ?? 0) != schedule.Revision)
        {
            return null;
        }

        var stored = schedule with { Revision = schedule.Revision + 1 };
        session.Execute(
            """
            INSERT INTO schedules (schedule_id, tenant, thread_id, record) VALUES ($id, $tenant, $thread, $record)
            ON CONFLICT DO UPDATE SET tenant = excluded.tenant, thread_id = excluded.thread_id, record = excluded.record
            """,
            ("$id", stored.ScheduleId),
            ("$tenant", stored.Tenant),
            ("$thread", stored.ThreadId),
            ("$record", Record.Write(stored)));
        Append(session, stored.ScheduleId, events);
        return stored;
    }

    private static void Append(SqlSession session, string scheduleId, IReadOnlyList<ScheduleEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        var last = session.First(
            "SELECT coalesce(max(sequence), 0) FROM schedule_events WHERE schedule_id = $id", row => row.GetInt64(0), ("$id", scheduleId));
        foreach (var entry in events)
        {
            var numbered = entry with { Sequence = ++last };
            session.Execute(
                "INSERT INTO schedule_events (schedule_id, sequence, body) VALUES ($id, $sequence, $body)",
                ("$id", scheduleId),
                ("$sequence", last),
                ("$body", Record.Write(numbered)));
        }
    }
}
