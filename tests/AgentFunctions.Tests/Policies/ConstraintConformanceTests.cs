using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Policies;
using AgentFunctions.Yaml;
using FsCheck.Xunit;
using Json.Schema;

namespace AgentFunctions.Tests.Policies;

/// <summary>
/// Argument constraints decide as draft 2020-12 does: held against JsonSchema.Net over random schemas and values. The runtime itself does
/// not use that library, because it matches patterns by backtracking without a limit, which a hostile argument could use, and fails on
/// numbers beyond <see cref="decimal"/>. Not held against it is uniqueItems: it takes objects whose fields come in another order for different.
/// </summary>
public sealed class ConstraintConformanceTests
{
    private const int ValuesOfASchema = 20;

    private static readonly string[] Names = ["a", "b", "x-a"];
    private static readonly string[] Patterns = ["^x-", "b$", "^[a-z]+$", "[0-9]", "^(a|b)*$"];
    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];
    private static readonly string[] Scalars = ["null", "true", "false", "0", "1", "1.0", "1.5", "2", "-1", "10", "0.07", "\"\"", "\"a\"", "\"ab\"", "\"x-1\"", "\"\uD83D\uDE00b\""];

    [Property(MaxTest = 400)]
    public void A_random_schema_lets_the_same_values_through_as_the_library_does(int seed)
    {
        var chance = new Random(seed);
        var schema = Schema(chance, depth: 3).ToJsonString();
        var constraint = ConstraintSchemaReader.Read(YamlFile.Parse("test.yaml", $"schema: {schema}").Object().Required("schema"));
        var library = JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        for (var each = 0; each < ValuesOfASchema; each++)
        {
            var value = Value(chance, depth: 3);
            var json = value?.ToJsonString() ?? "null";
            using var document = JsonDocument.Parse(json);
            var problem = constraint.FirstProblem(value);
            Assert.True(library.Evaluate(document.RootElement).IsValid == problem is null, $"seed {seed}: {schema} and {json}: {problem ?? "nothing is wrong"}");
        }
    }

    private static JsonNode? Value(Random chance, int depth) => (depth == 0 ? 0 : chance.Next(4)) switch
    {
        1 => new JsonArray([.. Enumerable.Range(0, chance.Next(4)).Select(_ => Value(chance, depth - 1))]),
        2 => new JsonObject(Some(chance, Names).Select(name => KeyValuePair.Create(name, Value(chance, depth - 1)))),
        _ => JsonNode.Parse(Pick(chance, Scalars)),
    };

    private static JsonNode Schema(Random chance, int depth)
    {
        if (chance.Next(8) == 0)
        {
            return chance.Next(3) > 0;
        }

        var schema = new JsonObject();
        for (var keywords = chance.Next(1, 4); keywords > 0; keywords--)
        {
            Add(chance, schema, depth);
        }

        return schema;
    }

    private static void Add(Random chance, JsonObject schema, int depth)
    {
        var below = depth - 1;
        switch (chance.Next(depth == 0 ? 10 : 20))
        {
            case 0:
                schema["type"] = chance.Next(2) == 0 ? Pick(chance, Types) : new JsonArray([.. Types.Where(_ => chance.Next(2) == 0).Append("null").Distinct().Select(type => (JsonNode)type)]);
                break;
            case 1:
                schema["const"] = Value(chance, 2);
                break;
            case 2:
                schema["enum"] = new JsonArray(Value(chance, 1), Value(chance, 1), Value(chance, 0));
                break;
            case 3:
                schema[Pick(chance, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])] = chance.Next(-1, 3);
                break;
            case 4:
                schema["multipleOf"] = Pick<decimal>(chance, [0.01m, 0.5m, 1m, 2m]);
                break;
            case 5:
                schema[Pick(chance, ["minLength", "maxLength"])] = chance.Next(3);
                break;
            case 6:
                schema["pattern"] = Pick(chance, Patterns);
                break;
            case 7:
                schema[Pick(chance, ["minItems", "maxItems"])] = chance.Next(3);
                break;
            case 8:
                schema[Pick(chance, ["minProperties", "maxProperties"])] = chance.Next(3);
                break;
            case 9:
                schema["required"] = new JsonArray([.. Some(chance, Names).Select(name => (JsonNode)name)]);
                break;
            case 10:
                schema["properties"] = new JsonObject(Some(chance, Names).Select(name => KeyValuePair.Create<string, JsonNode?>(name, Schema(chance, below))));
                break;
            case 11:
                schema["additionalProperties"] = Schema(chance, below);
                break;
            case 12:
                schema["patternProperties"] = new JsonObject([KeyValuePair.Create<string, JsonNode?>(Pick(chance, Patterns), Schema(chance, below))]);
                break;
            case 13:
                schema["propertyNames"] = Schema(chance, below);
                break;
            case 14:
                schema["items"] = Schema(chance, below);
                break;
            case 15:
                schema["contains"] = Schema(chance, below);
                break;
            case 16:
                schema[Pick(chance, ["allOf", "anyOf", "oneOf"])] = new JsonArray(Schema(chance, below), Schema(chance, below));
                break;
            case 17:
                schema["not"] = Schema(chance, below);
                break;
            default:
                schema["if"] = Schema(chance, below);
                schema["then"] = Schema(chance, below);
                schema["else"] = Schema(chance, below);
                break;
        }
    }

    private static T Pick<T>(Random chance, IReadOnlyList<T> among) => among[chance.Next(among.Count)];

    private static IEnumerable<string> Some(Random chance, IEnumerable<string> names) => [.. names.Where(_ => chance.Next(2) == 0)];
}
