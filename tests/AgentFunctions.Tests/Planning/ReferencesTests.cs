using System.Text.Json.Nodes;
using AgentFunctions.Planning;

namespace AgentFunctions.Tests.Planning;

public sealed class ReferencesTests
{
    private static readonly JsonObject Input = JsonNode.Parse("""{"name":"ACME","years":[2024,2025],"none":null}""")!.AsObject();

    [Fact]
    public void A_string_that_is_one_reference_becomes_the_value() =>
        Assert.Equal("[2024,2025]", References.Resolve("${input.years}", Find)!.ToJsonString());

    [Fact]
    public void A_reference_inside_a_text_becomes_text() =>
        Assert.Equal("Review ACME of 2025", References.ResolveText("Review ${input.name} of ${input.years.1}", Find));

    [Fact]
    public void References_are_found_at_any_depth() => Assert.Equal(
        """{"a":[{"b":"ACME"}],"c":1}""",
        References.Resolve(JsonNode.Parse("""{"a":[{"b":"${input.name}"}],"c":1}"""), Find)!.ToJsonString());

    [Fact]
    public void What_a_reference_brings_in_is_not_resolved_again() => Assert.Equal(
        "${goal}", References.ResolveText("${input.name}", _ => new JsonObject { ["name"] = "${goal}" }));

    [Theory]
    [InlineData("${input.missing}")]
    [InlineData("${input.years.7}")]
    [InlineData("${input.name.length}")]
    public void A_reference_to_nothing_is_an_error_and_never_empty(string text) =>
        Assert.Throws<ReferenceException>(() => References.Resolve(text, Find));

    [Fact]
    public void Null_is_a_value() => Assert.Null(References.Resolve("${input.none}", Find));

    private static JsonObject Find(Reference reference) => Input;
}
