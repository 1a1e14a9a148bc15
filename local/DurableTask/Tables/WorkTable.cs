using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>Activities that have not been run to their end, and timers that have not fired.</summary>
internal static class WorkTable
{
    public static void InsertActivity(DatabaseSession db, string instanceId, string executionId, TaskScheduled activity) => db.Execute(
        "INSERT INTO durable_activity (instance_id, execution_id, task_id, name, input) VALUES ($1, $2, $3, $4, $5)",
        instanceId,
        executionId,
        activity.TaskId,
        activity.Name,
        PayloadTable.Put(db, instanceId, activity.Input));

    public static void DeleteActivity(DatabaseSession db, string instanceId, string? executionId, int taskId) => db.Execute(
        "DELETE FROM durable_activity WHERE instance_id = $1 AND execution_id = $2 AND task_id = $3", instanceId, executionId, taskId);

    public static void DeleteActivities(DatabaseSession db, string instanceId) =>
        db.Execute("DELETE FROM durable_activity WHERE instance_id = $1", instanceId);

    public static List<ActivityItem> Activities(DatabaseSession db) => db.Query(
        """
        SELECT a.instance_id, a.execution_id, a.task_id, a.name, a.input, i.trace_parent
        FROM durable_activity a LEFT JOIN durable_instance i ON i.instance_id = a.instance_id
        """,
        row => new ActivityItem(
            new ActivityCall(
                row.GetString(0),
                row.GetInt32(2),
                row.GetString(3),
                row.IsDBNull(4) ? null : PayloadTable.Get(db, row.GetString(4)),
                row.IsDBNull(5) ? null : row.GetString(5)),
            row.GetString(1),
            new ExecutionLife()));

    public static void InsertTimer(DatabaseSession db, string instanceId, string executionId, TimerCreated timer) => db.Execute(
        "INSERT INTO durable_timer (instance_id, task_id, execution_id, due_at) VALUES ($1, $2, $3, $4)",
        instanceId,
        timer.TaskId,
        executionId,
        // Rounded up: a timer never fires early.
        (timer.DueAt + TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1)).Ms());

    public static void DeleteTimer(DatabaseSession db, string instanceId, string? executionId, int taskId) => db.Execute(
        "DELETE FROM durable_timer WHERE instance_id = $1 AND task_id = $2 AND execution_id = $3", instanceId, taskId, executionId);

    public static bool HasTimer(DatabaseSession db, string instanceId, string executionId, int taskId) => db.Scalar<long>(
        "SELECT 1 FROM durable_timer WHERE instance_id = $1 AND task_id = $2 AND execution_id = $3", instanceId, taskId, executionId) == 1;

    public static void DeleteTimers(DatabaseSession db, string instanceId) =>
        db.Execute("DELETE FROM durable_timer WHERE instance_id = $1", instanceId);

    public static List<(string InstanceId, string ExecutionId, int TaskId, DateTimeOffset DueAt)> Timers(DatabaseSession db) => db.Query(
        "SELECT instance_id, execution_id, task_id, due_at FROM durable_timer",
        row => (row.GetString(0), row.GetString(1), row.GetInt32(2), Clock.Time(row.GetInt64(3))));
}
