using AgentFunctions.Local.DurableTask.Entities;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

internal sealed record EntityRow(string EntityId, string? State, string? LockedBy, string? LockId, DateTimeOffset ModifiedAt, int Backlog);

internal sealed record StoredEntityMessage(long Id, EntityMessage Message);

/// <summary>Entities and the messages that wait for them.</summary>
internal static class EntityTable
{
    private const string Columns = """
        entity_id, state, locked_by, lock_id, modified_at,
        (SELECT COUNT(*) FROM durable_entity_message m WHERE m.entity_id = e.entity_id)
        """;

    public static EntityRow? Find(DatabaseSession db, string id) =>
        db.First($"SELECT {Columns} FROM durable_entity e WHERE entity_id = ?1", row => Read(db, row), id);

    public static List<EntityRow> Page(DatabaseSession db, EntityFilter filter, string after, int size) => db.Query(
        $"""
        SELECT {Columns} FROM durable_entity e
        WHERE entity_id > ?1 AND substr(entity_id, 1, length(?2)) = ?2 AND modified_at >= ?3 AND modified_at <= ?4
            AND (?5 OR state IS NOT NULL)
        ORDER BY entity_id LIMIT ?6
        """,
        row => Read(db, row),
        after,
        filter.Prefix ?? string.Empty,
        filter.ModifiedFrom?.Ms() ?? long.MinValue,
        filter.ModifiedTo?.Ms() ?? long.MaxValue,
        filter.IncludesTransient,
        size);

    public static void Save(DatabaseSession db, string id, string? state, string? lockedBy, string? lockId, DateTimeOffset now)
    {
        if (state is null && lockId is null)
        {
            db.Execute("DELETE FROM durable_entity WHERE entity_id = ?1", id);
            return;
        }

        db.Execute(
            """
            INSERT INTO durable_entity (entity_id, state, locked_by, lock_id, modified_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (entity_id) DO UPDATE
            SET state = excluded.state, locked_by = excluded.locked_by, lock_id = excluded.lock_id, modified_at = excluded.modified_at
            """,
            id,
            PayloadTable.Put(db, id, state),
            lockedBy,
            lockId,
            now.Ms());
    }

    public static long InsertMessage(DatabaseSession db, string entityId, EntityMessage message, DateTimeOffset? visibleAt) => db.Scalar<long>(
        "INSERT INTO durable_entity_message (entity_id, lock_id, visible_at, message) VALUES (?1, ?2, ?3, ?4) RETURNING id",
        entityId,
        message.Section,
        visibleAt?.Ms(),
        message.Map(input => PayloadTable.Put(db, entityId, input)).Encode());

    public static void DeleteMessage(DatabaseSession db, long id) =>
        db.Execute("DELETE FROM durable_entity_message WHERE id = ?1", id);

    /// <summary>The messages that can be worked on now: the holder's while the entity is locked.</summary>
    public static List<StoredEntityMessage> Messages(DatabaseSession db, string entityId, string? heldLock, DateTimeOffset now, int limit) => db.Query(
        """
        SELECT id, message FROM durable_entity_message
        WHERE entity_id = ?1 AND (?2 IS NULL OR lock_id = ?2) AND (visible_at IS NULL OR visible_at <= ?3)
        ORDER BY id LIMIT ?4
        """,
        row => new StoredEntityMessage(row.GetInt64(0), EntityMessage.Decode(row.GetString(1)).Map(held => PayloadTable.Get(db, held))),
        entityId,
        heldLock,
        now.Ms(),
        limit);

    public static List<string> Receivers(DatabaseSession db) =>
        db.Query("SELECT DISTINCT entity_id FROM durable_entity_message", row => row.GetString(0));

    public static List<(string EntityId, DateTimeOffset At)> Scheduled(DatabaseSession db) => db.Query(
        "SELECT entity_id, visible_at FROM durable_entity_message WHERE visible_at IS NOT NULL",
        row => (row.GetString(0), Clock.Time(row.GetInt64(1))));

    /// <summary>Entities locked by orchestrations that have finished or do not exist.</summary>
    public static List<(string EntityId, string LockId)> OrphanedLocks(DatabaseSession db) => db.Query(
        """
        SELECT entity_id, lock_id FROM durable_entity
        WHERE lock_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM durable_instance WHERE instance_id = locked_by AND status NOT IN (1, 3, 5))
        """,
        row => (row.GetString(0), row.GetString(1)));

    private static EntityRow Read(DatabaseSession db, Row row) => new(
        row.GetString(0),
        PayloadTable.Get(db, row.Text(1)),
        row.Text(2),
        row.Text(3),
        Clock.Time(row.GetInt64(4)),
        row.GetInt32(5));
}

/// <summary>Which entities are listed.</summary>
internal sealed record EntityFilter(string? Prefix, DateTimeOffset? ModifiedFrom, DateTimeOffset? ModifiedTo, bool IncludesTransient);
