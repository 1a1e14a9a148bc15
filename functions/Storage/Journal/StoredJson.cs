using System.Text.Json;

namespace AgentFunctions.Storage.Journal;

/// <summary>Records as the JSON texts that stores keep.</summary>
internal static class StoredJson
{
    public static string Write<T>(T record) => JsonSerializer.Serialize(record, AgentJson.Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, AgentJson.Options)!;

    /// <summary>The word that JSON has for an enum's value, for what is filtered on.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
