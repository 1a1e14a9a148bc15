using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgentFunctions.Yaml;

/// <summary>YAML as the JSON it stands for (YAML 1.2 JSON schema: plain numbers, true, false and null; all else is text).</summary>
internal static class YamlJson
{
    /// <summary>The JSON of a value; <see langword="null"/> is JSON null.</summary>
    /// <param name="value">The value.</param>
    public static JsonNode? ToJson(this YamlValue value) => value.Node switch
    {
        YamlMappingNode => new JsonObject(value.Object().Fields.Select(field => KeyValuePair.Create(field.Name, field.Value.ToJson()))),
        YamlSequenceNode => new JsonArray([.. value.List().Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? "", value.IsNull),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw value.Error("A mapping, a list, a text, a number, true, false or null is expected here."),
    };

    private static JsonNode? Plain(string text, bool isNull) => text switch
    {
        _ when isNull => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when IsNumber(text) => JsonNode.Parse(text),
        _ => JsonValue.Create(text),
    };

    private static bool IsNumber(string text)
    {
        if (!char.IsAsciiDigit(text[^1]))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            // Not a number, so it is text, as 2024-01-01 is.
            return false;
        }
    }
}
