using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.DurableTask.Tables;

internal static class InstanceTable
{
    private const string Columns =
        "instance_id, execution_id, name, version, status, created_at, updated_at, parent_id, tags, trace_parent, custom_status";

    public static InstanceRow? Find(DatabaseSession db, string id) =>
        db.Query($"SELECT {Columns} FROM durable_instance WHERE instance_id = $1", Read, id).FirstOrDefault();

    public static InstanceData Data(DatabaseSession db, string id) => db
        .Query(
            "SELECT input, output, failure FROM durable_instance_data WHERE instance_id = $1",
            row => new InstanceData(
                PayloadTable.Get(db, Text(row, 0)), PayloadTable.Get(db, Text(row, 1)), PayloadTable.Get(db, Text(row, 2))),
            id)
        .FirstOrDefault() ?? new InstanceData(null, null, null);

    public static void Insert(DatabaseSession db, NewInstance instance, DateTimeOffset now)
    {
        db.Execute(
            $"INSERT INTO durable_instance ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, NULL)",
            instance.InstanceId,
            instance.ExecutionId,
            instance.Start.Name,
            instance.Start.Version,
            (int)InstanceStatus.Pending,
            now.Ms(),
            instance.Start.Parent?.InstanceId,
            HistoryCodec.Encode(instance.Tags),
            instance.TraceParent);
        db.Execute(
            "INSERT INTO durable_instance_data (instance_id, input) VALUES ($1, $2)",
            instance.InstanceId,
            PayloadTable.Put(db, instance.InstanceId, instance.Start.Input));
    }

    public static void Update(DatabaseSession db, string id, InstanceStatus status, string? customStatus, DateTimeOffset now) => db.Execute(
        "UPDATE durable_instance SET status = $2, custom_status = $3, updated_at = $4 WHERE instance_id = $1",
        id,
        (int)status,
        customStatus,
        now.Ms());

    public static void SetOutcome(DatabaseSession db, string id, ExecutionCompleted completion) => db.Execute(
        "UPDATE durable_instance_data SET output = $2, failure = $3 WHERE instance_id = $1",
        id,
        PayloadTable.Put(db, id, completion.Output),
        PayloadTable.Put(db, id, HistoryCodec.Encode(completion.Failure)));

    public static void SetExecution(DatabaseSession db, string id, string executionId, ExecutionStarted start)
    {
        db.Execute("UPDATE durable_instance SET execution_id = $2, version = $3 WHERE instance_id = $1", id, executionId, start.Version);
        db.Execute("UPDATE durable_instance_data SET input = $2 WHERE instance_id = $1", id, PayloadTable.Put(db, id, start.Input));
    }

    public static List<string> OpenChildren(DatabaseSession db, string parentId) => db.Query(
        "SELECT instance_id FROM durable_instance WHERE parent_id = $1 AND status NOT IN (1, 3, 5)", row => row.GetString(0), parentId);

    public static List<string> Children(DatabaseSession db, string parentId) => db.Query(
        "SELECT instance_id FROM durable_instance WHERE parent_id = $1", row => row.GetString(0), parentId);

    /// <summary>Instances in order of their ids, after the given one.</summary>
    public static List<InstanceRow> Page(DatabaseSession db, InstanceFilter filter, string after, int size)
    {
        var statuses = filter.Statuses is { Count: > 0 } some ? $"AND status IN ({string.Join(',', some.Order().Select(each => (int)each))})" : string.Empty;
        return db.Query(
            $"""
            SELECT {Columns} FROM durable_instance
            WHERE instance_id > $1 AND instance_id >= $2 AND substr(instance_id, 1, length($2)) = $2
                AND created_at >= $3 AND created_at <= $4 {statuses}
            ORDER BY instance_id LIMIT $5
            """,
            Read,
            after,
            filter.Prefix ?? string.Empty,
            filter.CreatedFrom?.Ms() ?? long.MinValue,
            filter.CreatedTo?.Ms() ?? long.MaxValue,
            size);
    }

    /// <summary>Instances that finished before a time and whose parent, if any, has finished, too.</summary>
    public static List<string> FinishedBefore(DatabaseSession db, DateTimeOffset time, int limit) => db.Query(
        """
        SELECT instance_id FROM durable_instance i
        WHERE status IN (1, 3, 5) AND updated_at < $1
            AND NOT EXISTS (SELECT 1 FROM durable_instance p WHERE p.instance_id = i.parent_id AND p.status NOT IN (1, 3, 5))
        ORDER BY updated_at LIMIT $2
        """,
        row => row.GetString(0),
        time.Ms(),
        limit);

    /// <summary>Removes everything about an instance.</summary>
    public static void Delete(DatabaseSession db, string id)
    {
        db.Execute("DELETE FROM durable_instance WHERE instance_id = $1", id);
        db.Execute("DELETE FROM durable_instance_data WHERE instance_id = $1", id);
        db.Execute("DELETE FROM durable_message WHERE instance_id = $1", id);
        db.Execute("DELETE FROM durable_activity WHERE instance_id = $1", id);
        HistoryTable.Delete(db, id);
        WorkTable.DeleteTimers(db, id);
        PayloadTable.Collect(db, id);
    }

    private static InstanceRow Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        Text(row, 3),
        (InstanceStatus)row.GetInt32(4),
        Clock.Time(row.GetInt64(5)),
        Clock.Time(row.GetInt64(6)),
        Text(row, 7),
        Text(row, 8),
        Text(row, 9),
        Text(row, 10));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>Which instances are listed.</summary>
internal sealed record InstanceFilter(
    string? Prefix, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, IReadOnlyCollection<InstanceStatus>? Statuses);
