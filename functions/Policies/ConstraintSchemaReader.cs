using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Policies;

/// <summary>Reads a <see cref="ConstraintSchema"/> from YAML, and refuses every keyword that would not be checked.</summary>
internal static class ConstraintSchemaReader
{
    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];

    /// <summary>Reads a schema.</summary>
    /// <param name="value">The schema: a mapping, or true or false.</param>
    /// <exception cref="DefinitionException">A keyword is unknown or wrong.</exception>
    public static ConstraintSchema Read(YamlValue value)
    {
        if (value.ToJson() is JsonValue boolean && boolean.TryGetValue<bool>(out var all))
        {
            return new ConstraintSchema(all ? [] : [(_, path) => $"{At(path)} is not allowed."]);
        }

        var fields = value.Object().Fields.ToList();
        return new ConstraintSchema([.. fields.Select(field => Keyword(field.Name, field.Value, fields)).OfType<Constraint>()]);
    }

    private static Constraint? Keyword(string name, YamlValue value, IReadOnlyList<(string Name, YamlValue Value)> siblings) => name switch
    {
        "type" => Type(value),
        "const" => Const(value.ToJson()),
        "enum" => Enum(value),
        "required" => Required(value),
        "properties" => Properties(value),
        "additionalProperties" => AdditionalProperties(value, siblings),
        "patternProperties" => PatternProperties(value),
        "propertyNames" => PropertyNames(Read(value)),
        "minProperties" or "maxProperties" => Count(name, value, JsonValueKind.Object, node => node.AsObject().Count, "properties"),
        "items" => Items(Read(value)),
        "contains" => Contains(Read(value)),
        "minItems" or "maxItems" => Count(name, value, JsonValueKind.Array, node => node.AsArray().Count, "items"),
        "uniqueItems" => value.OneOf(("true", true), ("false", false)) ? UniqueItems : null,
        "minLength" or "maxLength" =>
            Count(name, value, JsonValueKind.String, node => JsonValues.Length(node.GetValue<string>()), "characters"),
        "pattern" => Pattern(value),
        "minimum" => Bound(value, (number, bound) => number >= bound, "at least"),
        "maximum" => Bound(value, (number, bound) => number <= bound, "at most"),
        "exclusiveMinimum" => Bound(value, (number, bound) => number > bound, "more than"),
        "exclusiveMaximum" => Bound(value, (number, bound) => number < bound, "less than"),
        "multipleOf" => MultipleOf(value),
        "allOf" => AllOf(Schemas(value)),
        "anyOf" => Some(Schemas(value), fits => fits > 0, "fits none of the allowed forms"),
        "oneOf" => Some(Schemas(value), fits => fits == 1, "does not fit exactly one of the allowed forms"),
        "not" => Not(Read(value)),
        "if" => If(Read(value), siblings),
        "then" or "else" => siblings.Any(sibling => sibling.Name == "if") ? null : throw value.Error("It stands with if only."),
        "title" or "description" or "$comment" => Annotation(value),
        "default" or "examples" => null,
        "$ref" or "$defs" or "definitions" or "$dynamicRef" => throw value.Error("References are not allowed; write the schema out."),
        "format" => throw value.Error("A format is not checked, so it would let everything through; use pattern."),
        _ => throw value.Error("Unknown keyword of JSON schema, or one that is not checked."),
    };

    private static Constraint Type(YamlValue value)
    {
        var types = (value.IsList ? value.List() : [value]).Select(type =>
            type.IsNull ? throw type.Error("Write the type null in quotes: \"null\".")
            : Types.Contains(type.Text(), StringComparer.Ordinal) ? type.Text()
            : throw type.Error($"'{type.Text()}' is no type; it is one of {string.Join(", ", Types)}.")).ToList();
        return types.Count == 0
            ? throw value.Error("It names at least one type.")
            : (node, path) => types.Exists(type => JsonValues.Is(node, type)) ? null : $"{At(path)} must be {string.Join(" or ", types)}.";
    }

    private static Constraint Const(JsonNode? allowed) =>
        (node, path) => JsonValues.Same(node, allowed) ? null : $"{At(path)} must be {Json(allowed)}.";

    private static Constraint Enum(YamlValue value)
    {
        var allowed = value.List().Select(item => item.ToJson()).ToList();
        return allowed.Count == 0
            ? throw value.Error("It lists at least one value.")
            : (node, path) => allowed.Exists(each => JsonValues.Same(node, each))
                ? null
                : $"{At(path)} must be one of {string.Join(", ", allowed.Select(Json))}.";
    }

    private static Constraint Required(YamlValue value)
    {
        var names = value.List().Select(name => name.Text()).ToList();
        return (node, path) => node is JsonObject fields && names.Find(name => !fields.ContainsKey(name)) is { } missing
            ? $"{At(Below(path, missing))} is missing."
            : null;
    }

    private static Constraint Properties(YamlValue value)
    {
        var schemas = value.Object().Fields.ToDictionary(field => field.Name, field => Read(field.Value), StringComparer.Ordinal);
        return (node, path) => node is JsonObject fields
            ? First(fields, field => schemas.TryGetValue(field.Key, out var schema) ? schema.Problem(field.Value, Below(path, field.Key)) : null)
            : null;
    }

    private static Constraint AdditionalProperties(YamlValue value, IReadOnlyList<(string Name, YamlValue Value)> siblings)
    {
        var schema = Read(value);
        var known = Fields(siblings, "properties").Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var patterns = Fields(siblings, "patternProperties").Select(field => Regex(field.Value, field.Name)).ToList();
        return (node, path) => node is JsonObject fields
            ? First(fields, field => known.Contains(field.Key) || patterns.Exists(pattern => pattern.IsMatch(field.Key))
                ? null
                : schema.Problem(field.Value, Below(path, field.Key)))
            : null;
    }

    private static Constraint PatternProperties(YamlValue value)
    {
        var schemas = value.Object().Fields.Select(field => (Pattern: Regex(field.Value, field.Name), Schema: Read(field.Value))).ToList();
        return (node, path) => node is JsonObject fields
            ? First(fields, field => First(
                schemas.Where(each => each.Pattern.IsMatch(field.Key)), each => each.Schema.Problem(field.Value, Below(path, field.Key))))
            : null;
    }

    private static Constraint PropertyNames(ConstraintSchema schema) => (node, path) => node is JsonObject fields
        ? First(fields, field => schema.Accepts(JsonValue.Create(field.Key)) ? null : $"{At(Below(path, field.Key))} is not allowed as a name.")
        : null;

    private static Constraint Items(ConstraintSchema schema) => (node, path) => node is JsonArray items
        ? First(items.Index(), item => schema.Problem(item.Item, Below(path, item.Index.ToString(CultureInfo.InvariantCulture))))
        : null;

    private static Constraint Contains(ConstraintSchema schema) => (node, path) =>
        node is JsonArray items && !items.Any(schema.Accepts) ? $"{At(path)} holds nothing of what it must hold." : null;

    private static string? UniqueItems(JsonNode? node, string path) =>
        node is JsonArray items && items.DistinctBy(JsonValues.Key, StringComparer.Ordinal).Count() < items.Count
            ? $"{At(path)} holds a value twice."
            : null;

    private static Constraint Count(string name, YamlValue value, JsonValueKind kind, Func<JsonNode, int> count, string what)
    {
        var bound = value.Int(0, int.MaxValue);
        var isLeast = name.StartsWith("min", StringComparison.Ordinal);
        return (node, path) => node?.GetValueKind() != kind || (isLeast ? count(node) >= bound : count(node) <= bound)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{At(path)} must have {(isLeast ? "at least" : "at most")} {bound} {what}.");
    }

    private static Constraint Pattern(YamlValue value)
    {
        var pattern = Regex(value, value.Text());
        return (node, path) => JsonValues.Text(node) is not { } text || pattern.IsMatch(text)
            ? null
            : $"{At(path)} must match {pattern}.";
    }

    /// <summary>A number beyond what can be compared exactly is within no bound.</summary>
    private static Constraint Bound(YamlValue value, Func<decimal, decimal, bool> holds, string words)
    {
        var bound = value.Decimal(decimal.MinValue, decimal.MaxValue);
        return (node, path) => node?.GetValueKind() != JsonValueKind.Number || (JsonValues.Number(node) is { } number && holds(number, bound))
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{At(path)} must be {words} {bound}.");
    }

    private static Constraint MultipleOf(YamlValue value)
    {
        var unit = value.Decimal(0.000000000000000001m, decimal.MaxValue);
        return (node, path) => node?.GetValueKind() != JsonValueKind.Number || (JsonValues.Number(node) is { } number && number % unit == 0)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{At(path)} must be a multiple of {unit}.");
    }

    private static Constraint AllOf(IReadOnlyList<ConstraintSchema> schemas) =>
        (node, path) => First(schemas, schema => schema.Problem(node, path));

    private static Constraint Some(IReadOnlyList<ConstraintSchema> schemas, Func<int, bool> enough, string problem) =>
        (node, path) => enough(schemas.Count(schema => schema.Accepts(node))) ? null : $"{At(path)} {problem}.";

    private static Constraint Not(ConstraintSchema schema) => (node, path) => schema.Accepts(node) ? $"{At(path)} has a forbidden form." : null;

    private static Constraint If(ConstraintSchema condition, IReadOnlyList<(string Name, YamlValue Value)> siblings)
    {
        var then = Schema(siblings, "then");
        var otherwise = Schema(siblings, "else");
        return (node, path) => (condition.Accepts(node) ? then : otherwise)?.Problem(node, path);
    }

    private static Constraint? Annotation(YamlValue value)
    {
        _ = value.Text();
        return null;
    }

    private static Regex Regex(YamlValue place, string pattern) => SafeRegex.Read(place, pattern, RegexOptions.None);

    private static IReadOnlyList<ConstraintSchema> Schemas(YamlValue value) =>
        value.List() is { Count: > 0 } list ? [.. list.Select(Read)] : throw value.Error("It lists at least one schema.");

    private static ConstraintSchema? Schema(IReadOnlyList<(string Name, YamlValue Value)> siblings, string name) =>
        siblings.FirstOrDefault(sibling => sibling.Name == name).Value is { } value ? Read(value) : null;

    private static IEnumerable<(string Name, YamlValue Value)> Fields(IReadOnlyList<(string Name, YamlValue Value)> siblings, string name) =>
        siblings.FirstOrDefault(sibling => sibling.Name == name).Value?.Object().Fields ?? [];

    private static string? First<T>(IEnumerable<T> items, Func<T, string?> problem) => items.Select(problem).FirstOrDefault(each => each is not null);

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string At(string path) => path.Length == 0 ? "The value" : $"'{path}'";

    private static string Json(JsonNode? value) => value?.ToJsonString(AgentJson.Options) ?? "null";
}
