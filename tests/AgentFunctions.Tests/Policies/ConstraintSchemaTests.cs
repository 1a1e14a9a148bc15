using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Policies;
using AgentFunctions.Yaml;

namespace AgentFunctions.Tests.Policies;

/// <summary>Every keyword that is let into a policy is checked, and every other one is refused.</summary>
public sealed class ConstraintSchemaTests
{
    [Theory]
    [InlineData("{type: string}", "\"a\"", "1")]
    [InlineData("{type: [integer, 'null']}", "1.0", "1.5")]
    [InlineData("{type: number}", "1", "\"1\"")]
    [InlineData("{const: safe}", "\"safe\"", "\"Safe\"")]
    [InlineData("{const: 1}", "1.0", "true")]
    [InlineData("{enum: [a, 2, {b: 1}]}", "{\"b\":1.00}", "{\"b\":1,\"c\":2}")]
    [InlineData("{required: [a]}", "{\"a\":null}", "{\"A\":1}")]
    [InlineData("{properties: {a: {type: integer}}}", "{\"b\":\"x\"}", "{\"a\":\"x\"}")]
    [InlineData("{properties: {a: true}, additionalProperties: false}", "{\"a\":1}", "{\"a\":1,\"b\":1}")]
    [InlineData("{patternProperties: {'^x-': {type: string}}, additionalProperties: false}", "{\"x-a\":\"\"}", "{\"x-a\":1}")]
    [InlineData("{propertyNames: {maxLength: 2}}", "{\"ab\":1}", "{\"abc\":1}")]
    [InlineData("{minProperties: 1, maxProperties: 1}", "{\"a\":1}", "{}")]
    [InlineData("{items: {type: integer}}", "[1,2]", "[1,\"2\"]")]
    [InlineData("{contains: {const: ok}}", "[1,\"ok\"]", "[1]")]
    [InlineData("{minItems: 1, maxItems: 2}", "[1]", "[1,2,3]")]
    [InlineData("{uniqueItems: true}", "[1,\"1\",[1],{\"a\":1}]", "[{\"a\":1,\"b\":2},{\"b\":2.0,\"a\":1}]")]
    [InlineData("{minLength: 2, maxLength: 2}", "\"😀😀\"", "\"😀😀😀\"")]
    [InlineData("{pattern: '^reports/[a-z]+$'}", "\"reports/a\"", "\"reports/../a\"")]
    [InlineData("{minimum: 1, maximum: 2}", "2", "2.000000001")]
    [InlineData("{exclusiveMinimum: 1, exclusiveMaximum: 2}", "1.5", "2")]
    [InlineData("{maximum: 10}", "10", "1e400")]
    [InlineData("{multipleOf: 0.01}", "0.07", "0.075")]
    [InlineData("{allOf: [{minimum: 1}, {maximum: 2}]}", "1", "3")]
    [InlineData("{anyOf: [{const: a}, {const: b}]}", "\"b\"", "\"c\"")]
    [InlineData("{oneOf: [{minimum: 1}, {maximum: 2}]}", "3", "1.5")]
    [InlineData("{not: {const: a}}", "\"b\"", "\"a\"")]
    [InlineData("{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}", "{\"a\":1,\"b\":1}", "{\"b\":1}")]
    [InlineData("{properties: {a: {items: {properties: {b: {const: 1}}}}}}", "{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":1},{\"b\":2}]}")]
    public void A_keyword_lets_through_what_fits_and_nothing_else(string schema, string fits, string fails)
    {
        var constraint = Read(schema);
        Assert.Null(constraint.FirstProblem(JsonNode.Parse(fits)));
        Assert.NotNull(constraint.FirstProblem(JsonNode.Parse(fails)));
    }

    [Theory]
    [InlineData("{type: text}", "schema.type")]
    [InlineData("{typ: string}", "schema.typ")]
    [InlineData("{format: email}", "schema.format")]
    [InlineData("{prefixItems: [true]}", "schema.prefixItems")]
    [InlineData("{$ref: '#/a'}", "schema.$ref")]
    [InlineData("{pattern: '('}", "schema.pattern")]
    [InlineData("{pattern: '(a)\\1'}", "schema.pattern")]
    [InlineData("{pattern: 'a(?=b)'}", "schema.pattern")]
    [InlineData("{enum: []}", "schema.enum")]
    [InlineData("{then: true}", "schema.then")]
    [InlineData("{properties: {a: {maxLength: -1}}}", "schema.properties.a.maxLength")]
    [InlineData("{minimum: low}", "schema.minimum")]
    [InlineData("text", "schema")]
    public void A_keyword_that_would_not_be_checked_is_refused(string schema, string field) =>
        Assert.Equal(field, Assert.Throws<DefinitionException>(() => Read(schema)).Field);

    [Fact]
    public void A_hostile_text_is_matched_without_backtracking() =>
        Assert.NotNull(Read("{pattern: '^(a+)+$'}").FirstProblem(JsonValue.Create(new string('a', 50_000) + "!")));

    [Fact]
    public void A_problem_names_the_place() => Assert.Equal(
        "'a.0.b' must be at most 5.",
        Read("{properties: {a: {items: {properties: {b: {maximum: 5}}}}}}").FirstProblem(JsonNode.Parse("""{"a":[{"b":6}]}""")));

    private static ConstraintSchema Read(string yaml) =>
        ConstraintSchemaReader.Read(YamlFile.Parse("test.yaml", $"schema: {yaml}").Object().Required("schema"));
}
