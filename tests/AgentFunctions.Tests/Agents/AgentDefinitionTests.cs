using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Tests.Agents;

public sealed class AgentDefinitionTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var agent = Read(
            """
            name: auditor
            description: Audits.
            model: gpt-4.1
            mode: plan
            instructions: |
              Line one.
              Line two.
            tools: [add, echo]
            agents:
              - writer
            limits:
              maxTurns: 5
              maxReplans: 0
              maxChildren: 10
              maxParallelChildren: 2
              maxDepth: 1
              maxOutputTokens: 100
              reserveUsd: 0.25
            output:
              type: object
              required: [title]
              properties:
                title: {type: string, enum: ["1", two]}
                days: {type: [integer, "null"], minimum: 0}
                flags: {type: array, items: {type: boolean}}
            """);
        Assert.Equal(("auditor", "Audits.", "gpt-4.1", AgentMode.Plan, "Line one.\nLine two."),
            (agent.Name, agent.Description, agent.Model, agent.Mode, agent.Instructions));
        Assert.Equal(["add", "echo"], agent.Tools);
        Assert.Equal(["writer"], agent.Agents);
        Assert.Equal(new AgentLimits
        {
            MaxTurns = 5, MaxReplans = 0, MaxChildren = 10, MaxParallelChildren = 2, MaxDepth = 1, MaxOutputTokens = 100, ReserveUsd = 0.25m,
        }, agent.Limits);
        Assert.Equal(
            """{"type":"object","required":["title"],"properties":{"title":{"type":"string","enum":["1","two"]},"days":{"type":["integer","null"],"minimum":0},"flags":{"type":"array","items":{"type":"boolean"}}}}""",
            agent.Output!.ToJsonString());
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var agent = Read(AgentWorld.Valid);
        Assert.Equal((AgentMode.React, "", new AgentLimits(), null), (agent.Mode, agent.Description, agent.Limits, agent.Output));
        Assert.Empty(agent.Tools);
    }

    [Theory]
    [InlineData("model: m\ninstructions: i", 1, "name")]
    [InlineData("name: a\ninstructions: i", 1, "model")]
    [InlineData("name: a\nmodel: m", 1, "instructions")]
    [InlineData("name: a\nmodel: m\ninstructions: '  '", 3, "instructions")]
    [InlineData("name: a\nmodel: m\ninstructions:", 1, "instructions")]
    [InlineData("name: a/b\nmodel: m\ninstructions: i", 1, "name")]
    [InlineData("name: ..\nmodel: m\ninstructions: i", 1, "name")]
    [InlineData("name: [a]\nmodel: m\ninstructions: i", 1, "name")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nmood: calm", 4, "mood")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nmode: dream", 4, "mode")]
    [InlineData("name: a\nmodel: m\ninstructions: i\ntools: add", 4, "tools")]
    [InlineData("name: a\nmodel: m\ninstructions: i\ntools:\n  - add\n  - {}", 6, "tools[1]")]
    [InlineData("name: a\nmodel: m\ninstructions: i\ntools:\n  - add\n  - add", 6, "tools[1]")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nagents: ['b/c']", 4, "agents[0]")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  maxTurns: -1", 5, "limits.maxTurns")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  maxTurns: 1.5", 5, "limits.maxTurns")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  maxTurns: many", 5, "limits.maxTurns")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  maxTurns: 99999999999999999999", 5, "limits.maxTurns")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  reserveUsd: -0.1", 5, "limits.reserveUsd")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  reserveUsd: .nan", 5, "limits.reserveUsd")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits:\n  maxTries: 1", 5, "limits.maxTries")]
    [InlineData("name: a\nmodel: m\ninstructions: i\nlimits: [1]", 4, "limits")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput: text", 4, "output")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput: {type: array}", 4, "output")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: objekt", 5, "output.type")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  properties:\n    x: {type: text}", 7, "output.properties.x.type")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  properties:\n    x: {type: [string, null]}", 7, "output.properties.x.type[1]")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  propertys: {}", 6, "output.propertys")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  required: x", 6, "output.required")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  properties:\n    x: {$ref: 'http://169.254.169.254/'}", 7, "output.properties.x.$ref")]
    [InlineData("name: a\nmodel: m\ninstructions: i\noutput:\n  type: object\n  properties:\n    x: {pattern: '(a+)+$'}", 7, "output.properties.x.pattern")]
    [InlineData("- name: a", 1, "")]
    [InlineData("just text", 1, "")]
    [InlineData("{a: b, [c]: d}", 1, "")]
    public void A_wrong_definition_is_refused_at_its_line_and_field(string yaml, int line, string field)
    {
        var error = Assert.Throws<DefinitionException>(() => Read(yaml));
        Assert.Equal(("test.yaml", line, field), (error.File, error.Line, error.Field));
        Assert.NotEmpty(error.Problem);
    }

    private static AgentDefinition Read(string yaml) => AgentDefinitionReader.Read(YamlFile.Parse("test.yaml", yaml)).Definition;
}
