using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>Histories: one row for the events of each turn.</summary>
internal static class HistoryTable
{
    public static void Append(DatabaseSession db, string id, int turn, string events) =>
        db.Execute("INSERT INTO durable_history (instance_id, turn, events) VALUES ($1, $2, $3)", id, turn, events);

    /// <summary>Stores events with their payloads.</summary>
    public static void Append(DatabaseSession db, string id, int turn, IReadOnlyList<HistoryEvent> events)
    {
        var payloads = new LongPayloads(db.Options.LongestInlineText);
        Append(db, id, turn, HistoryCodec.Encode([.. events.Select(each => each.Map(payloads.Put))]));
        payloads.Save(db, id);
    }

    public static List<(int Turn, List<HistoryEvent> Events)> Turns(DatabaseSession db, string id) => db.Query(
        "SELECT turn, events FROM durable_history WHERE instance_id = $1 ORDER BY turn",
        row => (row.GetInt32(0), HistoryCodec.DecodeEvents(row.GetString(1)).ConvertAll(each => each.Map(held => PayloadTable.Get(db, held)))),
        id);

    public static void Delete(DatabaseSession db, string id) => db.Execute("DELETE FROM durable_history WHERE instance_id = $1", id);
}
