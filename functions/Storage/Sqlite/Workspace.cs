using System.Security.Cryptography;
using System.Text.Json;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>
/// The files of a thread at one moment, as a content-addressed list: their paths and hashes, ordered by path. The list is made anew
/// only where a file has changed since the last one was made.
/// </summary>
internal static class Workspace
{
    public const string SelectFiles = "SELECT path, bytes, sha256, origin FROM files";

    /// <summary>Keeps the list of the thread's files and returns its hash.</summary>
    public static string Capture(SqlSession session, string threadId)
    {
        if (session.First("SELECT files_hash FROM workspaces WHERE thread_id = $id", row => row.GetString(0), ("$id", threadId)) is { } known)
        {
            return known;
        }

        var content = JsonSerializer.SerializeToUtf8Bytes(List(session, threadId), AgentJson.Options);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        session.Execute(
            "INSERT OR IGNORE INTO blobs (hash, content) VALUES ($hash, $content)", ("$hash", hash), ("$content", content));
        session.Execute(
            "INSERT INTO workspaces (thread_id, files_hash) VALUES ($id, $hash)", ("$id", threadId), ("$hash", hash));
        return hash;
    }

    /// <summary>Adds or replaces a file.</summary>
    public static void Put(SqlSession session, string threadId, ThreadFile file)
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
        Forget(session, threadId);
    }

    /// <summary>Removes a file; <see langword="false"/> where there is none.</summary>
    public static bool Delete(SqlSession session, string threadId, string path)
    {
        Forget(session, threadId);
        return session.Execute("DELETE FROM files WHERE thread_id = $id AND path = $path", ("$id", threadId), ("$path", path)) == 1;
    }

    /// <summary>Puts the files of a list in the place of the thread's files.</summary>
    public static void Restore(SqlSession session, string threadId, string filesHash)
    {
        var content = session.First(
            "SELECT content FROM blobs WHERE hash = $hash", row => row.GetFieldValue<byte[]>(0), ("$hash", filesHash))
            ?? throw new InvalidOperationException($"The blob store has lost '{filesHash}'.");
        session.Execute("DELETE FROM files WHERE thread_id = $id", ("$id", threadId));
        foreach (var file in JsonSerializer.Deserialize<IReadOnlyList<ThreadFile>>(content, AgentJson.Options)!)
        {
            Put(session, threadId, file);
        }

        Forget(session, threadId);
    }

    /// <summary>The thread's files, ordered by path (ordinal).</summary>
    public static IReadOnlyList<ThreadFile> List(SqlSession session, string threadId) =>
    [
        .. session.Query($"{SelectFiles} WHERE thread_id = $id", Read, ("$id", threadId)).OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    public static ThreadFile Read(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetString(2), Enum.Parse<FileOrigin>(row.GetString(3)));

    private static void Forget(SqlSession session, string threadId) =>
        session.Execute("DELETE FROM workspaces WHERE thread_id = $id", ("$id", threadId));
}
