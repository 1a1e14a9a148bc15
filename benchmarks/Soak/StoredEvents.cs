using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>
/// What the engine's file says has happened, read between a kill and the restart, apart from the engine's own code. A file of a form
/// that this does not know is an error.
/// </summary>
internal static class StoredEvents
{
    /// <summary>
    /// Instances that have not ended, ended since a time or have messages, with the events of their current executions. A turn that
    /// leaves the status alone is told by the history only, so all that go on are read.
    /// </summary>
    public static List<StoredInstance> Read(string file, DateTimeOffset changedSince)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        // Read only: a connection that may write would empty the log when it closes, and the engine would never meet one on its start.
        var text = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(text.ToString());
        connection.Open();
        if (!HasTables(connection))
        {
            return [];
        }

        using var instances = connection.CreateCommand();
        instances.CommandText =
            """
            SELECT instance_id, status IN (1, 3, 5), key FROM durable_instance
            WHERE status NOT IN (1, 3, 5) OR updated_at >= $since OR instance_id IN (SELECT instance_id FROM durable_message)
            """;
        instances.Parameters.AddWithValue("$since", changedSince.ToUnixTimeMilliseconds());
        using var history = Statement(connection, "SELECT events FROM durable_history WHERE instance_key = $id ORDER BY id");
        using var messages = Statement(connection, "SELECT event FROM durable_message WHERE instance_id = $id");
        var found = new List<StoredInstance>();
        using var reader = instances.ExecuteReader();
        while (reader.Read())
        {
            var id = reader.GetString(0);
            found.Add(new StoredInstance(
                id,
                reader.GetBoolean(1),
                [.. Texts(history, reader.GetInt64(2)).SelectMany(turn => JsonElement.Parse(turn).EnumerateArray()).Select(StoredEvent.Of)],
                [.. Texts(messages, id).Select(message => StoredEvent.Of(JsonElement.Parse(message)))]));
        }

        return found;
    }

    /// <summary>Whether a start of the host got as far as making the tables.</summary>
    private static bool HasTables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT count(*) FROM sqlite_master WHERE name IN ('durable_instance', 'durable_history', 'durable_message')";
        return (long)command.ExecuteScalar()! == 3;
    }

    private static SqliteCommand Statement(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add(new SqliteParameter { ParameterName = "$id" });
        return command;
    }

    private static List<string> Texts(SqliteCommand command, object id)
    {
        command.Parameters[0].Value = id;
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}

/// <summary>An instance's current execution.</summary>
/// <param name="Id">The instance.</param>
/// <param name="HasEnded">Whether its end is stored.</param>
/// <param name="History">What it has taken in.</param>
/// <param name="Messages">What is stored for it and not taken in yet.</param>
internal sealed record StoredInstance(
    string Id, bool HasEnded, IReadOnlyList<StoredEvent> History, IReadOnlyList<StoredEvent> Messages);

/// <summary>An event of a history.</summary>
/// <param name="Kind">Its kind, such as <c>taskScheduled</c>.</param>
/// <param name="TaskId">What it answers or asks for; null for what is neither.</param>
/// <param name="Name">The function that is called; null for other events.</param>
/// <param name="Input">The input that is given; null for other events.</param>
internal sealed record StoredEvent(string Kind, int? TaskId, string? Name, string? Input)
{
    private static readonly HashSet<string> Answers = new(StringComparer.Ordinal)
    {
        "taskCompleted", "taskFailed", "childCompleted", "childFailed", "timerFired", "entityCompleted", "entityFailed",
    };

    public bool IsAnswer => Answers.Contains(Kind);

    public static StoredEvent Of(JsonElement json) => new(
        json.GetProperty("$").GetString()!,
        json.TryGetProperty(nameof(TaskId), out var task) ? task.GetInt32() : null,
        Text(json, nameof(Name)),
        Text(json, nameof(Input)));

    private static string? Text(JsonElement json, string property) =>
        json.TryGetProperty(property, out var value) ? value.GetString() : null;
}
