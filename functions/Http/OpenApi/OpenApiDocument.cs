using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentFunctions.Http.OpenApi;

/// <summary>The API's description by OpenAPI 3.1. Schemas of answers come from the types that are sent, so they cannot differ.</summary>
internal static partial class OpenApiDocument
{
    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true };

    public static JsonObject Create()
    {
        var schemas = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["Id"] = JsonNode.Parse("""{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9._-]+$"}"""),
            [nameof(Bodies.Limits)] = JsonNode.Parse(Bodies.Limits),
            [nameof(ProblemDocument)] = Schema(typeof(ProblemDocument)),
        };
        foreach (var type in Operations.All.SelectMany(operation => operation.Answers.Values).OfType<Type>().Distinct())
        {
            schemas[type.Name] = Schema(type);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "AgentFunctions",
                ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3),
                ["description"] = "A durable runtime for agents: threads with budgets, runs, human decisions, and an audit log that proves itself.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/api" }),
            ["security"] = new JsonArray(new JsonObject { ["functionKey"] = new JsonArray() }),
            ["paths"] = new JsonObject(Operations.All
                .GroupBy(operation => operation.Path, StringComparer.Ordinal)
                .Select(path => KeyValuePair.Create(path.Key, (JsonNode?)new JsonObject(
                    path.Select(operation => KeyValuePair.Create(operation.Method, (JsonNode?)Describe(operation))))))),
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(schemas),
                ["securitySchemes"] = new JsonObject
                {
                    ["functionKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                },
            },
        };
    }

    private static JsonObject Describe(Operation operation)
    {
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["parameters"] = new JsonArray([.. RouteParameters(operation.Path), .. operation.Parameters.Select(Describe)]),
        };
        if (operation.Body.Count > 0)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = !operation.IsBodyOptional,
                ["content"] = new JsonObject(operation.Body.Select(body => KeyValuePair.Create(
                    body.Key, (JsonNode?)new JsonObject { ["schema"] = JsonNode.Parse(body.Value ?? "{}") }))),
            };
        }

        if (OpenFunctions.Reasons.ContainsKey(operation.Id))
        {
            described["security"] = new JsonArray();
        }

        described["responses"] = new JsonObject(
        [
            .. operation.Answers.Select(answer => Response(answer.Key, "application/json", answer.Value?.Name)),
            .. Problems(operation).Select(status => Response(status, "application/problem+json", nameof(ProblemDocument))),
        ]);
        return described;
    }

    /// <summary>Who calls is looked at before every function that is not open to all.</summary>
    private static IEnumerable<int> Problems(Operation operation) => OpenFunctions.Reasons.ContainsKey(operation.Id)
        ? operation.Problems
        : operation.Problems.Union([StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden]).Order();

    private static KeyValuePair<string, JsonNode?> Response(int status, string mediaType, string? schema)
    {
        var response = new JsonObject { ["description"] = ReasonPhrases.GetReasonPhrase(status) };
        if (schema is not null)
        {
            response["content"] = new JsonObject
            {
                [mediaType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } },
            };
        }

        return KeyValuePair.Create(status.ToString(CultureInfo.InvariantCulture), (JsonNode?)response);
    }

    private static IEnumerable<JsonNode> RouteParameters(string path) => RouteParameter().Matches(path).Select(match =>
    {
        var name = match.Groups[1].Value;
        return (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["in"] = "path",
            ["required"] = true,
            ["schema"] = name == "path"
                ? new JsonObject { ["type"] = "string" }
                : new JsonObject { ["$ref"] = "#/components/schemas/Id" },
        };
    });

    private static JsonNode Describe(Parameter parameter) => new JsonObject
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.In,
        ["description"] = parameter.Description,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonNode Schema(Type type)
    {
        var schema = AgentJson.Options.GetJsonSchemaAsNode(type, Exporter);
        Rebase(schema, type.Name);
        return schema;
    }

    /// <summary>The exporter describes a type once and refers to that place from the schema's own root, which is not the document's.</summary>
    private static void Rebase(JsonNode? node, string name)
    {
        if (node is JsonArray items)
        {
            items.ToList().ForEach(item => Rebase(item, name));
        }
        else if (node is JsonObject members)
        {
            foreach (var (key, value) in members.ToList())
            {
                if (key == "$ref" && value!.GetValue<string>() is ['#', .. var path])
                {
                    members[key] = $"#/components/schemas/{name}{path}";
                }
                else
                {
                    Rebase(value, name);
                }
            }
        }
    }

    [GeneratedRegex(@"\{([A-Za-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex RouteParameter();
}
