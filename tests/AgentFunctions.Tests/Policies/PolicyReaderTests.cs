using AgentFunctions.Agents;
using AgentFunctions.Policies;
using AgentFunctions.Yaml;

namespace AgentFunctions.Tests.Policies;

public sealed class PolicyReaderTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var read = PolicyReader.Read(YamlFile.Parse("test.yaml",
            """
            name: careful
            description: Little is allowed.
            tools:
              - {name: readers, agents: ['read-*'], allow: [look_up, 'read_*']}
              - {name: no-writes, deny: ['write*']}
            arguments:
              - {name: short, agents: [clerk], tool: look_up, schema: {properties: {text: {maxLength: 3}}}}
            spawn:
              - {name: shallow, maxDepth: 1, maxFanOut: 5, maxChildren: 10}
            """));
        var policy = read.Snapshot.Policy;
        Assert.Equal(("careful", "Little is allowed.", "test.yaml"), (policy.Name, policy.Description, read.Snapshot.Source));
        Assert.Equal(["readers", "no-writes"], policy.Tools.Select(rule => rule.Name));
        Assert.Equal(["look_up", "read_*"], policy.Tools[0].Allow.Select(pattern => pattern.Pattern));
        Assert.Equal((true, false), (policy.Tools[0].AppliesTo("read-er"), policy.Tools[0].AppliesTo("clerk")));
        Assert.True(policy.Tools[1].AppliesTo("anybody"));
        Assert.Equal((1, 5, 10), (policy.Spawn[0].MaxDepth, policy.Spawn[0].MaxFanOut, policy.Spawn[0].MaxChildren));
        Assert.Equal(["look_up", "look_up"], read.Tools.Select(name => name.Text()));
        Assert.Equal(["clerk"], read.Agents.Select(name => name.Text()));
    }

    [Fact]
    public void The_hash_changes_with_the_rules_and_not_with_their_writing()
    {
        Assert.Equal(Hash("name: a\nspawn: [{name: s, maxDepth: 1}]"), Hash("spawn:\n- maxDepth: 1\n  name: s\nname: 'a'"));
        Assert.NotEqual(Hash("name: a\nspawn: [{name: s, maxDepth: 1}]"), Hash("name: a\nspawn: [{name: s, maxDepth: 2}]"));
    }

    [Theory]
    [InlineData("description: d", "name")]
    [InlineData("name: a/b", "name")]
    [InlineData("name: a\nmood: calm", "mood")]
    [InlineData("name: a\ntools: {deny: [x]}", "tools")]
    [InlineData("name: a\ntools: [{deny: [x]}]", "tools[0].name")]
    [InlineData("name: a\ntools: [{name: r}]", "tools[0]")]
    [InlineData("name: a\ntools: [{name: r, deny: []}]", "tools[0].deny")]
    [InlineData("name: a\ntools: [{name: r, deny: x}]", "tools[0].deny")]
    [InlineData("name: a\ntools: [{name: r, deny: ['x y']}]", "tools[0].deny[0]")]
    [InlineData("name: a\ntools: [{name: r, denied: [x]}]", "tools[0].denied")]
    [InlineData("name: a\ntools: [{name: r, agents: ['b/c'], deny: [x]}]", "tools[0].agents[0]")]
    [InlineData("name: a\ntools: [{name: r, deny: [x]}, {name: r, deny: [y]}]", "tools[1].name")]
    [InlineData("name: a\ntools: [{name: r, deny: [x]}]\nspawn: [{name: r, maxDepth: 1}]", "spawn[0].name")]
    [InlineData("name: a\narguments: [{name: r, schema: {}}]", "arguments[0].tool")]
    [InlineData("name: a\narguments: [{name: r, tool: x}]", "arguments[0].schema")]
    [InlineData("name: a\narguments: [{name: r, tool: x, schema: {properties: {a: {maxLenght: 1}}}}]", "arguments[0].schema.properties.a.maxLenght")]
    [InlineData("name: a\nspend: [{name: r, tool: x}]", "spend[0]")]
    [InlineData("name: a\nspend: [{name: r, denyAboveUsd: 1}]", "spend[0].tool")]
    [InlineData("name: a\nspend: [{name: r, tool: x, denyAboveUsd: -1}]", "spend[0].denyAboveUsd")]
    [InlineData("name: a\nspend: [{name: r, tool: x, amount: a..b, denyAboveUsd: 1}]", "spend[0].amount")]
    [InlineData("name: a\nspend: [{name: r, tool: x, approvalAboveUsd: 2, denyAboveUsd: 1}]", "spend[0]")]
    [InlineData("name: a\nspend: [{name: r, tool: x, denyAboveUsd: 1, approval: {groups: [g]}}]", "spend[0].approval")]
    [InlineData("name: a\nspend: [{name: r, tool: x, approvalAboveUsd: 1, approval: {approvers: 0}}]", "spend[0].approval.approvers")]
    [InlineData("name: a\nhttp: [{name: r}]", "http[0]")]
    [InlineData("name: a\ndata: [{name: r, in: [logs]}]", "data[0]")]
    [InlineData("name: a\ndata: [{name: r, patterns: [ssn], in: [logs]}]", "data[0].patterns[0]")]
    [InlineData("name: a\ndata: [{name: r, patterns: [cpf]}]", "data[0].in")]
    [InlineData("name: a\ndata: [{name: r, patterns: [cpf], in: [everywhere]}]", "data[0].in[0]")]
    [InlineData("name: a\ndata: [{name: r, patterns: [cpf], in: []}]", "data[0].in")]
    [InlineData("name: a\ndata: [{name: r, patterns: [cpf], in: [results, logs], action: deny}]", "data[0].in")]
    [InlineData("name: a\ndata: [{name: r, regex: ['(a)\\1'], in: [logs]}]", "data[0].regex[0]")]
    [InlineData("name: a\ndata: [{name: r, regex: ['['], in: [logs]}]", "data[0].regex[0]")]
    [InlineData("name: a\nspawn: [{name: r}]", "spawn[0]")]
    [InlineData("name: a\nspawn: [{name: r, maxDepth: -1}]", "spawn[0].maxDepth")]
    [InlineData("name: a\nspawn: [{name: r, maxFanOut: 1.5}]", "spawn[0].maxFanOut")]
    public void A_wrong_policy_is_refused_at_its_field(string yaml, string field)
    {
        var error = Assert.Throws<DefinitionException>(() => PolicyReader.Read(YamlFile.Parse("test.yaml", yaml)));
        Assert.Equal(("test.yaml", field), (error.File, error.Field));
        Assert.NotEmpty(error.Problem);
    }

    private static string Hash(string yaml) => PolicyReader.Read(YamlFile.Parse("test.yaml", yaml)).Snapshot.Hash;
}
