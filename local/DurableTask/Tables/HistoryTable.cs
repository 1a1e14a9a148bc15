using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>
/// Histories: one row for the events of each turn. The rows of all instances follow one another as they are written, so that the
/// turns that share a commit share pages, too.
/// </summary>
internal static class HistoryTable
{
    /// <summary>Stores events, encoded and without long payloads.</summary>
    public static void Append(DatabaseSession db, long instanceKey, DateTimeOffset at, byte[] events) =>
        db.Execute("INSERT INTO durable_history (instance_key, at, events) VALUES (?1, ?2, ?3)", instanceKey, at.Ms(), events);

    /// <summary>Stores events with their payloads.</summary>
    public static void Append(DatabaseSession db, InstanceRow instance, DateTimeOffset at, IReadOnlyList<HistoryEvent> events)
    {
        var payloads = new LongPayloads(db.Options.LongestInlineText);
        Append(db, instance.Key, at, HistoryCodec.Encode([.. events.Select(each => each.Map(payloads.Put))]));
        payloads.Save(db, instance.InstanceId);
    }

    /// <summary>The events of each turn, in order.</summary>
    public static List<List<HistoryEvent>> Turns(DatabaseSession db, long instanceKey) => db.Query(
        "SELECT events FROM durable_history WHERE instance_key = ?1 ORDER BY id",
        row => HistoryCodec.DecodeEvents(row.Utf8(0)).ConvertAll(each => each.Map(held => PayloadTable.Get(db, held))),
        instanceKey);

    public static void Delete(DatabaseSession db, long instanceKey) =>
        db.Execute("DELETE FROM durable_history WHERE instance_key = ?1", instanceKey);
}
