using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Storage;
using FsCheck.Xunit;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Audit;

/// <summary>Logs in a real file, and what someone does to their rows who has the file but not the key.</summary>
public class StoredLogTests
{
    private const string Key = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlLi4=";

    /// <summary>Each takes the log's length, a place and the file; it returns the first event that does not hold then.</summary>
    private static readonly Func<int, int, SqliteConnection, int>[] Tamperings =
    [
        (_, at, file) => Run(file, "UPDATE events SET body = json_set(body, '$.reason', 'forged') WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "UPDATE events SET body = json_set(body, '$.data.more', 1) WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "UPDATE events SET body = json_set(body, '$.unknown', 'x') WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "UPDATE events SET body = json_set(body, '$.time', '1999-01-01T00:00:00+00:00') WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "UPDATE events SET body = substr(body, 2) WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "UPDATE events SET body = replace(body, '{\"id\"', '{\"id\":1,\"id\"') WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "DELETE FROM events WHERE sequence = $at", at, at),
        (_, at, file) => Run(file, "DELETE FROM events WHERE sequence >= $at", at, at),
        (count, at, file) => Run(file, "INSERT INTO events SELECT run_id, $count + 1, body FROM events WHERE sequence = $at", at, count + 1, ("$count", count)),
        (count, at, file) => Swap(file, at, (at % count) + 1),
        (_, at, file) => Rehash(file, at),
        (count, at, file) => Cut(file, at, count),
    ];

    [Property(MaxTest = 60)]
    public void Whatever_is_done_to_a_row_is_found_and_the_event_is_named(byte length, byte place, byte which)
    {
        var (count, at) = (2 + (length % 6), 1 + (place % (2 + (length % 6))));
        using var folder = new TempFolder();
        WithLog(folder.Path, count, stores =>
        {
            Assert.True(stores.VerifyAsync("r").GetAwaiter().GetResult() is { Verified: true, Signature: SignatureState.Valid });
        });
        int expected;
        using (var file = Open(folder.Path))
        {
            expected = Tamperings[which % Tamperings.Length](count, at, file);
        }

        using var stores = new Opened(folder.Path);
        var proof = stores.Stores.VerifyAsync("r").GetAwaiter().GetResult();

        Assert.False(proof.Verified);
        Assert.Equal(expected, proof.FirstBadSequence);
        Assert.NotNull(proof.Problem);
    }

    [Theory]
    [InlineData(AuditTampering.Changed, "UPDATE events SET body = json_set(body, '$.reason', 'x') WHERE sequence = 2", 2)]
    [InlineData(AuditTampering.Removed, "DELETE FROM events WHERE sequence = 2", 2)]
    [InlineData(AuditTampering.Moved, "INSERT INTO events SELECT run_id, 5, body FROM events WHERE sequence = 2", 5)]
    [InlineData(AuditTampering.Truncated, "DELETE FROM events WHERE sequence > 2", 3)]
    [InlineData(AuditTampering.Truncated, "DELETE FROM events WHERE sequence > 2; UPDATE runs SET events = 2, head_hash = (SELECT body ->> '$.hash' FROM events WHERE sequence = 2)", 3)]
    [InlineData(AuditTampering.Unsigned, "UPDATE runs SET head_signature = NULL", 5)]
    public async Task What_was_done_is_told_in_a_word(AuditTampering tampering, string sql, int at)
    {
        using var folder = new TempFolder();
        WithLog(folder.Path, 4, _ => { });
        using (var file = Open(folder.Path))
        {
            Execute(file, sql);
        }

        await using var stores = new Stores(folder.Path, new KeyValuePair<string, string?>("Audit:SigningKey", Key));
        var proof = await stores.VerifyAsync("r");

        Assert.Equal((false, tampering, at), (proof.Verified, proof.Tampering, (int?)proof.FirstBadSequence));
    }

    [Fact]
    public async Task Without_a_key_a_head_says_that_it_is_unsigned_and_a_cut_with_its_head_stays_unseen()
    {
        using var folder = new TempFolder();
        await using (var stores = new Stores(folder.Path))
        {
            await FillAsync(stores, 4);
            Assert.Equal((true, SignatureState.Unsigned), ((await stores.VerifyAsync("r")).Verified, (await stores.VerifyAsync("r")).Signature));
        }

        using (var file = Open(folder.Path))
        {
            Cut(file, 3, 4);
        }

        await using var again = new Stores(folder.Path);
        var proof = await again.VerifyAsync("r");
        Assert.True(proof is { Verified: true, Signature: SignatureState.Unsigned, Events: 3 });
    }

    [Fact]
    public async Task A_log_of_the_first_version_which_had_the_actor_as_one_text_is_read_and_proven()
    {
        using var folder = new TempFolder();
        await using (var stores = new Stores(folder.Path))
        {
            await FillAsync(stores, 1);
        }

        using (var file = Open(folder.Path))
        {
            var entry = JsonNode.Parse((string)Scalar(file, "SELECT body FROM events"))!.AsObject();
            entry["actor"] = "user:ana";
            entry.Remove("id");
            entry["hash"] = AuditHash.Of(entry);
            Execute(file, "UPDATE events SET body = $body; UPDATE runs SET head_hash = $hash", ("$body", entry.ToJsonString(AgentJson.Options)), ("$hash", (string)entry["hash"]!));
        }

        await using var again = new Stores(folder.Path);
        Assert.True((await again.VerifyAsync("r")).Verified);
        Assert.Equal(AuditActor.Human("ana"), Assert.Single(await again.Journal.ReadEventsAsync("r", 0, TestContext.Current.CancellationToken)).Actor);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void A_key_that_is_none_is_refused_by_its_setting_and_not_shown(string key)
    {
        var error = Assert.Throws<InvalidOperationException>(() => AuditKey.Read("Audit:SigningKey", key));
        Assert.Contains("Audit:SigningKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EC_key_signs_what_its_public_key_alone_verifies_also_after_the_key_was_changed()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var folder = new TempFolder();
        await using (var stores = new Stores(folder.Path, new KeyValuePair<string, string?>("Audit:SigningKey", pair.ExportPkcs8PrivateKeyPem())))
        {
            await FillAsync(stores, 3);
            Assert.Equal("ES256", (await stores.Journal.ReadHeadAsync("r", CancellationToken.None))!.Signature!.Algorithm);
        }

        await using var known = new Stores(
            folder.Path,
            new KeyValuePair<string, string?>("Audit:SigningKey", Key),
            new KeyValuePair<string, string?>("Audit:EarlierKeys:0", pair.ExportSubjectPublicKeyInfoPem()));
        Assert.True(await known.VerifyAsync("r") is { Verified: true, Signature: SignatureState.Valid });
    }

    [Fact]
    public async Task A_signature_by_a_key_that_is_not_known_proves_nothing()
    {
        using var folder = new TempFolder();
        WithLog(folder.Path, 3, _ => { });
        await using var other = new Stores(folder.Path, new KeyValuePair<string, string?>("Audit:SigningKey", Convert.ToBase64String(new byte[32])));
        Assert.True(await other.VerifyAsync("r") is { Verified: false, Signature: SignatureState.UnknownKey });
    }

    private static void WithLog(string folder, int count, Action<Stores> then)
    {
        using var opened = new Opened(folder);
        FillAsync(opened.Stores, count).GetAwaiter().GetResult();
        then(opened.Stores);
    }

    /// <summary>A log of so many events, its creation included.</summary>
    private static async Task FillAsync(Stores stores, int count)
    {
        await stores.CreateRunAsync("r");
        for (var index = 1; index < count; index++)
        {
            await stores.Journal.CommitAsync(
                new RunCommit { RunId = "r", Key = $"k{index}", Events = [new("model.call", "agent:a") { CostUsd = 0.001m * index, Data = new JsonObject { ["n"] = index } }] },
                CancellationToken.None);
        }
    }

    private static int Swap(SqliteConnection file, int one, int other)
    {
        Execute(
            file,
            "UPDATE events SET sequence = -1 WHERE sequence = $one; UPDATE events SET sequence = $one WHERE sequence = $other; UPDATE events SET sequence = $other WHERE sequence = -1",
            ("$one", one),
            ("$other", other));
        return Math.Min(one, other);
    }

    /// <summary>Changes an event and makes its hash anew, as someone would who knows how; the last one's also in the record of the head.</summary>
    private static int Rehash(SqliteConnection file, int at)
    {
        var entry = JsonNode.Parse((string)Scalar(file, "SELECT body FROM events WHERE sequence = $at", ("$at", at)))!.AsObject();
        entry["reason"] = "forged";
        entry["hash"] = AuditHash.Of(entry);
        return Run(file, "UPDATE events SET body = $body WHERE sequence = $at", at, at, ("$body", entry.ToJsonString(AgentJson.Options)));
    }

    /// <summary>Cuts the end off, with the record of the head.</summary>
    private static int Cut(SqliteConnection file, int at, int count)
    {
        var last = Math.Min(at, count - 1);
        return Run(
            file,
            "DELETE FROM events WHERE sequence > $last; UPDATE runs SET events = $last, head_hash = (SELECT body ->> '$.hash' FROM events WHERE sequence = $last)",
            at,
            last + 1,
            ("$last", last));
    }

    private static int Run(SqliteConnection file, string sql, int at, int expected, params (string Name, object Value)[] more)
    {
        Execute(file, sql, [("$at", at), .. more]);
        return expected;
    }

    private static SqliteConnection Open(string folder)
    {
        var file = new SqliteConnection($"Data Source={Path.Combine(folder, "agents.db")};Pooling=False");
        file.Open();
        return file;
    }

    private static void Execute(SqliteConnection file, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(file, sql, parameters);
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    private static object Scalar(SqliteConnection file, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(file, sql, parameters);
        return command.ExecuteScalar()!;
    }

    private static SqliteCommand Command(SqliteConnection file, string sql, (string Name, object Value)[] parameters)
    {
        var command = file.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters.Where(parameter => sql.Contains(parameter.Name, StringComparison.Ordinal)))
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    /// <summary>The stores with the key, closed at the end of a test that cannot wait.</summary>
    private sealed class Opened(string folder) : IDisposable
    {
        public Stores Stores { get; } = new(folder, new KeyValuePair<string, string?>("Audit:SigningKey", Key));

        public void Dispose() => Stores.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
