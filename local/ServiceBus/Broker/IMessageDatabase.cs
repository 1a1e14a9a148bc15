using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>The database that queues live in.</summary>
internal interface IMessageDatabase
{
    /// <summary>Runs work alone, in a transaction that is on disk when the task completes.</summary>
    Task<T> RunAsync<T>(Func<SqliteConnection, T> work);
}
