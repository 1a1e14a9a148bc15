using System.Collections.Concurrent;
using System.Threading.Channels;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>
/// The file that all stores share. One connection writes, and what many callers want to write at the same time goes to disk
/// in one transaction (group commit), each caller's part in a savepoint of its own. Readers never wait for the writer.
/// </summary>
internal sealed class AgentDatabase : IAsyncDisposable, IDisposable
{
    private const int GroupSize = 256;
    private const int Readers = 4;

    private readonly Channel<PendingWrite> queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly ConcurrentBag<SqlSession> idle = [];
    private readonly SemaphoreSlim readers = new(Readers);
    private readonly SqlSession writer;
    private readonly Task writing;
    private readonly string path;
    private int disposed;

    private AgentDatabase(string path, SqlSession writer)
    {
        this.path = path;
        this.writer = writer;
        writing = Task.Factory.StartNew(
            Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens the file and brings it to the current schema; creates it, and its folder, where there is none.</summary>
    /// <param name="path">The file.</param>
    public static AgentDatabase Open(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var session = SqlSession.Open(full, readOnly: false);
        session.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000;");
        Schema.Migrate(session);
        return new AgentDatabase(full, session);
    }

    /// <summary>Runs a change; when the task completes, it is on disk.</summary>
    /// <param name="work">The change. If it throws, nothing of it remains, and the task fails with what it threw.</param>
    /// <param name="cancellationToken">Withdraws a change that has not begun.</param>
    public async Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var pending = new PendingWrite(session => work(session), cancellationToken);
        ObjectDisposedException.ThrowIf(!queue.Writer.TryWrite(pending), this);
        return (T)(await pending.Done.Task)!;
    }

    /// <summary>Runs a query on what was committed last.</summary>
    /// <param name="work">The query.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public async Task<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        await readers.WaitAsync(cancellationToken);
        try
        {
            var session = idle.TryTake(out var found) ? found : OpenReader();
            try
            {
                return work(session);
            }
            finally
            {
                idle.Add(session);
            }
        }
        finally
        {
            readers.Release();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        queue.Writer.TryComplete();
        await writing;
        for (var taken = 0; taken < Readers; taken++)
        {
            await readers.WaitAsync();
        }

        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }

        writer.Dispose();
        readers.Dispose();
    }

    private SqlSession OpenReader()
    {
        var session = SqlSession.Open(path, readOnly: true);
        session.Script("PRAGMA busy_timeout = 30000;");
        return session;
    }

    private void Write()
    {
        var group = new List<PendingWrite>(GroupSize);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < GroupSize && queue.Reader.TryRead(out var next))
            {
                group.Add(next);
            }

            Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<PendingWrite> group)
    {
        try
        {
            writer.Execute("BEGIN IMMEDIATE");
            foreach (var pending in group)
            {
                writer.Execute("SAVEPOINT one");
                if (!pending.TryRun(writer))
                {
                    writer.Execute("ROLLBACK TO one");
                }

                writer.Execute("RELEASE one");
            }

            writer.Execute("COMMIT");
        }
        catch (Exception error)
        {
            // The disk is full or gone: nobody of this group has anything on disk, and everybody must hear of it.
            RollBack();
            group.ForEach(pending => pending.Fail(error));
        }

        group.ForEach(pending => pending.Complete());
    }

    private void RollBack()
    {
        try
        {
            writer.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // SQLite has ended the transaction itself, as it does after most I/O errors.
            return;
        }
    }
}
