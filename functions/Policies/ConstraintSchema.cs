using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Policies;

/// <summary>
/// A JSON schema (2020-12) as a rule: it knows every keyword that it lets into a policy, because one that is silently ignored
/// would let through what it was written to stop. Values are matched by code points, numbers by their value, patterns without
/// backtracking.
/// </summary>
public sealed class ConstraintSchema
{
    private readonly IReadOnlyList<Constraint> constraints;

    /// <summary>Takes checked keywords; see <see cref="ConstraintSchemaReader"/>.</summary>
    /// <param name="constraints">What must hold.</param>
    internal ConstraintSchema(IReadOnlyList<Constraint> constraints) => this.constraints = constraints;

    /// <summary>The first thing that is wrong with a value, with the path to it; <see langword="null"/> where nothing is.</summary>
    /// <param name="value">The value.</param>
    public string? FirstProblem(JsonNode? value) => Problem(value, "");

    /// <summary>Whether a value fits.</summary>
    /// <param name="value">The value.</param>
    internal bool Accepts(JsonNode? value) => Problem(value, "") is null;

    /// <summary>The first problem below a path.</summary>
    internal string? Problem(JsonNode? value, string path)
    {
        foreach (var constraint in constraints)
        {
            if (constraint(value, path) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }
}

/// <summary>What is wrong with a value by one keyword; <see langword="null"/> where nothing is.</summary>
/// <param name="value">The value.</param>
/// <param name="path">Where it stands.</param>
internal delegate string? Constraint(JsonNode? value, string path);

/// <summary>Questions about JSON values as JSON schema asks them.</summary>
internal static class JsonValues
{
    /// <summary>The schema type of a value; <c>integer</c> for a number without fraction, such as 1.0.</summary>
    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => Number(value) is { } number && decimal.IsInteger(number) ? "integer" : "number",
        _ => "null",
    };

    /// <summary>Whether a value is of a type.</summary>
    public static bool Is(JsonNode? value, string type) => TypeOf(value) is var actual && (actual == type || (type == "number" && actual == "integer"));

    /// <summary>A number; <see langword="null"/> where it is none, or beyond what can be compared exactly.</summary>
    public static decimal? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>A text; <see langword="null"/> where it is none.</summary>
    public static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>How many code points a text has.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>Whether two values are the same JSON: numbers by value, objects in any order.</summary>
    public static bool Same(JsonNode? one, JsonNode? other) => Key(one) == Key(other);

    /// <summary>A text that is the same for the same JSON only: numbers by value, fields in ordinal order.</summary>
    public static string Key(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject fields => $"{{{string.Join(',', fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{JsonSerializer.Serialize(field.Key, AgentJson.Options)}:{Key(field.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Key))}]",
        _ => Number(node)?.ToString("G29", CultureInfo.InvariantCulture) ?? node.ToJsonString(AgentJson.Options),
    };
}
