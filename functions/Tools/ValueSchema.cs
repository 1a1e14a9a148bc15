using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;

namespace AgentFunctions.Tools;

/// <summary>Validates JSON (arguments of a tool, the answer of an agent) against a JSON schema, with messages that name the field.</summary>
internal sealed class ValueSchema
{
    /// <summary>Deeper values are refused before a recursive validator meets them.</summary>
    private const int MaxDepth = 32;

    private const int MaxProblems = 20;

    private readonly JsonSchema schema;

    private ValueSchema(JsonSchema schema) => this.schema = schema;

    /// <summary>Reads a schema that comes from code or was checked when it was read, so it refers to nothing outside itself.</summary>
    /// <param name="json">The JSON schema.</param>
    public static ValueSchema Read(string json) =>
        // Asynchronous in name only: the schema is in memory, and only references to files or URLs are awaited.
        new(JsonSchema.FromJsonAsync(json).GetAwaiter().GetResult());

    /// <summary>What is wrong with a value; empty where nothing is.</summary>
    /// <param name="value">The value.</param>
    public IReadOnlyList<string> Validate(JsonNode? value)
    {
        if (Depth(value, MaxDepth) == 0)
        {
            return [FormattableString.Invariant($"The value is nested deeper than {MaxDepth - 1} levels.")];
        }

        var json = value?.ToJsonString(AgentJson.Options) ?? "null";
        return [.. schema.Validate(json).SelectMany(Sentences).Distinct(StringComparer.Ordinal).Take(MaxProblems)];
    }

    private static IEnumerable<string> Sentences(ValidationError error) => error switch
    {
        // One alternative only: say what is wrong with it instead of that none fits.
        ChildSchemaValidationError { Errors.Count: 1 } child => child.Errors.Values.Single().SelectMany(Sentences),
        MultiTypeValidationError types => [$"{Name(error)} must be {string.Join(" or ", types.Errors.Keys.Select(Word))}."],
        _ => [Sentence(error)],
    };

    private static string Sentence(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.PropertyRequired => $"{Name(error)} is missing.",
        ValidationErrorKind.NoAdditionalPropertiesAllowed => $"{Name(error)} is unknown.",
        ValidationErrorKind.StringExpected => $"{Name(error)} must be a string.",
        ValidationErrorKind.NumberExpected => $"{Name(error)} must be a number.",
        ValidationErrorKind.IntegerExpected => $"{Name(error)} must be an integer.",
        ValidationErrorKind.BooleanExpected => $"{Name(error)} must be true or false.",
        ValidationErrorKind.ObjectExpected => $"{Name(error)} must be an object.",
        ValidationErrorKind.ArrayExpected => $"{Name(error)} must be an array.",
        ValidationErrorKind.NullExpected => $"{Name(error)} must be null.",
        ValidationErrorKind.NotInEnumeration =>
            $"{Name(error)} must be one of {string.Join(", ", error.Schema.Enumeration.Select(allowed => JsonSerializer.Serialize(allowed, AgentJson.Options)))}.",
        _ => $"{Name(error)} is wrong: {JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Kind.ToString()).Replace('_', ' ')}.",
    };

    private static string Name(ValidationError error)
    {
        var path = error.Path?.TrimStart('#').TrimStart('/') ?? "";
        return path.Length == 0 ? "The value" : $"'{path.Replace('/', '.')}'";
    }

    private static string Word(JsonObjectType type) => JsonNamingPolicy.CamelCase.ConvertName(type.ToString());

    /// <summary>How many levels are left below a value; 0 where it is too deep.</summary>
    private static int Depth(JsonNode? node, int left) => left == 0 ? 0 : node switch
    {
        JsonObject fields => fields.Select(field => Depth(field.Value, left - 1)).Append(left).Min(),
        JsonArray items => items.Select(item => Depth(item, left - 1)).Append(left).Min(),
        _ => left,
    };
}
