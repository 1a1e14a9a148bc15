using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>An event for an instance.</summary>
/// <param name="Id">Its number among the stored messages; 0 when another row stands for it.</param>
/// <param name="ExecutionId">The execution it is for; any when null.</param>
/// <param name="Event">The event; null in a poke.</param>
internal sealed record Delivery(long Id, string? ExecutionId, HistoryEvent? Event)
{
    /// <summary>Makes an instance look into its stored messages.</summary>
    public static Delivery Poke { get; } = new(0, null, null);

    /// <summary>Whether it tells that the execution's code came back from a wait for something that is not durable.</summary>
    public bool IsStray { get; init; }

    /// <summary>Whether it was stored long before it is handed over.</summary>
    public bool IsScheduled { get; init; }
}

/// <summary>Events that wait for instances.</summary>
internal static class MessageTable
{
    private const string Columns = "id, execution_id, event";

    /// <summary>Stores a message and returns its number.</summary>
    public static long Insert(
        DatabaseSession db, string instanceId, string? executionId, HistoryEvent value, bool isCarried = false, DateTimeOffset? visibleAt = null)
    {
        var payloads = new LongPayloads(db.Options.LongestInlineText);
        var id = db.Scalar<long>(
            """
            INSERT INTO durable_message (instance_id, execution_id, carried, visible_at, event)
            VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id
            """,
            instanceId,
            executionId,
            isCarried ? 1 : 0,
            visibleAt?.Ms(),
            HistoryCodec.Encode(value.Map(payloads.Put)));
        payloads.Save(db, instanceId);
        return id;
    }

    /// <summary>Stores a message for an instance that has not finished, and returns its number; 0 when there is none such.</summary>
    public static long InsertIfOpen(DatabaseSession db, string instanceId, string? executionId, HistoryEvent value)
    {
        var payloads = new LongPayloads(db.Options.LongestInlineText);
        var id = db.Scalar<long>(
            """
            INSERT INTO durable_message (instance_id, execution_id, carried, event)
            SELECT ?1, ?2, 0, ?3
            WHERE EXISTS (SELECT 1 FROM durable_instance WHERE instance_id = ?1 AND status NOT IN (1, 3, 5))
            RETURNING id
            """,
            instanceId,
            executionId,
            HistoryCodec.Encode(value.Map(payloads.Put)));
        if (id > 0)
        {
            payloads.Save(db, instanceId);
        }

        return id;
    }

    public static void Delete(DatabaseSession db, long id) => db.Execute("DELETE FROM durable_message WHERE id = ?1", id);

    public static List<Delivery> Visible(DatabaseSession db, string instanceId, DateTimeOffset now) => db.Query(
        $"""
        SELECT {Columns} FROM durable_message
        WHERE instance_id = ?1 AND (visible_at IS NULL OR visible_at <= ?2)
        ORDER BY carried DESC, id
        """,
        row => Read(db, row),
        instanceId,
        now.Ms());

    /// <summary>The highest number given so far.</summary>
    public static long Last(DatabaseSession db) => db.Scalar<long>("SELECT seq FROM sqlite_sequence WHERE name = 'durable_message'");

    public static List<string> Receivers(DatabaseSession db) =>
        db.Query("SELECT DISTINCT instance_id FROM durable_message WHERE visible_at IS NULL", row => row.GetString(0));

    public static List<(string InstanceId, Delivery Message, DateTimeOffset At)> Scheduled(DatabaseSession db) => db.Query(
        $"SELECT {Columns}, instance_id, visible_at FROM durable_message WHERE visible_at IS NOT NULL",
        row => (row.GetString(3), Read(db, row), Clock.Time(row.GetInt64(4))));

    private static Delivery Read(DatabaseSession db, Row row) => new(
        row.GetInt64(0),
        row.Text(1),
        HistoryCodec.DecodeEvent(row.Utf8(2)).Map(held => PayloadTable.Get(db, held)));
}
