using AgentFunctions.Agents;
using AgentFunctions.Models.Simulated;

namespace AgentFunctions.Tests.Models;

public sealed class ScriptReadingTests
{
    [Theory]
    [InlineData("act: [{text: Hi}]", 1, "agent")]
    [InlineData("agent: a/b\nact: [{text: Hi}]", 1, "agent")]
    [InlineData("agent: a", 1, "act")]
    [InlineData("agent: a\nact:\n  - {}", 3, "act[0]")]
    [InlineData("agent: a\nact:\n  - text: Hi\n    say: Ho", 4, "act[0].say")]
    [InlineData("agent: a\nact:\n  - calls:\n      - tool: read", 4, "act[0].calls[0].args")]
    [InlineData("agent: a\nact:\n  - when: 'turn ==='\n    text: Hi", 3, "act[0].when")]
    [InlineData("agent: a\nact:\n  - when: 'true %} {% if true'\n    text: Hi", 3, "act[0].when")]
    [InlineData("agent: a\nplan: |\n  one\n  {% if goal %}\n  three", 5, "plan")]
    [InlineData("agent: a\nsimulated: {errorRate: 2}\nplan: x", 2, "simulated.errorRate")]
    [InlineData("agent: a\nsimulated: {latency: 2}\nplan: x", 2, "simulated.latency")]
    public void A_wrong_script_is_refused_at_its_line_and_field(string yaml, int line, string field)
    {
        using var model = new Simulated(yaml);
        var error = Assert.Throws<DefinitionException>(() => new ScriptCatalog([model.Folder]));
        Assert.EndsWith("0.yaml", error.File, StringComparison.Ordinal);
        Assert.Equal((line, field), (error.Line, error.Field));
    }

    [Fact]
    public void Two_scripts_of_one_agent_are_refused()
    {
        using var model = new Simulated("agent: a\nplan: x", "agent: a\nplan: y");
        var error = Assert.Throws<DefinitionException>(() => new ScriptCatalog([model.Folder]));
        Assert.Contains("0.yaml", error.Problem, StringComparison.Ordinal);
        Assert.EndsWith("1.yaml", error.File, StringComparison.Ordinal);
    }
}
