using System.Text.Json.Nodes;
using AgentFunctions.Yaml;

namespace AgentFunctions.Agents;

/// <summary>Reads the JSON schema of an agent's answer, and refuses what validators would only stumble over later.</summary>
internal static class OutputSchemaReader
{
    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];

    /// <summary>Reads a schema, written as YAML.</summary>
    /// <param name="value">The schema.</param>
    /// <exception cref="DefinitionException">It is no JSON schema of an object, or refers outside itself.</exception>
    public static JsonObject Read(YamlValue value)
    {
        Check(value);
        var schema = value.ToJson()!.AsObject();
        return schema["type"] is JsonValue type && type.TryGetValue<string>(out var word) && word == "object"
            ? schema
            : throw value.Error("The schema of an answer is of type object.");
    }

    private static void Check(YamlValue schema)
    {
        if (schema.ToJson() is JsonValue boolean && boolean.TryGetValue<bool>(out _))
        {
            return;
        }

        foreach (var (name, value) in schema.Object().Fields)
        {
            CheckKeyword(name, value);
        }
    }

    private static void CheckKeyword(string name, YamlValue value)
    {
        switch (name)
        {
            case "type":
                CheckTypes(value);
                break;
            case "properties":
                Each(value.Object().Fields.Select(field => field.Value), Check);
                break;
            case "items" or "additionalProperties" or "not" or "contains" or "propertyNames":
                Check(value);
                break;
            case "anyOf" or "allOf" or "oneOf":
                Each(value.List(), Check);
                break;
            case "required":
                Each(value.List(), item => item.Text());
                break;
            case "enum":
                _ = value.List() is { Count: > 0 } ? 0 : throw value.Error("It lists at least one value.");
                break;
            case "$ref" or "$defs" or "definitions":
                // A reference can point to the disk, to the network or at itself, and the validator would follow it.
                throw value.Error("References are not allowed; write the schema out.");
            case "pattern" or "patternProperties":
                // The validator matches by backtracking: a bad pattern on a model's text would never end.
                throw value.Error("Regular expressions are not allowed.");
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                value.Decimal(decimal.MinValue, decimal.MaxValue);
                break;
            case "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                value.Int(0, int.MaxValue);
                break;
            case "uniqueItems":
                value.OneOf(("true", true), ("false", false));
                break;
            case "title" or "description" or "format" or "$comment" or "$schema":
                value.Text();
                break;
            case "default" or "const" or "examples":
                break;
            default:
                throw value.Error("Unknown keyword of JSON schema.");
        }
    }

    private static void CheckTypes(YamlValue value)
    {
        foreach (var type in value.IsList ? value.List() : [value])
        {
            // A plain null is no word in YAML, but the type's name is one.
            var word = type.IsNull ? throw type.Error("Write the type null in quotes: \"null\".") : type.Text();
            _ = Types.Contains(word, StringComparer.Ordinal) ? 0 : throw type.Error($"'{word}' is no type; it is one of {string.Join(", ", Types)}.");
        }
    }

    private static void Each(IEnumerable<YamlValue> values, Action<YamlValue> check)
    {
        foreach (var value in values)
        {
            check(value);
        }
    }
}
