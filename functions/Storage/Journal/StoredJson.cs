using System.Text.Json;

namespace AgentFunctions.Storage.Journal;

/// <summary>Records as the JSON texts that stores keep.</summary>
internal static class StoredJson
{
    public static string Write<T>(T record) => JsonSerializer.Serialize(record, AgentJson.Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, AgentJson.Options)!;
}
