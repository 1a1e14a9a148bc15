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

    /// <summary>
    /// What version 3 changed: instances have numbers, by which their rows lie next to those that are written at the same time. Before,
    /// they lay by the instances' ids, so that each turn of a commit touched pages of its own, and more so the fuller the file.
    /// </summary>
    public const string InstancesByNumber = """
        DROP INDEX durable_instance_parent;
        DROP INDEX durable_instance_finished;
        ALTER TABLE durable_instance RENAME TO old_instance;
        CREATE TABLE durable_instance (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            instance_id TEXT NOT NULL UNIQUE,
            execution_id TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT,
            status INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            parent_id TEXT,
            tags TEXT,
            trace_parent TEXT,
            custom_status TEXT);
        INSERT INTO durable_instance (instance_id, execution_id, name, version, status, created_at, updated_at, parent_id, tags,
                trace_parent, custom_status)
            SELECT instance_id, execution_id, name, version, status, created_at, updated_at, parent_id, tags, trace_parent, custom_status
            FROM old_instance ORDER BY created_at;
        DROP TABLE old_instance;
        CREATE INDEX durable_instance_parent ON durable_instance (parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX durable_instance_finished ON durable_instance (updated_at) WHERE status IN (1, 3, 5);

        ALTER TABLE durable_instance_data RENAME TO old_instance_data;
        CREATE TABLE durable_instance_data (instance_key INTEGER PRIMARY KEY, input TEXT, output TEXT, failure TEXT);
        INSERT INTO durable_instance_data (instance_key, input, output, failure)
            SELECT i.key, d.input, d.output, d.failure FROM durable_instance i JOIN old_instance_data d USING (instance_id) ORDER BY i.key;
        DROP TABLE old_instance_data;

        ALTER TABLE durable_history RENAME TO old_history;
        CREATE TABLE durable_history (
            id INTEGER PRIMARY KEY,
            instance_key INTEGER NOT NULL,
            at INTEGER NOT NULL,
            events TEXT NOT NULL);
        INSERT INTO durable_history (instance_key, at, events)
            SELECT i.key, i.updated_at, h.events FROM durable_instance i JOIN old_history h USING (instance_id) ORDER BY i.key, h.turn;
        DROP TABLE old_history;
        CREATE INDEX durable_history_instance ON durable_history (instance_key);

        ALTER TABLE durable_activity RENAME TO old_activity;
        CREATE TABLE durable_activity (
            instance_key INTEGER NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (instance_key, task_id, execution_id)) WITHOUT ROWID;
        INSERT INTO durable_activity (instance_key, task_id, execution_id, name, input)
            SELECT i.key, a.task_id, a.execution_id, a.name, a.input FROM durable_instance i JOIN old_activity a USING (instance_id);
        DROP TABLE old_activity;

        ALTER TABLE durable_timer RENAME TO old_timer;
        CREATE TABLE durable_timer (
            instance_key INTEGER NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            PRIMARY KEY (instance_key, task_id)) WITHOUT ROWID;
        INSERT INTO durable_timer (instance_key, task_id, execution_id, due_at)
            SELECT i.key, t.task_id, t.execution_id, t.due_at FROM durable_instance i JOIN old_timer t USING (instance_id);
        DROP TABLE old_timer;
        """;

    public static IEnumerable<string> Statements { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS durable_instance (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            instance_id TEXT NOT NULL UNIQUE,
            execution_id TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT,
            status INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            parent_id TEXT,
            tags TEXT,
            trace_parent TEXT,
            custom_status TEXT)
        """,
        "CREATE INDEX IF NOT EXISTS durable_instance_parent ON durable_instance (parent_id) WHERE parent_id IS NOT NULL",
        """
        CREATE TABLE IF NOT EXISTS durable_instance_data (
            instance_key INTEGER PRIMARY KEY,
            input TEXT,
            output TEXT,
            failure TEXT)
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_history (
            id INTEGER PRIMARY KEY,
            instance_key INTEGER NOT NULL,
            at INTEGER NOT NULL,
            events TEXT NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS durable_history_instance ON durable_history (instance_key)",
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
            instance_key INTEGER NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (instance_key, task_id, execution_id)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS durable_timer (
            instance_key INTEGER NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            PRIMARY KEY (instance_key, task_id)) WITHOUT ROWID
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
