using AgentFunctions.Local.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>Queues in a SQLite file, which others may share.</summary>
internal sealed class SqliteMessageDatabase(Database database) : IMessageDatabase, IAsyncDisposable
{
    /// <summary>Opens a file of its own.</summary>
    public static SqliteMessageDatabase Open(string path) => new(Database.Open(path, MessageTable.Schema));

    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work) => database.WriteAsync(session => work(session.Connection));

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
