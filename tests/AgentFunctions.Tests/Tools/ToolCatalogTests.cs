using System.Text.Json.Nodes;
using AgentFunctions.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Tools;

public sealed class ToolCatalogTests
{
    private static readonly IToolCatalog Tools = Catalog.Of<SampleTools>(("Tools:Timeouts:wait", "0.05"), ("Tools:Timeouts:ignore", "0.05"));

    [Fact]
    public void Described_methods_are_tools_in_snake_case_without_Async() =>
        Assert.Equal(
            ["add", "break", "cancel_itself", "echo", "fail_as", "ignore", "nothing", "wait", "where_am_i"],
            Tools.List().Select(tool => tool.Name));

    [Fact]
    public void A_tool_carries_its_description_and_a_schema_of_its_described_parameters()
    {
        var tool = Tools.Find("add")!;
        var schema = JsonNode.Parse(tool.JsonSchema.GetRawText())!;
        Assert.Equal("Adds two numbers.", tool.Description);
        Assert.Equal("First.", schema["properties"]!["left"]!["description"]!.GetValue<string>());
        Assert.Equal(["left"], schema["required"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public void The_context_and_the_cancellation_token_are_not_in_the_schema()
    {
        Assert.DoesNotContain("context", Tools.Find("where_am_i")!.JsonSchema.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("cancellation", Tools.Find("wait")!.JsonSchema.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{}""", "'left' is missing.")]
    [InlineData("""{"left":"1"}""", "'left' must be an integer.")]
    [InlineData("""{"left":1.5}""", "'left' must be an integer.")]
    [InlineData("""{"left":1,"third":3}""", "'third' is unknown.")]
    [InlineData("""{"left":null}""", "'left' must be an integer.")]
    public void Arguments_that_do_not_fit_are_named(string arguments, string problem) =>
        Assert.Equal([problem], Tools.Validate("add", Arguments(arguments)));

    [Theory]
    [InlineData("""{"page":{"title":"a","number":1,"colour":"red"},"size":"small"}""", "'page.colour' is unknown.")]
    [InlineData("""{"page":{"title":7,"number":1},"size":"small"}""", "'page.title' must be a string.")]
    [InlineData("""{"page":{"title":"a","number":1},"size":"huge"}""", "'size' must be one of \"small\", \"veryLarge\".")]
    public void Fields_inside_arguments_are_named(string arguments, string problem) =>
        Assert.Equal([problem], Tools.Validate("echo", Arguments(arguments)));

    [Fact]
    public void Arguments_that_fit_have_no_problem()
    {
        Assert.Empty(Tools.Validate("add", Arguments("""{"left":1}""")));
        Assert.Empty(Tools.Validate("echo", Arguments("""{"page":{"title":"a","number":null},"size":"veryLarge"}""")));
    }

    [Fact]
    public void Arguments_nested_beyond_reason_are_refused_before_a_validator_recurses_into_them()
    {
        JsonNode deep = new JsonArray();
        for (var level = 0; level < 5_000; level++)
        {
            deep = new JsonArray(deep);
        }

        Assert.Contains("deeper", Assert.Single(Tools.Validate("add", new JsonObject { ["left"] = deep })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_returns_the_value_as_JSON()
    {
        Assert.Equal("3", (await CallAsync("add", """{"left":1,"right":2}""")).Value!.ToJsonString());
        Assert.Equal("2", (await CallAsync("add", """{"left":1}""")).Value!.ToJsonString());
        Assert.Equal(
            """{"page":{"title":"é"},"size":"veryLarge"}""",
            (await CallAsync("echo", """{"page":{"title":"é","number":null},"size":"veryLarge"}""")).Value!.ToJsonString(AgentJson.Options));
    }

    [Fact]
    public async Task A_call_may_return_nothing()
    {
        var result = await CallAsync("nothing", "{}");
        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.Null(result.Value);
    }

    [Fact]
    public async Task A_tool_is_told_where_its_call_stands() =>
        Assert.Equal("run-1/step-1/key-1", (await CallAsync("where_am_i", "{}")).Value!.GetValue<string>());

    [Fact]
    public async Task An_unknown_tool_is_a_failure_of_kind_not_found() =>
        Assert.Equal(new(ToolFailureKind.NotFound, "There is no tool 'fly'.", 1), (await CallAsync("fly", "{}")).Failure);

    [Fact]
    public async Task Wrong_arguments_are_a_failure_and_the_tool_is_not_called() =>
        Assert.Equal(new(ToolFailureKind.InvalidArguments, "'left' is missing.", 1), (await CallAsync("add", "{}")).Failure);

    [Fact]
    public async Task An_argument_that_fits_the_schema_but_not_the_type_is_the_callers_fault() =>
        Assert.Equal(ToolFailureKind.InvalidArguments, (await CallAsync("add", """{"left":99999999999}""")).Failure!.Kind);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_tool_failure_keeps_its_kind_message_and_attempt(ToolFailureKind kind)
    {
        var result = await Tools.InvokeAsync("fail_as", new() { ["kind"] = kind.ToString() }, Catalog.Context(attempt: 3), CancellationToken.None);
        Assert.Equal(new(kind, $"It is {kind}.", 3), result.Failure);
    }

    [Fact]
    public async Task Any_other_exception_is_an_error_in_one_line_without_a_stack() =>
        Assert.Equal(new(ToolFailureKind.Error, "FormatException: Broken at last.", 1), (await CallAsync("break", "{}")).Failure);

    [Theory]
    [InlineData("wait")]
    [InlineData("ignore")]
    public async Task A_tool_that_does_not_answer_in_time_is_a_timeout_even_if_it_never_listens(string tool) =>
        Assert.Equal(new(ToolFailureKind.Timeout, $"{tool} did not answer within 0.05 s.", 1), (await CallAsync(tool, "{}")).Failure);

    [Fact]
    public async Task A_tool_that_cancels_itself_is_an_error_not_a_cancellation() =>
        Assert.Equal(ToolFailureKind.Error, (await CallAsync("cancel_itself", "{}")).Failure!.Kind);

    [Fact]
    public async Task Cancelling_the_call_throws()
    {
        var tools = Catalog.Of<SampleTools>();
        using var cancel = new CancellationTokenSource();
        var call = tools.InvokeAsync("ignore", [], Catalog.Context(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void Two_tools_of_one_name_are_refused_at_start()
    {
        var services = new ServiceCollection();
        new PackBuilder(services).AddTools<SampleTools>().AddTools<OtherTools>();
        var error = Assert.Throws<InvalidOperationException>(() => Catalog.Build(services));
        Assert.Contains("SampleTools", error.Message, StringComparison.Ordinal);
        Assert.Contains("OtherTools", error.Message, StringComparison.Ordinal);
        Assert.Contains("'add'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_a_described_method_is_refused_at_start() =>
        Assert.Throws<InvalidOperationException>(() => Catalog.Of<EmptyTools>());

    [Theory]
    [InlineData("Tools:TimeoutSeconds", "soon")]
    [InlineData("Tools:TimeoutSeconds", "0")]
    [InlineData("Tools:TimeoutSeconds", "NaN")]
    [InlineData("Tools:Faults:add", "1.5")]
    [InlineData("Tools:Faults:add", "-0.1")]
    [InlineData("Tools:Timeouts:fly", "5")]
    [InlineData("Tools:Faults:fly", "0.5")]
    public void Settings_that_make_no_sense_are_refused_by_name(string key, string value) =>
        Assert.Contains(key, Assert.Throws<InvalidOperationException>(() => Catalog.Of<SampleTools>((key, value))).Message, StringComparison.Ordinal);

    public static TheoryData<ToolFailureKind> Kinds() => [.. Enum.GetValues<ToolFailureKind>()];

    private static Task<ToolResult> CallAsync(string name, string arguments) =>
        Tools.InvokeAsync(name, Arguments(arguments), Catalog.Context(), CancellationToken.None);

    private static JsonObject Arguments(string json) => JsonNode.Parse(json)!.AsObject();

    internal sealed class OtherTools
    {
        [System.ComponentModel.Description("Adds too.")]
        public int Add(int left) => left;
    }

    internal sealed class EmptyTools;
}
