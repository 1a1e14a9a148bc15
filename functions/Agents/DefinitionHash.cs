using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Agents;

/// <summary>Content hash of a definition: the same for the same meaning, whatever the order of fields or the digits of a number.</summary>
internal static class DefinitionHash
{
    /// <summary>SHA-256 of the definition's canonical JSON, lower-case hexadecimal.</summary>
    /// <param name="definition">The definition.</param>
    public static string Of(AgentDefinition definition)
    {
        var canonical = Canonical(JsonSerializer.SerializeToNode(definition, AgentJson.Options));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical?.ToJsonString(AgentJson.Options) ?? "null")));
    }

    /// <summary>Fields in ordinal order, numbers without trailing zeros.</summary>
    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Canonical(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Number(value),
        _ => node?.DeepClone(),
    };

    private static JsonNode Number(JsonValue value) =>
        decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonNode.Parse(number.ToString("G29", CultureInfo.InvariantCulture))!
            : value.DeepClone();
}
