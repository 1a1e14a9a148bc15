using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>The SQL of the queues: one row per message, one per remembered message id. Times are Unix milliseconds.</summary>
internal static class MessageTable
{
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS servicebus_message (
            sequence_number INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL COLLATE NOCASE,
            sub_queue INTEGER NOT NULL,
            state INTEGER NOT NULL,
            session_id TEXT,
            visible_at INTEGER,
            enqueued_at INTEGER NOT NULL,
            expires_at INTEGER,
            delivery_count INTEGER NOT NULL,
            dead_letter_source TEXT,
            properties TEXT NOT NULL,
            application_properties TEXT NOT NULL,
            body BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS servicebus_message_next
            ON servicebus_message (queue, sub_queue, state, sequence_number);
        CREATE INDEX IF NOT EXISTS servicebus_message_session
            ON servicebus_message (queue, sub_queue, state, session_id, sequence_number) WHERE session_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS servicebus_message_scheduled
            ON servicebus_message (queue, visible_at) WHERE state = 2;
        CREATE INDEX IF NOT EXISTS servicebus_message_expiry
            ON servicebus_message (queue, expires_at) WHERE expires_at IS NOT NULL;
        CREATE TABLE IF NOT EXISTS servicebus_seen (
            queue TEXT NOT NULL COLLATE NOCASE,
            message_id TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (queue, message_id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS servicebus_seen_until ON servicebus_seen (queue, until);
        """;

    private const string Columns =
        "sequence_number, state, enqueued_at, expires_at, delivery_count, dead_letter_source, properties, application_properties, body";

    /// <summary>Whether the id is new within the window; from now on it is not.</summary>
    public static bool Remember(SqliteConnection db, string queue, string messageId, DateTimeOffset now, TimeSpan window)
    {
        Execute(db, "DELETE FROM servicebus_seen WHERE queue = $queue AND until <= $now", ("$queue", queue), ("$now", Ms(now)));
        return Execute(
            db,
            "INSERT INTO servicebus_seen (queue, message_id, until) VALUES ($queue, $id, $until) ON CONFLICT DO NOTHING",
            ("$queue", queue),
            ("$id", messageId),
            ("$until", Ms(now + window))) == 1;
    }

    public static long Insert(SqliteConnection db, string queue, OutgoingMessage message, DateTimeOffset now)
    {
        var visibleAt = message.Properties.ScheduledEnqueueTime is { } time && time > now ? time : (DateTimeOffset?)null;
        var enqueuedAt = visibleAt ?? now;
        return Scalar<long>(
            db,
            """
            INSERT INTO servicebus_message
                (queue, sub_queue, state, session_id, visible_at, enqueued_at, expires_at, delivery_count,
                 dead_letter_source, properties, application_properties, body)
            VALUES ($queue, 0, $state, $session, $visible, $enqueued, $expires, 0, NULL, $properties, $application, $body)
            RETURNING sequence_number
            """,
            ("$queue", queue),
            ("$state", (int)(visibleAt is null ? ServiceBusMessageState.Active : ServiceBusMessageState.Scheduled)),
            ("$session", message.Properties.SessionId),
            ("$visible", Ms(visibleAt)),
            ("$enqueued", Ms(enqueuedAt)),
            ("$expires", Ms(Expiry(enqueuedAt, message.Properties.TimeToLive))),
            ("$properties", message.PropertiesJson),
            ("$application", message.ApplicationPropertiesJson),
            ("$body", message.Body))!;
    }

    /// <summary>Appends the scheduled messages that are due, each under a new sequence number.</summary>
    public static void Promote(SqliteConnection db, string queue, DateTimeOffset now)
    {
        var promoted = Execute(
            db,
            """
            INSERT INTO servicebus_message
                (queue, sub_queue, state, session_id, visible_at, enqueued_at, expires_at, delivery_count,
                 dead_letter_source, properties, application_properties, body)
            SELECT queue, sub_queue, 0, session_id, NULL, enqueued_at, expires_at, delivery_count,
                dead_letter_source, properties, application_properties, body
            FROM servicebus_message WHERE queue = $queue AND state = 2 AND visible_at <= $now ORDER BY visible_at, sequence_number
            """,
            ("$queue", queue),
            ("$now", Ms(now)));
        if (promoted > 0)
        {
            Execute(
                db,
                "DELETE FROM servicebus_message WHERE queue = $queue AND state = 2 AND visible_at <= $now",
                ("$queue", queue),
                ("$now", Ms(now)));
        }
    }

    public static List<long> Expired(SqliteConnection db, string queue, DateTimeOffset now) => Query(
        db,
        "SELECT sequence_number FROM servicebus_message WHERE queue = $queue AND sub_queue = 0 AND expires_at <= $now",
        reader => reader.GetInt64(0),
        ("$queue", queue),
        ("$now", Ms(now)));

    public static List<StoredMessage> Next(SqliteConnection db, ReceiveRequest request, int limit) => Query(
        db,
        $"""
        SELECT {Columns} FROM servicebus_message
        WHERE queue = $queue AND sub_queue = $sub AND state = 0 {(request.Session is null ? string.Empty : "AND session_id = $session")}
        ORDER BY sequence_number LIMIT $limit
        """,
        Read,
        ("$queue", request.Queue),
        ("$sub", (int)request.SubQueue),
        ("$session", request.Session?.SessionId),
        ("$limit", limit));

    public static List<string> SessionsWithMessages(SqliteConnection db, string queue) => Query(
        db,
        """
        SELECT session_id FROM servicebus_message
        WHERE queue = $queue AND sub_queue = 0 AND state = 0 AND session_id IS NOT NULL
        GROUP BY session_id ORDER BY MIN(sequence_number)
        """,
        reader => reader.GetString(0),
        ("$queue", queue));

    public static List<StoredMessage> Peek(
        SqliteConnection db, string queue, SubQueue subQueue, long from, string? sessionId, int limit) => Query(
        db,
        $"""
        SELECT {Columns} FROM servicebus_message
        WHERE queue = $queue AND sub_queue = $sub AND sequence_number >= $from
            AND ($session IS NULL OR session_id = $session)
        ORDER BY sequence_number LIMIT $limit
        """,
        Read,
        ("$queue", queue),
        ("$sub", (int)subQueue),
        ("$from", from),
        ("$session", sessionId),
        ("$limit", limit));

    public static StoredMessage? Find(SqliteConnection db, long sequenceNumber) => Query(
        db,
        $"SELECT {Columns} FROM servicebus_message WHERE sequence_number = $number",
        Read,
        ("$number", sequenceNumber)).FirstOrDefault();

    public static StoredMessage? FindDeferred(SqliteConnection db, string queue, SubQueue subQueue, long sequenceNumber) => Query(
        db,
        $"""
        SELECT {Columns} FROM servicebus_message
        WHERE sequence_number = $number AND queue = $queue AND sub_queue = $sub AND state = 1
        """,
        Read,
        ("$number", sequenceNumber),
        ("$queue", queue),
        ("$sub", (int)subQueue)).FirstOrDefault();

    public static DateTimeOffset? NextScheduled(SqliteConnection db, string queue) => Query(
        db,
        "SELECT MIN(visible_at) FROM servicebus_message WHERE queue = $queue AND state = 2",
        reader => reader.IsDBNull(0) ? (DateTimeOffset?)null : Time(reader.GetInt64(0)),
        ("$queue", queue))[0];

    public static void CountDelivery(SqliteConnection db, long sequenceNumber) => Execute(
        db,
        "UPDATE servicebus_message SET delivery_count = delivery_count + 1 WHERE sequence_number = $number",
        ("$number", sequenceNumber));

    public static bool Delete(SqliteConnection db, long sequenceNumber) => Execute(
        db, "DELETE FROM servicebus_message WHERE sequence_number = $number", ("$number", sequenceNumber)) == 1;

    public static bool DeleteScheduled(SqliteConnection db, string queue, long sequenceNumber) => Execute(
        db,
        "DELETE FROM servicebus_message WHERE sequence_number = $number AND queue = $queue AND state = 2",
        ("$number", sequenceNumber),
        ("$queue", queue)) == 1;

    public static void Update(
        SqliteConnection db, long sequenceNumber, ServiceBusMessageState state, IEnumerable<KeyValuePair<string, object>> application) => Execute(
        db,
        "UPDATE servicebus_message SET state = $state, application_properties = $application WHERE sequence_number = $number",
        ("$number", sequenceNumber),
        ("$state", (int)state),
        ("$application", ApplicationPropertyCodec.Write(application)));

    public static void MoveToDeadLetters(
        SqliteConnection db, long sequenceNumber, string queue, IEnumerable<KeyValuePair<string, object>> application) => Execute(
        db,
        """
        UPDATE servicebus_message
        SET sub_queue = 1, state = 0, expires_at = NULL, dead_letter_source = $queue, application_properties = $application
        WHERE sequence_number = $number
        """,
        ("$number", sequenceNumber),
        ("$queue", queue),
        ("$application", ApplicationPropertyCodec.Write(application)));

    private static StoredMessage Read(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        JsonSerializer.Deserialize<MessageProperties>(reader.GetString(6))!,
        BinaryData.FromBytes((byte[])reader.GetValue(8)),
        ApplicationPropertyCodec.Read(reader.GetString(7)),
        reader.GetInt32(4),
        (ServiceBusMessageState)reader.GetInt32(1),
        Time(reader.GetInt64(2)),
        reader.IsDBNull(3) ? null : Time(reader.GetInt64(3)),
        reader.IsDBNull(5) ? null : reader.GetString(5));

    private static DateTimeOffset? Expiry(DateTimeOffset enqueued, TimeSpan? timeToLive) =>
        timeToLive is { } span && span < DateTimeOffset.MaxValue - enqueued ? enqueued + span : null;

    private static long? Ms(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static int Execute(SqliteConnection db, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(db, sql, parameters);
        return command.ExecuteNonQuery();
    }

    private static T Scalar<T>(SqliteConnection db, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(db, sql, parameters);
        return (T)Convert.ChangeType(command.ExecuteScalar()!, typeof(T), CultureInfo.InvariantCulture);
    }

    private static List<T> Query<T>(
        SqliteConnection db, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(db, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static SqliteCommand Command(SqliteConnection db, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = db.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
