using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

internal static class InstanceTable
{
    private const string Inserted =
        "instance_id, execution_id, name, version, status, created_at, updated_at, parent_id, tags, trace_parent, custom_status";

    /// <summary>A turn that changes nothing of the row leaves it alone; the instance was updated when its history was.</summary>
    private const string Columns = """
        key, instance_id, execution_id, name, version, status, created_at,
        MAX(updated_at, IFNULL((SELECT at FROM durable_history h WHERE h.instance_key = i.key ORDER BY h.id DESC LIMIT 1), 0)),
        parent_id, tags, trace_parent, custom_status
        """;

    public static InstanceRow? Find(DatabaseSession db, string id) =>
        db.First($"SELECT {Columns} FROM durable_instance i WHERE instance_id = ?1", Read, id);

    /// <summary>The key of an instance; null when there is none.</summary>
    public static long? KeyOf(DatabaseSession db, string id) =>
        db.First<long?>("SELECT key FROM durable_instance WHERE instance_id = ?1", static row => row.GetInt64(0), id);

    public static InstanceData Data(DatabaseSession db, long key) => db.First(
        "SELECT input, output, failure FROM durable_instance_data WHERE instance_key = ?1",
        row => new InstanceData(PayloadTable.Get(db, row.Text(0)), PayloadTable.Get(db, row.Text(1)), PayloadTable.Get(db, row.Text(2))),
        key) ?? new InstanceData(null, null, null);

    public static void Insert(DatabaseSession db, NewInstance instance, DateTimeOffset now)
    {
        var key = db.Scalar<long>(
            $"INSERT INTO durable_instance ({Inserted}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, NULL) RETURNING key",
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
            "INSERT INTO durable_instance_data (instance_key, input) VALUES (?1, ?2)",
            key,
            PayloadTable.Put(db, instance.InstanceId, instance.Start.Input));
    }

    public static void Update(DatabaseSession db, long key, InstanceStatus status, string? customStatus, DateTimeOffset now) => db.Execute(
        "UPDATE durable_instance SET status = ?2, custom_status = ?3, updated_at = ?4 WHERE key = ?1",
        key,
        (int)status,
        customStatus,
        now.Ms());

    public static void SetOutcome(DatabaseSession db, InstanceRow instance, ExecutionCompleted completion) => db.Execute(
        "UPDATE durable_instance_data SET output = ?2, failure = ?3 WHERE instance_key = ?1",
        instance.Key,
        PayloadTable.Put(db, instance.InstanceId, completion.Output),
        PayloadTable.Put(db, instance.InstanceId, HistoryCodec.Encode(completion.Failure)));

    public static void SetExecution(DatabaseSession db, InstanceRow instance, string executionId, ExecutionStarted start, DateTimeOffset now)
    {
        db.Execute(
            "UPDATE durable_instance SET execution_id = ?2, version = ?3, updated_at = ?4 WHERE key = ?1",
            instance.Key,
            executionId,
            start.Version,
            now.Ms());
        db.Execute(
            "UPDATE durable_instance_data SET input = ?2 WHERE instance_key = ?1",
            instance.Key,
            PayloadTable.Put(db, instance.InstanceId, start.Input));
    }

    public static List<string> OpenChildren(DatabaseSession db, string parentId) => db.Query(
        "SELECT instance_id FROM durable_instance WHERE parent_id = ?1 AND status NOT IN (1, 3, 5)", row => row.GetString(0), parentId);

    public static List<string> Children(DatabaseSession db, string parentId) => db.Query(
        "SELECT instance_id FROM durable_instance WHERE parent_id = ?1", row => row.GetString(0), parentId);

    /// <summary>Instances in order of their ids, after the given one.</summary>
    public static List<InstanceRow> Page(DatabaseSession db, InstanceFilter filter, string after, int size)
    {
        var statuses = filter.Statuses is { Count: > 0 } some ? $"AND status IN ({string.Join(',', some.Order().Select(each => (int)each))})" : string.Empty;
        return db.Query(
            $"""
            SELECT {Columns} FROM durable_instance i
            WHERE instance_id > ?1 AND instance_id >= ?2 AND substr(instance_id, 1, length(?2)) = ?2
                AND created_at >= ?3 AND created_at <= ?4 {statuses}
            ORDER BY instance_id LIMIT ?5
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
        WHERE status IN (1, 3, 5) AND updated_at < ?1
            AND NOT EXISTS (SELECT 1 FROM durable_instance p WHERE p.instance_id = i.parent_id AND p.status NOT IN (1, 3, 5))
        ORDER BY updated_at LIMIT ?2
        """,
        row => row.GetString(0),
        time.Ms(),
        limit);

    /// <summary>Removes everything about an instance.</summary>
    public static void Delete(DatabaseSession db, InstanceRow instance)
    {
        HistoryTable.Delete(db, instance.Key);
        WorkTable.DeleteActivities(db, instance.Key);
        WorkTable.DeleteTimers(db, instance.Key);
        db.Execute("DELETE FROM durable_message WHERE instance_id = ?1", instance.InstanceId);
        db.Execute("DELETE FROM durable_instance_data WHERE instance_key = ?1", instance.Key);
        db.Execute("DELETE FROM durable_instance WHERE key = ?1", instance.Key);
        PayloadTable.Collect(db, instance.InstanceId);
    }

    private static InstanceRow Read(Row row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.Text(4),
        (InstanceStatus)row.GetInt32(5),
        Clock.Time(row.GetInt64(6)),
        Clock.Time(row.GetInt64(7)),
        row.Text(8),
        row.Text(9),
        row.Text(10),
        row.Text(11));
}

/// <summary>Which instances are listed.</summary>
internal sealed record InstanceFilter(
    string? Prefix, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, IReadOnlyCollection<InstanceStatus>? Statuses);
