namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteThreadStore(AgentDatabase database) : IThreadStore
{
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

    public Task PutFilesAsync(
        string threadId, IReadOnlyList<ThreadFile> files, FileWriter? writer, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            Writers.RequireTheSay(session, writer);
            foreach (var file in files)
            {
                Workspace.Put(session, threadId, file);
            }

            return files.Count;
        },
        cancellationToken);

    public Task<bool> DeleteFileAsync(string threadId, string path, FileWriter? writer, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            Writers.RequireTheSay(session, writer);
            return Workspace.Delete(session, threadId, path);
        },
        cancellationToken);

    public Task<IReadOnlyList<ThreadFile>> ListFilesAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Workspace.List(session, threadId), cancellationToken);

    public Task<ThreadFile?> FindFileAsync(string threadId, string path, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            $"{Workspace.SelectFiles} WHERE thread_id = $id AND path = $path", Workspace.Read, ("$id", threadId), ("$path", path)),
        cancellationToken);
}
