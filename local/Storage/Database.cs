using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.Storage;

/// <summary>
/// One SQLite file with one writer at a time, which puts the writes that wait into one transaction, so that they share one flush to disk.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int LargestBatch = 1000;

    private static readonly Meter Meter = new("AgentFunctions.Local.Storage");
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "local.storage.commits", "{commit}", "Transactions that are on disk.");

    private readonly BlockingCollection<Write> queue = [];
    private readonly ConcurrentBag<DatabaseSession> readers = [];
    private readonly Lock writing = new();
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DatabaseSession session;
    private readonly string path;

    private Database(string path, DatabaseSession session, DatabaseOptions options)
    {
        this.path = path;
        this.session = session;
        Options = options;
        session.Options = options;
        new Thread(Run) { IsBackground = true, Name = "Database writer" }.Start();
    }

    public DatabaseOptions Options { get; }

    /// <summary>Opens the file, creating what is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schemas">Statements that create tables where there are none.</param>
    /// <exception cref="DatabaseException">The file cannot be used; it was not changed.</exception>
    public static Database Open(string path, params IEnumerable<string> schemas) => Open(path, new DatabaseSchema([.. schemas]));

    /// <summary>Opens the file, creating what is missing and bringing an older one up to date.</summary>
    /// <exception cref="DatabaseException">The file cannot be used; it was not changed.</exception>
    public static Database Open(string path, DatabaseSchema schema, DatabaseOptions? options = null) =>
        new(path, DatabaseFile.Open(path, schema), options ?? new DatabaseOptions());

    /// <summary>Runs work alone; what it wrote is on disk when the task completes. Work that throws has written nothing.</summary>
    public Task<T> WriteAsync<T>(Func<DatabaseSession, T> work) => Enqueue(new Write<T>(work, isGuarded: true));

    /// <summary>
    /// As <see cref="WriteAsync"/>, for work that is not expected to throw: if it does, everything fails that shares its transaction.
    /// It costs less, because SQLite need not remember what the pages were like before, and because the caller writes by itself when
    /// nobody else does: a sequence of steps then goes on in one thread, and wakes no other for each of its commits.
    /// </summary>
    public Task WriteUnguardedAsync(Action<DatabaseSession> work)
    {
        var write = new Write<bool>(
            db =>
            {
                work(db);
                return true;
            },
            isGuarded: false);
        if (queue.Count > 0 || !writing.TryEnter())
        {
            return Enqueue(write);
        }

        try
        {
            if (queue.IsAddingCompleted)
            {
                return Closed<bool>();
            }

            Commit([write]);
        }
        finally
        {
            writing.Exit();
        }

        return write.Task;
    }
    /// <summary>Reads one consistent state of what was written.</summary>
    public T Read<T>(Func<DatabaseSession, T> work)
    {
        if (!readers.TryTake(out var reader))
        {
            reader = DatabaseSession.Open(path, SqliteOpenMode.ReadOnly);
            reader.Options = Options;
        }

        reader.Execute("BEGIN");
        try
        {
            return work(reader);
        }
        catch (SqliteException error) when (DatabaseException.IsOfTheFile(error))
        {
            throw DatabaseException.Of(path, error);
        }
        finally
        {
            reader.Execute("COMMIT");
            readers.Add(reader);
        }
    }

    /// <summary>Finishes the writes that wait and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.CompleteAdding();
        await written.Task;
        while (readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        lock (writing)
        {
            session.Dispose();
        }
    }

    private Task<T> Enqueue<T>(Write<T> write)
    {
        try
        {
            queue.Add(write);
        }
        catch (InvalidOperationException)
        {
            return Closed<T>();
        }

        return write.Task;
    }

    private static Task<T> Closed<T>() => Task.FromException<T>(new ObjectDisposedException(nameof(Database)));

    private void Run()
    {
        var batch = new List<Write>();
        while (queue.TryTake(out var first, Timeout.Infinite))
        {
            batch.Add(first);
            while (batch.Count < LargestBatch && queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            lock (writing)
            {
                Commit(batch);
            }

            batch.Clear();
        }

        written.SetResult();
    }

    private void Commit(List<Write> batch)
    {
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                Attempt(write);
            }

            session.Execute("COMMIT");
        }
        catch (Exception error)
        {
            Fail(batch, error);
            return;
        }

        Commits.Add(1);
        foreach (var write in batch)
        {
            write.Complete();
        }
    }

    private void Attempt(Write write)
    {
        if (!write.IsGuarded)
        {
            write.Run(session);
            return;
        }

        session.Execute("SAVEPOINT write");
        try
        {
            write.Run(session);
        }
        catch (Exception error) when (session.IsInTransaction)
        {
            session.Execute("ROLLBACK TO write");
            write.Failed(DatabaseException.Of(path, error));
        }

        session.Execute("RELEASE write");
    }

    private void Fail(List<Write> batch, Exception cause)
    {
        // After some errors, as of a full disk, SQLite has taken back the whole transaction by itself.
        if (session.IsInTransaction)
        {
            session.Execute("ROLLBACK");
        }

        var error = DatabaseException.Of(path, cause);
        foreach (var write in batch)
        {
            write.Failed(error);
            write.Complete();
        }
    }

    private abstract class Write(bool isGuarded)
    {
        public bool IsGuarded => isGuarded;

        public abstract void Run(DatabaseSession session);

        public abstract void Failed(Exception error);

        public abstract void Complete();
    }

    private sealed class Write<T>(Func<DatabaseSession, T> work, bool isGuarded) : Write(isGuarded)
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;
        private Exception? error;

        public Task<T> Task => completion.Task;

        public override void Run(DatabaseSession session) => result = work(session);

        public override void Failed(Exception error) => this.error = error;

        public override void Complete()
        {
            if (error is null)
            {
                completion.SetResult(result);
            }
            else
            {
                completion.SetException(error);
            }
        }
    }
}
