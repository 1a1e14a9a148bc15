using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentFunctions.Local.Storage;

/// <summary>A connection with its prepared statements; used by one caller at a time.</summary>
internal sealed class DatabaseSession : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> statements = new(StringComparer.Ordinal);

    private DatabaseSession(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    public DatabaseOptions Options { get; set; } = new();

    public static DatabaseSession Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(text.ToString());
        connection.Open();
        return new DatabaseSession(connection);
    }

    /// <summary>Runs a statement and returns how many rows it changed. Parameters are named $1, $2 and so on.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; the default when there is none.</summary>
    public T? Scalar<T>(string sql, params ReadOnlySpan<object?> values) =>
        Statement(sql, values).ExecuteScalar() is { } value and not DBNull ? (T)value : default;

    /// <summary>The rows, in memory.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Statement(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
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

    private SqliteCommand Statement(string sql, ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statement = Connection.CreateCommand();
            statement.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                statement.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            statement.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return statement;
    }
}
