using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentFunctions.Local.Storage;

/// <summary>
/// A connection with its prepared statements; used by one caller at a time. Statements are stepped without ADO.NET's objects around
/// them, which cost more than SQLite's own work on the small rows of a turn.
/// </summary>
internal sealed class DatabaseSession : IDisposable
{
    private const int BusyTimeoutMs = 30_000;

    private readonly Dictionary<string, sqlite3_stmt> statements = new(StringComparer.Ordinal);

    private DatabaseSession(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public DatabaseOptions Options { get; set; } = new();

    private sqlite3 Handle => Connection.Handle!;

    public static DatabaseSession Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(text.ToString());
        connection.Open();
        raw.sqlite3_busy_timeout(connection.Handle, BusyTimeoutMs);
        return new DatabaseSession(connection);
    }

    /// <summary>Runs statements, separated by semicolons, that are not run again.</summary>
    public void Script(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    /// <summary>Runs a statement and returns how many rows it changed. Parameters are named $1, $2 and so on.</summary>
    public int Execute(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Statement(sql, values);
        try
        {
            while (Step(statement))
            {
            }

            return raw.sqlite3_changes(Handle);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The first column of the first row, a long or a string; the default when there is none.</summary>
    public T? Scalar<T>(string sql, params ReadOnlySpan<SqlValue> values) =>
        First(sql, static row => row.IsDBNull(0) ? default : Value<T>(row), values);

    /// <summary>The first row; the default when there is none.</summary>
    public T? First<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Statement(sql, values);
        try
        {
            return Step(statement) ? read(new Row(statement)) : default;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The rows, in memory.</summary>
    public List<T> Query<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Statement(sql, values);
        var rows = new List<T>();
        try
        {
            while (Step(statement))
            {
                rows.Add(read(new Row(statement)));
            }
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        Connection.Dispose();
    }

    private static T Value<T>(Row row) => typeof(T) == typeof(string) ? (T)(object)row.GetString(0) : (T)(object)row.GetInt64(0);

    private bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        Check(result);
        return false;
    }

    private sqlite3_stmt Statement(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
            statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Bind(statement, i + 1));
        }

        return statement;
    }

    /// <exception cref="SqliteException">The result is an error.</exception>
    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, Handle);
}
