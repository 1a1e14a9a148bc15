using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>The rows of shared memory, and what they were at a checkpoint.</summary>
internal static class MemoryTable
{
    /// <summary>Begins ids of changes that a rollback has undone; no other id begins so.</summary>
    private const char UndoneMark = '~';

    private const string SelectEntries = "SELECT record FROM memory";

    public static MemoryHead Head(SqlSession session, string threadId) =>
        session.First("SELECT revision, keys, bytes FROM memory_heads WHERE thread_id = $id", ReadHead, ("$id", threadId)) ?? MemoryHead.Empty;

    public static MemoryEntry? Find(SqlSession session, string threadId, string key) => session.First(
        $"{SelectEntries} WHERE thread_id = $id AND key = $key", Record.Read<MemoryEntry>, ("$id", threadId), ("$key", key));

    public static IReadOnlyList<MemoryEntry> List(SqlSession session, string threadId, string prefix, string after, int limit) => session.Query(
        $"{SelectEntries} WHERE thread_id = $id AND key > $after AND substr(key, 1, length($prefix)) = $prefix ORDER BY key LIMIT $limit",
        Record.Read<MemoryEntry>,
        ("$id", threadId),
        ("$after", after),
        ("$prefix", prefix),
        ("$limit", limit));

    public static MemoryChanged? FindChange(SqlSession session, string threadId, string changeId) => session.First(
        "SELECT record FROM memory_changes WHERE thread_id = $id AND change_id = $change",
        Record.Read<MemoryChanged>,
        ("$id", threadId),
        ("$change", changeId));

    public static IReadOnlyList<MemoryChanged> Changes(SqlSession session, string threadId, long after, int limit) => session.Query(
        $"""
        SELECT record, substr(change_id, 1, 1) = '{UndoneMark}' FROM memory_changes
        WHERE thread_id = $id AND revision > $after ORDER BY revision LIMIT $limit
        """,
        row => Record.Read<MemoryChanged>(row) with { IsUndone = row.GetBoolean(1) },
        ("$id", threadId),
        ("$after", after),
        ("$limit", limit));

    public static void Put(SqlSession session, string threadId, MemoryEntry entry) => session.Execute(
        """
        INSERT INTO memory (thread_id, key, record) VALUES ($id, $key, $record)
        ON CONFLICT DO UPDATE SET record = excluded.record
        """,
        ("$id", threadId),
        ("$key", entry.Key),
        ("$record", Record.Write(entry)));

    public static void Delete(SqlSession session, string threadId, string key) =>
        session.Execute("DELETE FROM memory WHERE thread_id = $id AND key = $key", ("$id", threadId), ("$key", key));

    public static void Add(SqlSession session, string threadId, MemoryChanged change) => session.Execute(
        "INSERT INTO memory_changes (thread_id, change_id, revision, record) VALUES ($id, $change, $revision, $record)",
        ("$id", threadId),
        ("$change", change.ChangeId),
        ("$revision", change.Outcome.Revision),
        ("$record", Record.Write(change)));

    /// <summary>Sets the head; what was captured before does not count any more.</summary>
    public static void SetHead(SqlSession session, string threadId, MemoryHead head, string? captured = null) => session.Execute(
        """
        INSERT INTO memory_heads (thread_id, revision, keys, bytes, captured) VALUES ($id, $revision, $keys, $bytes, $captured)
        ON CONFLICT DO UPDATE SET revision = excluded.revision, keys = excluded.keys, bytes = excluded.bytes, captured = excluded.captured
        """,
        ("$id", threadId),
        ("$revision", head.Revision),
        ("$keys", head.Keys),
        ("$bytes", head.Bytes),
        ("$captured", captured));

    /// <summary>Keeps the list of all entries and returns its hash; <see langword="null"/> where nothing was ever remembered.</summary>
    public static MemoryMark? Capture(SqlSession session, string threadId)
    {
        var (head, captured) = session.First(
            "SELECT revision, keys, bytes, captured FROM memory_heads WHERE thread_id = $id",
            row => (ReadHead(row), row.IsDBNull(3) ? null : row.GetString(3)),
            ("$id", threadId));
        if (head is null)
        {
            return null;
        }

        if (captured is null)
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(List(session, threadId, "", "", int.MaxValue), AgentJson.Options);
            captured = Convert.ToHexStringLower(SHA256.HashData(content));
            session.Execute(
                "INSERT OR IGNORE INTO blobs (hash, content) VALUES ($hash, $content)", ("$hash", captured), ("$content", content));
            SetHead(session, threadId, head, captured);
        }

        return new MemoryMark(captured, head.Revision);
    }

    /// <summary>
    /// Returns all entries to what they were, and undoes the changes behind: a call that makes one of them again makes it anew, while one
    /// that was made before the checkpoint, though its call had not ended by then, is found and not made twice.
    /// </summary>
    public static void Restore(SqlSession session, string threadId, MemoryMark? mark)
    {
        var head = Head(session, threadId);
        if (head.Revision == (mark?.Revision ?? 0))
        {
            return;
        }

        var entries = mark is null ? [] : Entries(session, mark.Hash);
        session.Execute("DELETE FROM memory WHERE thread_id = $id", ("$id", threadId));
        foreach (var entry in entries)
        {
            Put(session, threadId, entry);
        }

        session.Execute(
            $"""
            UPDATE memory_changes SET change_id = '{UndoneMark}' || revision || '/' || change_id
            WHERE thread_id = $id AND revision > $revision AND substr(change_id, 1, 1) <> '{UndoneMark}'
            """,
            ("$id", threadId),
            ("$revision", mark?.Revision ?? 0));
        SetHead(session, threadId, new MemoryHead(head.Revision + 1, entries.Count, entries.Sum(entry => entry.Bytes)), mark?.Hash);
    }

    private static IReadOnlyList<MemoryEntry> Entries(SqlSession session, string hash) => JsonSerializer.Deserialize<IReadOnlyList<MemoryEntry>>(
        session.First("SELECT content FROM blobs WHERE hash = $hash", row => row.GetFieldValue<byte[]>(0), ("$hash", hash))
            ?? throw new InvalidOperationException($"The blob store has lost '{hash}'."),
        AgentJson.Options)!;

    private static MemoryHead ReadHead(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt32(1), row.GetInt64(2));
}
