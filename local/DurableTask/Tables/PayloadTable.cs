using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>
/// Long payloads, each stored once under the hash of its content, with the instances and entities that use it. Rows refer to them
/// by their hash.
/// </summary>
internal static partial class PayloadTable
{
    public const string Prefix = "payload:sha256:";

    /// <summary>What a row of the owner holds: the text itself, or a reference when it is long.</summary>
    public static string? Put(DatabaseSession db, string owner, string? text)
    {
        var apart = new LongPayloads(db.Options.LongestInlineText);
        var held = apart.Put(text);
        apart.Save(db, owner);
        return held;
    }

    public static void Insert(DatabaseSession db, string owner, string reference, string text)
    {
        db.Execute("INSERT OR IGNORE INTO durable_payload (hash, data) VALUES (?1, ?2)", reference, text);
        db.Execute("INSERT OR IGNORE INTO durable_payload_use (owner, hash) VALUES (?1, ?2)", owner, reference);
    }

    /// <summary>The text that a row holds or refers to.</summary>
    public static string? Get(DatabaseSession db, string? held) => held?.StartsWith(Prefix, StringComparison.Ordinal) == true
        ? db.Scalar<string>("SELECT data FROM durable_payload WHERE hash = ?1", held)
            ?? throw new InvalidDataException($"The database lacks '{held}', to which one of its rows refers.")
        : held;

    public static string ReferenceTo(string text) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Removes what no row of the owner refers to any more.</summary>
    public static void Collect(DatabaseSession db, string owner)
    {
        var used = db.Query("SELECT hash FROM durable_payload_use WHERE owner = ?1", row => row.GetString(0), owner);
        if (used.Count > 0)
        {
            var live = RowsOf(db, owner).SelectMany(text => References().Matches(text)).Select(match => match.Value).ToHashSet();
            used.Where(reference => !live.Contains(reference)).ToList().ForEach(reference => Release(db, owner, reference));
        }
    }

    private static void Release(DatabaseSession db, string owner, string reference)
    {
        db.Execute("DELETE FROM durable_payload_use WHERE owner = ?1 AND hash = ?2", owner, reference);
        db.Execute(
            "DELETE FROM durable_payload WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM durable_payload_use WHERE hash = ?1)", reference);
    }

    private static List<string> RowsOf(DatabaseSession db, string owner) => db.Query(
        """
        WITH instance AS (SELECT key FROM durable_instance WHERE instance_id = ?1)
        SELECT events FROM durable_history WHERE instance_key IN instance
        UNION ALL SELECT event FROM durable_message WHERE instance_id = ?1
        UNION ALL SELECT input FROM durable_activity WHERE instance_key IN instance AND input IS NOT NULL
        UNION ALL SELECT concat(input, ' ', output, ' ', failure) FROM durable_instance_data WHERE instance_key IN instance
        UNION ALL SELECT state FROM durable_entity WHERE entity_id = ?1 AND state IS NOT NULL
        UNION ALL SELECT message FROM durable_entity_message WHERE entity_id = ?1
        """,
        row => row.GetString(0),
        owner);

    [GeneratedRegex("payload:sha256:[0-9a-f]{64}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex References();
}
