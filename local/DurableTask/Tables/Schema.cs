namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>The engine's tables. Times are Unix milliseconds, statuses the numbers of OrchestrationRuntimeStatus.</summary>
internal static class Schema
{
    /// <summary>What version 2 added: payloads apart from histories, and an index by which retention finds what is old.</summary>
    public const string PayloadsAndRetention = """
        CREATE TABLE IF NOT EXISTS durable_payload (hash TEXT PRIMARY KEY, data TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS durable_payload_use (
            owner TEXT NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (owner, hash)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS durable_payload_use_hash ON durable_payload_use (hash);
        CREATE INDEX IF NOT EXISTS durable_instance_finished ON durable_instance (updated_at) WHERE status IN (1, 3, 5);
        """;

    public static IEnumerable<string> Statements { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS durable_instance (
            instance_id TEXT PRIMARY KEY,
            execution_id TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT,
            status INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            parent_id TEXT,
            tags TEXT,
            trace_parent TEXT,
            custom_status TEXT) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS durable_instance_parent ON durable_instance (parent_id) WHERE parent_id IS NOT NULL",
        """
        CREATE TABLE IF NOT EXISTS durable_instance_data (
            instance_id TEXT PRIMARY KEY,
            input TEXT,
            output TEXT,
            failure TEXT)
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_history (
            instance_id TEXT NOT NULL,
            turn INTEGER NOT NULL,
            events TEXT NOT NULL,
            PRIMARY KEY (instance_id, turn)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            instance_id TEXT NOT NULL,
            execution_id TEXT,
            carried INTEGER NOT NULL,
            visible_at INTEGER,
            event TEXT NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS durable_message_instance ON durable_message (instance_id)",
        """
        CREATE TABLE IF NOT EXISTS durable_activity (
            instance_id TEXT NOT NULL,
            execution_id TEXT NOT NULL,
            task_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (instance_id, execution_id, task_id)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_timer (
            instance_id TEXT NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            PRIMARY KEY (instance_id, task_id)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_entity (
            entity_id TEXT PRIMARY KEY,
            state TEXT,
            locked_by TEXT,
            lock_id TEXT,
            modified_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_entity_message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            entity_id TEXT NOT NULL,
            lock_id TEXT,
            visible_at INTEGER,
            message TEXT NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS durable_entity_message_entity ON durable_entity_message (entity_id)",
        PayloadsAndRetention,
    ];
}
