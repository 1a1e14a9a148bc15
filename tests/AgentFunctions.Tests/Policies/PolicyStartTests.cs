using AgentFunctions.Agents;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Policies;

/// <summary>A wrong policy ends the start, with its file and field.</summary>
public sealed class PolicyStartTests
{
    [Theory]
    [InlineData("tools: [{name: r, deny: [lookup]}]", "tools[0].deny[0]")]
    [InlineData("arguments: [{name: r, tool: writ, schema: true}]", "arguments[0].tool")]
    [InlineData("tools: [{name: r, agents: [nobody], deny: [write]}]", "tools[0].agents[0]")]
    [InlineData("tolls: []", "tolls")]
    public async Task A_rule_about_what_does_not_exist_is_refused(string rules, string field)
    {
        var error = await Assert.ThrowsAsync<DefinitionException>(
            () => RuntimeApp.StartAsync(new TestPack().Speaker("clerk").Policy("careful", rules)));

        Assert.Equal(("careful.yaml", field), (Path.GetFileName(error.File), error.Field));
    }

    [Fact]
    public async Task An_agent_that_names_a_policy_which_does_not_exist_is_refused()
    {
        var error = await Assert.ThrowsAsync<DefinitionException>(
            () => RuntimeApp.StartAsync(new TestPack().React("clerk", "policy: lax", "  - text: done")));

        Assert.Equal(("clerk.yaml", "policy"), (Path.GetFileName(error.File), error.Field));
    }

    [Fact]
    public async Task Two_policies_of_one_name_are_refused() => Assert.Equal(
        "name",
        (await Assert.ThrowsAsync<DefinitionException>(() => RuntimeApp.StartAsync(new TestPack().Speaker("clerk").Policy("default", "")))).Field);

    [Fact]
    public async Task A_default_policy_that_does_not_exist_is_refused() => Assert.Contains(
        "Policies:Default",
        (await Assert.ThrowsAsync<InvalidOperationException>(
            () => RuntimeApp.StartAsync(new TestPack().Speaker("clerk"), folder: null, "--Policies:Default=none"))).Message,
        StringComparison.Ordinal);
}
