using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>Activities that have not been run to their end, and timers that have not fired.</summary>
internal static class WorkTable
{
    public static void InsertActivity(DatabaseSession db, InstanceRow instance, string executionId, TaskScheduled activity) => db.Execute(
        "INSERT INTO durable_activity (instance_key, execution_id, task_id, name, input) VALUES (?1, ?2, ?3, ?4, ?5)",
        instance.Key,
        executionId,
        activity.TaskId,
        activity.Name,
        PayloadTable.Put(db, instance.InstanceId, activity.Input));

    public static bool HasActivity(DatabaseSession db, long instanceKey, string executionId, int taskId) => db.Scalar<long>(
        "SELECT 1 FROM durable_activity WHERE instance_key = ?1 AND task_id = ?2 AND execution_id = ?3", instanceKey, taskId, executionId) == 1;

    public static void DeleteActivity(DatabaseSession db, long instanceKey, string? executionId, int taskId) => db.Execute(
        "DELETE FROM durable_activity WHERE instance_key = ?1 AND task_id = ?2 AND execution_id = ?3", instanceKey, taskId, executionId);

    public static void DeleteActivities(DatabaseSession db, long instanceKey) =>
        db.Execute("DELETE FROM durable_activity WHERE instance_key = ?1", instanceKey);

    public static List<ActivityItem> Activities(DatabaseSession db) => db.Query(
        """
        SELECT i.instance_id, a.execution_id, a.task_id, a.name, a.input, i.trace_parent
        FROM durable_activity a JOIN durable_instance i ON i.key = a.instance_key
        """,
        row => new ActivityItem(
            new ActivityCall(
                row.GetString(0),
                row.GetInt32(2),
                row.GetString(3),
                PayloadTable.Get(db, row.Text(4)),
                row.Text(5)),
            row.GetString(1),
            new ExecutionLife()));

    public static void InsertTimer(DatabaseSession db, long instanceKey, string executionId, TimerCreated timer) => db.Execute(
        "INSERT INTO durable_timer (instance_key, task_id, execution_id, due_at) VALUES (?1, ?2, ?3, ?4)",
        instanceKey,
        timer.TaskId,
        executionId,
        // Rounded up: a timer never fires early.
        (timer.DueAt + TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1)).Ms());

    public static void DeleteTimer(DatabaseSession db, long instanceKey, string? executionId, int taskId) => db.Execute(
        "DELETE FROM durable_timer WHERE instance_key = ?1 AND task_id = ?2 AND execution_id = ?3", instanceKey, taskId, executionId);

    public static bool HasTimer(DatabaseSession db, string instanceId, string executionId, int taskId) => db.Scalar<long>(
        """
        SELECT 1 FROM durable_timer t JOIN durable_instance i ON i.key = t.instance_key
        WHERE i.instance_id = ?1 AND t.task_id = ?2 AND t.execution_id = ?3
        """,
        instanceId,
        taskId,
        executionId) == 1;

    public static void DeleteTimers(DatabaseSession db, long instanceKey) =>
        db.Execute("DELETE FROM durable_timer WHERE instance_key = ?1", instanceKey);

    public static List<(string InstanceId, string ExecutionId, int TaskId, DateTimeOffset DueAt)> Timers(DatabaseSession db) => db.Query(
        "SELECT i.instance_id, t.execution_id, t.task_id, t.due_at FROM durable_timer t JOIN durable_instance i ON i.key = t.instance_key",
        row => (row.GetString(0), row.GetString(1), row.GetInt32(2), Clock.Time(row.GetInt64(3))));
}
