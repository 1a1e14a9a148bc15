using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.Data.Sqlite;

namespace Local.Tests.DurableTask;

/// <summary>
/// Files as earlier versions of the engine left them, with one instance that waits for an event, one whose activity is to be executed
/// and one whose timer is due.
/// </summary>
internal static class OldDatabase
{
    private const string FirstTables = """
        CREATE TABLE durable_instance (
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
            custom_status TEXT) WITHOUT ROWID;
        CREATE INDEX durable_instance_parent ON durable_instance (parent_id) WHERE parent_id IS NOT NULL;
        CREATE TABLE durable_instance_data (instance_id TEXT PRIMARY KEY, input TEXT, output TEXT, failure TEXT);
        CREATE TABLE durable_history (
            instance_id TEXT NOT NULL,
            turn INTEGER NOT NULL,
            events TEXT NOT NULL,
            PRIMARY KEY (instance_id, turn)) WITHOUT ROWID;
        CREATE TABLE durable_message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            instance_id TEXT NOT NULL,
            execution_id TEXT,
            carried INTEGER NOT NULL,
            visible_at INTEGER,
            event TEXT NOT NULL);
        CREATE INDEX durable_message_instance ON durable_message (instance_id);
        CREATE TABLE durable_activity (
            instance_id TEXT NOT NULL,
            execution_id TEXT NOT NULL,
            task_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            input TEXT,
            PRIMARY KEY (instance_id, execution_id, task_id)) WITHOUT ROWID;
        CREATE TABLE durable_timer (
            instance_id TEXT NOT NULL,
            task_id INTEGER NOT NULL,
            execution_id TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            PRIMARY KEY (instance_id, task_id)) WITHOUT ROWID;
        CREATE TABLE durable_entity (
            entity_id TEXT PRIMARY KEY,
            state TEXT,
            locked_by TEXT,
            lock_id TEXT,
            modified_at INTEGER NOT NULL);
        CREATE TABLE durable_entity_message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            entity_id TEXT NOT NULL,
            lock_id TEXT,
            visible_at INTEGER,
            message TEXT NOT NULL);
        CREATE INDEX durable_entity_message_entity ON durable_entity_message (entity_id);
        """;

    private const string Rows = """
        INSERT INTO durable_instance VALUES
            ('waiting', 'e1', 'TakesText', NULL, 0, 1760000000000, 1760000000001, NULL, '{"color":"red"}', NULL, '"so far"'),
            ('working', 'e2', 'Doubles', NULL, 0, 1760000000000, 1760000000002, NULL, NULL, NULL, NULL),
            ('sleeping', 'e3', 'Sleeps', NULL, 0, 1760000000000, 1760000000003, NULL, NULL, NULL, NULL);
        INSERT INTO durable_instance_data VALUES ('waiting', NULL, NULL, NULL), ('working', '21', NULL, NULL), ('sleeping', NULL, NULL, NULL);
        INSERT INTO durable_history VALUES
            ('waiting', 0, '[{"$":"turn","At":"2026-01-01T00:00:00+00:00"},{"$":"started","Name":"TakesText"}]'),
            ('working', 0, '[{"$":"turn","At":"2026-01-01T00:00:00+00:00"},{"$":"started","Name":"Doubles","Input":"21"},{"$":"taskScheduled","TaskId":0,"Name":"Twice","Input":"21"}]'),
            ('sleeping', 0, '[{"$":"turn","At":"2026-01-01T00:00:00+00:00"},{"$":"started","Name":"Sleeps"},{"$":"timerCreated","TaskId":0,"DueAt":"2026-01-01T01:00:00+00:00"}]');
        INSERT INTO durable_activity VALUES ('working', 'e2', 0, 'Twice', '21');
        INSERT INTO durable_timer VALUES ('sleeping', 0, 'e3', 1767229200000);
        """;

    /// <summary>Writes a file of that version.</summary>
    /// <param name="file">The file, which does not exist.</param>
    /// <param name="version">1 or 2. Files of version 1 did not say which they were.</param>
    public static void Write(string file, int version)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = version == 1
            ? FirstTables + Rows
            : FirstTables + Schema.PayloadsAndRetention + Rows + "PRAGMA application_id = 1095126084; PRAGMA user_version = 2;";
        command.ExecuteNonQuery();
    }
}
