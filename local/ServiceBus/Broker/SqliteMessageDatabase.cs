using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>Queues in a SQLite file.</summary>
internal sealed class SqliteMessageDatabase : IMessageDatabase, IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly SqliteConnection connection;

    private SqliteMessageDatabase(SqliteConnection connection) => this.connection = connection;

    public static SqliteMessageDatabase Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        opened.Open();
        using var setup = opened.CreateCommand();
        setup.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000; {MessageTable.Schema}";
        setup.ExecuteNonQuery();
        return new SqliteMessageDatabase(opened);
    }

    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work)
    {
        await turn.WaitAsync();
        try
        {
            return await Task.Run(() =>
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                var result = work(connection);
                transaction.Commit();
                return result;
            });
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        await connection.DisposeAsync();
        turn.Dispose();
    }
}
