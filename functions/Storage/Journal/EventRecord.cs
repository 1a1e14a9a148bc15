using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;

namespace AgentFunctions.Storage.Journal;

/// <summary>Events as they are kept: JSON texts.</summary>
internal static class EventRecord
{
    private const string Actor = "actor";

    /// <summary>The event. Logs cannot be rewritten, so those of the first version, which had the actor as one text, are read as they are.</summary>
    public static AuditEvent Read(string json)
    {
        var entry = JsonNode.Parse(json)!.AsObject();
        if (entry[Actor] is JsonValue text)
        {
            entry[Actor] = JsonSerializer.SerializeToNode(AuditActor.Parse(text.GetValue<string>()), AgentJson.Options);
        }

        return entry.Deserialize<AuditEvent>(AgentJson.Options)!;
    }
}
