using System.Globalization;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>The tables of <c>agents.db</c>, as steps from version to version. A step that was published never changes; a change is a new one.</summary>
internal static class Schema
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS blobs (
            hash TEXT PRIMARY KEY,
            content BLOB NOT NULL
        );
        CREATE TABLE IF NOT EXISTS threads (
            thread_id TEXT PRIMARY KEY,
            record TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS files (
            thread_id TEXT NOT NULL,
            path TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            origin TEXT NOT NULL,
            PRIMARY KEY (thread_id, path)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS runs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id TEXT NOT NULL UNIQUE,
            root_run_id TEXT NOT NULL,
            is_root INTEGER NOT NULL,
            thread_id TEXT NOT NULL,
            tenant TEXT NOT NULL,
            agent TEXT NOT NULL,
            status TEXT NOT NULL,
            request TEXT NOT NULL,
            state TEXT NOT NULL,
            steps TEXT NOT NULL,
            events INTEGER NOT NULL,
            head_hash TEXT NOT NULL,
            checkpoints INTEGER NOT NULL
        );
        CREATE INDEX IF NOT EXISTS runs_by_root ON runs (root_run_id, run_id);
        CREATE INDEX IF NOT EXISTS runs_by_thread ON runs (thread_id, number);
        CREATE TABLE IF NOT EXISTS events (
            run_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run_id, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS commits (
            run_id TEXT NOT NULL,
            key TEXT NOT NULL,
            result TEXT,
            PRIMARY KEY (run_id, key)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS checkpoints (
            run_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            host TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run_id, number)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS approvals (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            approval_id TEXT NOT NULL UNIQUE,
            run_id TEXT NOT NULL,
            tenant TEXT NOT NULL,
            status TEXT NOT NULL,
            record TEXT NOT NULL
        );
        CREATE INDEX IF NOT EXISTS approvals_by_run ON approvals (run_id);
        CREATE TABLE IF NOT EXISTS agents (
            hash TEXT PRIMARY KEY,
            record TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS agent_names (
            name TEXT PRIMARY KEY,
            hash TEXT NOT NULL
        );
        """;

    /// <summary>The newest event of each commit, so that an event can name the one that led to it.</summary>
    private const string EventOfCommit = "ALTER TABLE commits ADD COLUMN last_event INTEGER;";

    /// <summary>
    /// What a rollback needs to know of a commit: its place among all commits (0 for those of older versions), its branch, and what it
    /// changed of its run. A thread's files are unchanged since its row of <c>workspaces</c> was written.
    /// </summary>
    private const string Branches = """
        ALTER TABLE commits ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE commits ADD COLUMN branch INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE commits ADD COLUMN patch TEXT;
        CREATE INDEX commits_by_number ON commits (number);
        CREATE TABLE workspaces (
            thread_id TEXT PRIMARY KEY,
            files_hash TEXT NOT NULL
        ) WITHOUT ROWID;
        """;

    /// <summary>The signature of each log's head.</summary>
    private const string SignedHead = "ALTER TABLE runs ADD COLUMN head_signature TEXT;";

    /// <summary>Shared memory. The list of a thread's entries is unchanged since its hash was captured.</summary>
    private const string Memory = """
        CREATE TABLE memory (
            thread_id TEXT NOT NULL,
            key TEXT NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (thread_id, key)
        ) WITHOUT ROWID;
        CREATE TABLE memory_heads (
            thread_id TEXT PRIMARY KEY,
            revision INTEGER NOT NULL,
            keys INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            captured TEXT
        ) WITHOUT ROWID;
        CREATE TABLE memory_changes (
            thread_id TEXT NOT NULL,
            change_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (thread_id, change_id)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX memory_changes_by_revision ON memory_changes (thread_id, revision);
        """;

    /// <summary>The circuits of tools that have failed too often.</summary>
    private const string ToolCircuits = """
        CREATE TABLE tool_circuits (
            tool TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            record TEXT NOT NULL
        ) WITHOUT ROWID;
        """;

    private const string Schedules = """
        CREATE TABLE schedules (
            schedule_id TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            thread_id TEXT NOT NULL,
            record TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE schedule_events (
            schedule_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (schedule_id, sequence)
        ) WITHOUT ROWID;
        """;

    /// <summary>The runs that wait to be admitted: a row lies beside those of its lane, in their order. And accepted runs, to be counted.</summary>
    private const string Waiting = """
        CREATE TABLE waiting (
            lane TEXT NOT NULL,
            rank INTEGER NOT NULL,
            run_id TEXT NOT NULL,
            tenant TEXT NOT NULL,
            priority INTEGER NOT NULL,
            since INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (lane, rank, run_id)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX waiting_by_run ON waiting (run_id);
        CREATE INDEX waiting_by_tenant ON waiting (tenant, rank, run_id);
        CREATE INDEX waiting_by_priority ON waiting (tenant, priority, since);
        CREATE INDEX runs_queued ON runs (tenant) WHERE status = 'queued' AND is_root = 1;
        """;

    /// <summary>What operators have done.</summary>
    private const string OperatorLog = """
        CREATE TABLE operations (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            operation_id TEXT NOT NULL UNIQUE,
            record TEXT NOT NULL
        );
        """;

    /// <summary>What everybody who calls a model deployment shares.</summary>
    private const string Deployments = """
        CREATE TABLE deployments (
            name TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            record TEXT NOT NULL
        ) WITHOUT ROWID;
        """;

    /// <summary>Root runs that have not ended: few beside those that have.</summary>
    private const string Unfinished = $"CREATE INDEX runs_unfinished ON runs (status, number) WHERE {IsUnfinishedRoot};";

    /// <summary>The condition of that index, which it is found by: a query that has it in these words is answered by the index alone.</summary>
    public const string IsUnfinishedRoot = "is_root = 1 AND status IN ('queued', 'planning', 'running', 'waiting', 'paused')";

    private static readonly string[] Steps = [Tables, EventOfCommit, Branches, SignedHead, Memory, ToolCircuits, Schedules, Waiting, OperatorLog, Deployments, Unfinished];

    /// <summary>Brings the file to the current version; its version is <c>PRAGMA user_version</c>.</summary>
    /// <param name="session">A connection that may write.</param>
    /// <exception cref="InvalidOperationException">The file is of a newer version.</exception>
    public static void Migrate(SqlSession session)
    {
        var version = session.First("PRAGMA user_version", row => row.GetInt32(0));
        if (version > Steps.Length)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"agents.db has version {version}; this program knows versions up to {Steps.Length}."));
        }

        for (; version < Steps.Length; version++)
        {
            session.Script(string.Create(
                CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE;\n{Steps[version]}\nPRAGMA user_version = {version + 1};\nCOMMIT;"));
        }
    }
}
