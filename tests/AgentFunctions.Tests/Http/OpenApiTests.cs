using System.Reflection;
using System.Text.Json.Nodes;
using AgentFunctions.Http;
using AgentFunctions.Http.OpenApi;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Tests.Http;

public class OpenApiTests
{
    private static readonly JsonObject Document = OpenApiDocument.Create();

    [Fact]
    public void Every_route_is_described_and_nothing_else()
    {
        var triggers =
            from type in typeof(ThreadsApi).Assembly.GetTypes()
            from method in type.GetMethods()
            let function = method.GetCustomAttribute<FunctionAttribute>()
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where function is not null && trigger is not null
            from verb in trigger.Methods!
            select $"{verb} /{trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)} {function.Name}";
        var described =
            from path in Document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select $"{operation.Key} {path.Key} {operation.Value!["operationId"]}";

        Assert.Equal(triggers.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_reference_leads_to_a_schema()
    {
        var references = References(Document).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            Assert.StartsWith("#/components/schemas/", reference, StringComparison.Ordinal);
            Assert.True(Find(reference) is JsonObject, reference);
        });
    }

    [Fact]
    public void A_run_is_described_by_the_words_that_are_sent()
    {
        var run = Document["components"]!["schemas"]!["RunView"]!["properties"]!;

        Assert.Equal(
            ["queued", "planning", "running", "waiting", "paused", "completed", "failed", "canceled", "expired"],
            run["status"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.Equal("3.1.0", Document["openapi"]!.GetValue<string>());
    }

    /// <summary>What a JSON pointer (RFC 6901) points at.</summary>
    private static JsonNode? Find(string pointer) => pointer.Split('/').Skip(1).Aggregate(
        (JsonNode?)Document, (node, name) => node is JsonObject value ? value[name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)] : null);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(member => member is { Key: "$ref", Value: JsonValue text }
            ? [text.GetValue<string>()]
            : References(member.Value)),
        JsonArray value => value.SelectMany(References),
        _ => [],
    };
}
