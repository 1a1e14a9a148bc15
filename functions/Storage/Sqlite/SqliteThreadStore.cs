using Microsoft.Data.Sqlite;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteThreadStore(AgentDatabase database) : IThreadStore
{
    private const string SelectFiles = "SELECT path, bytes, sha256, origin FROM files";
    private const string Select = "SELECT record FROM threads WHERE thread_id = $id";

    public Task<(ThreadRecord Thread, bool Created)> CreateAsync(ThreadRecord thread, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var created = session.Execute(
                    "INSERT OR IGNORE INTO threads (thread_id, record) VALUES ($id, $record)",
                    ("$id", thread.ThreadId),
                    ("$record", Record.Write(thread))) == 1;
                return (session.First(Select, Record.Read<ThreadRecord>, ("$id", thread.ThreadId))!, created);
            },
            cancellationToken);

    public Task<ThreadRecord?> GetAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First(Select, Record.Read<ThreadRecord>, ("$id", threadId)), cancellationToken);

    public Task PutFilesAsync(string threadId, IReadOnlyList<ThreadFile> files, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            foreach (var file in files)
            {
                session.Execute(
                    """
                    INSERT INTO files (thread_id, path, bytes, sha256, origin) VALUES ($id, $path, $bytes, $sha256, $origin)
                    ON CONFLICT DO UPDATE SET bytes = excluded.bytes, sha256 = excluded.sha256, origin = excluded.origin
                    """,
                    ("$id", threadId),
                    ("$path", file.Path),
                    ("$bytes", file.Bytes),
                    ("$sha256", file.Sha256),
                    ("$origin", file.Origin.ToString()));
            }

            return files.Count;
        },
        cancellationToken);

    public Task<IReadOnlyList<ThreadFile>> ListFilesAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ThreadFile>>(
            session =>
            [
                .. session.Query(
                    $"{SelectFiles} WHERE thread_id = $id", ReadFile, ("$id", threadId)).OrderBy(file => file.Path, StringComparer.Ordinal),
            ],
            cancellationToken);

    public Task<ThreadFile?> FindFileAsync(string threadId, string path, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            $"{SelectFiles} WHERE thread_id = $id AND path = $path", ReadFile, ("$id", threadId), ("$path", path)),
        cancellationToken);

    private static ThreadFile ReadFile(SqliteDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetString(2), Enum.Parse<FileOrigin>(row.GetString(3)));
}
