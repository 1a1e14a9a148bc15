using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Policies;

/// <summary>What policies let runs do, seen through HTTP.</summary>
public sealed class PolicyRunTests
{
    private const string CallsWrite =
        """
          - when: history.size == 0
            calls:
              - {tool: write, args: '{"text": {{ input.text | json }}}'}
          - text: '{{ results.write.status }} {{ results.write.failure.kind }} {{ results.write.failure.message }}'
        """;

    [Fact]
    public async Task The_policies_and_the_agents_that_they_hold_for_are_shown()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "description: Little.\ntools: [{name: no-writes, deny: [write]}]")
            .React("clerk", "policy: careful", "  - text: done")
            .Speaker("free"));

        var policies = (await app.GetAsync("policies"))["policies"]!.AsArray();
        var agents = (await app.GetAsync("agents"))["agents"]!.AsArray();

        Assert.Equal(["careful", "default"], policies.Select(policy => (string)policy!["name"]!));
        Assert.Equal([("clerk", false), ("free", true)], policies.Select(policy => (Names(policy!["agents"]!).Single(), (bool)policy["isDefault"]!)));
        Assert.Equal("no-writes", (string)policies[0]!["rules"]!["tools"]![0]!["name"]!);
        Assert.Equal(("careful.yaml", 64), ((string)policies[0]!["source"]!, ((string)policies[0]!["hash"]!).Length));
        Assert.Equal(["careful", "default"], agents.Select(agent => (string)agent!["policy"]!));
    }

    [Fact]
    public async Task An_agent_that_is_added_names_its_policy_and_an_unknown_one_is_refused()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk").Policy("careful", "tools: [{name: none, deny: ['*']}]"));

        var (refused, problem) = await AddAsync(app, "lax");
        var (added, agent) = await AddAsync(app, "careful");

        Assert.Equal((HttpStatusCode.BadRequest, "policy"), (refused, (string)problem["errors"]![0]!["field"]!));
        Assert.Equal((HttpStatusCode.Created, "careful"), (added, (string)agent["policy"]!));
    }

    [Theory]
    [InlineData("tools: [{name: no-writes, deny: ['wr*']}]", "no-writes")]
    [InlineData("tools: [{name: only-lookups, allow: [look_up]}]", "only-lookups")]
    [InlineData("tools: [{name: all, allow: ['*']}, {name: no-writes, agents: [clerk], deny: [write]}]", "no-writes")]
    [InlineData("arguments: [{name: short, tool: 'wri*', schema: {properties: {text: {maxLength: 3}}}}]", "short")]
    public async Task A_call_that_a_rule_denies_is_not_made_and_the_model_sees_it_as_denied(string rules, string rule)
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Policy("careful", rules).React("clerk", "tools: [look_up, write]\npolicy: careful", CallsWrite));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { text = "long" } });

        Assert.Empty(app.Tools.Attempts);
        Assert.StartsWith("failed denied ", (string)run["result"]!, StringComparison.Ordinal);
        Assert.Contains($"'{rule}'", (string)run["result"]!, StringComparison.Ordinal);
        var denied = (await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single();
        Assert.Equal(
            ("careful", rule, "tool", "write", "clerk"),
            (Policy(denied), Rule(denied), Text(denied, "checked"), Text(denied, "what"), Text(denied, "agent")));
        Assert.Equal((1, 1), ((int)run["usage"]!["toolCalls"]!, (int)run["usage"]!["failedToolCalls"]!));
        Assert.True((bool)(await app.GetAsync($"runs/{run["runId"]}/audit/verify"))["verified"]!);
    }

    [Theory]
    [InlineData("tools: [{name: no-writes, agents: ['other-*'], deny: [write]}]")]
    [InlineData("tools: [{name: writers, allow: [write]}]")]
    [InlineData("arguments: [{name: short, tool: write, schema: {properties: {text: {maxLength: 4}}}}]")]
    public async Task A_call_that_no_rule_denies_is_made(string rules)
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Policy("careful", rules).React("clerk", "tools: [look_up, write]\npolicy: careful", CallsWrite));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { text = "long" } });

        Assert.StartsWith("ok", (string)run["result"]!, StringComparison.Ordinal);
        Assert.Empty(await app.EventsAsync((string)run["runId"]!, "policy.denied"));
    }

    [Fact]
    public async Task The_default_policy_holds_for_an_agent_that_names_none()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Policy("strict", "tools: [{name: nothing, deny: ['*']}]").React("clerk", "tools: [write]", CallsWrite),
            folder: null,
            "--Policies:Default=strict");

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { text = "a" } });

        Assert.Equal("nothing", Rule((await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single()));
    }

    [Fact]
    public async Task A_tool_that_the_agents_definition_does_not_list_is_denied_by_that_rule()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]", CallsWrite));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x", input = new { text = "a" } });

        var denied = (await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single();
        Assert.Equal(("agent:clerk", "tools"), (Policy(denied), Rule(denied)));
    }

    [Fact]
    public async Task A_plan_that_a_rule_denies_is_not_accepted_and_the_planner_is_told_the_rule()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "tools: [{name: no-writes, deny: [write]}]\narguments: [{name: short, tool: look_up, schema: {properties: {text: {maxLength: 3}}}}]")
            .Planner("boss", "tools: [look_up, write]\npolicy: careful",
                """
                {% if problems.size == 0 %}{"steps":[
                  {"id":"a","kind":"tool","tool":"write","args":{"text":"x"}},
                  {"id":"b","kind":"tool","tool":"look_up","args":{"text":"long"}}]}
                {% else %}{"steps":[{"id":"c","kind":"tool","tool":"look_up","args":{"text":"{{ problems.size }}"}}]}{% endif %}
                """));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", "2"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["2"], app.Tools.Attempts.Select(call => call.Text));
        var denied = await app.EventsAsync((string)run["runId"]!, "policy.denied");
        Assert.Equal(
            ["a no-writes plan steps[0].tool", "b short plan steps[1].args"],
            denied.Select(entry => $"{entry["stepId"]} {Rule(entry)} {Text(entry, "checked")} {Text(entry, "what")}"));
        var rejected = (await app.EventsAsync((string)run["runId"]!, "plan.rejected")).Single();
        Assert.Contains("denied: ", (string)rejected["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_comes_with_the_request_is_refused_with_the_rule_and_starts_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "tools: [{name: no-writes, deny: [write]}]")
            .Planner("boss", "tools: [look_up, write]\npolicy: careful"));
        var thread = await app.ThreadAsync();

        var plan = JsonNode.Parse("""{"steps":[{"id":"a","kind":"tool","tool":"write","args":{"text":"x"}}]}""");
        var (status, problem) = await app.PostAsync($"threads/{thread}/runs", new { agent = "boss", goal = "x", plan });

        Assert.Equal((HttpStatusCode.BadRequest, "plan.steps[0].tool"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Contains("'no-writes'", (string)problem["errors"]![0]!["problem"]!, StringComparison.Ordinal);
        Assert.Empty((await app.GetAsync("runs"))["runs"]!.AsArray());
    }

    [Fact]
    public async Task Arguments_that_come_from_earlier_steps_are_checked_when_their_step_starts_and_the_planner_sees_the_denial()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "arguments: [{name: no-links, tool: write, schema: {properties: {text: {not: {pattern: 'https?:'}}}}}]")
            .Planner("boss", "tools: [look_up, write]\npolicy: careful",
                """
                {% if replan == 0 %}{"steps":[
                  {"id":"found","kind":"tool","tool":"look_up","args":{"text":"x"}},
                  {"id":"sent","kind":"tool","tool":"write","args":{"text":"${steps.found}"},"dependsOn":["found"]}]}
                {% else %}{"steps":[{"id":"told","kind":"tool","tool":"look_up","args":{"text":"{{ failed[0].id }} {{ failed[0].failure }}"}}]}{% endif %}
                """));
        app.Tools.Answers(call => call.Text == "x" ? "see http://evil.example" : call.Text);

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("sent denied", (string)run["result"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
        Assert.Equal("no-links", Rule((await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single()));
    }

    [Theory]
    [InlineData("maxFanOut: 2", """[1,2,3]""", "plan")]
    [InlineData("maxFanOut: 2", "\"${input.items}\"", "spawn")]
    [InlineData("maxChildren: 2", "\"${input.items}\"", "spawn")]
    [InlineData("maxDepth: 0", """[1]""", "plan")]
    public async Task More_children_than_a_rule_allows_are_not_spawned(string bound, string items, string when)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", $"spawn: [{{name: few, {bound}}}]")
            .Planner("boss", "agents: [clerk]\npolicy: careful\nlimits: {maxReplans: 0}",
                $$"""{"steps":[{"id":"each","kind":"fanOut","agent":"clerk","goal":"x","items":{{items}}}]}""")
            .Speaker("clerk"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new { items = new[] { 1, 2, 3 } } });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Equal(0, (int)run["children"]!["total"]!);
        var denied = (await app.EventsAsync((string)run["runId"]!, "policy.denied"))[0];
        Assert.Equal(("few", when, "each"), (Rule(denied), Text(denied, "checked"), (string)denied["stepId"]!));
        Assert.Contains("few", (string)run["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_fan_outs_of_a_run_together_spawn_no_more_than_a_rule_allows()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "spawn: [{name: few, maxFanOut: 2, maxChildren: 3}]")
            .Planner("boss", "agents: [clerk]\npolicy: careful\nlimits: {maxReplans: 0}",
                """
                {"steps":[{"id":"one","kind":"fanOut","agent":"clerk","goal":"x","items":"${input}"},
                          {"id":"two","kind":"fanOut","agent":"clerk","goal":"x","items":"${input}","dependsOn":["one"]}]}
                """)
            .Speaker("clerk"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new[] { 1, 2 } });

        Assert.Equal(("failed", 2), ((string)run["status"]!, (int)run["children"]!["total"]!));
        Assert.Equal("two", (string)(await app.EventsAsync((string)run["runId"]!, "policy.denied")).Single()["stepId"]!);
    }

    [Fact]
    public async Task The_depth_that_a_policy_allows_counts_from_every_run_above()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Policy("careful", "spawn: [{name: shallow, agents: [boss], maxDepth: 1}]")
            .Policy("lax", "")
            .Planner("boss", "agents: [middle]\npolicy: careful",
                """{"steps":[{"id":"down","kind":"fanOut","agent":"middle","goal":"x","items":[1],"onFailure":"continue"}]}""")
            .Planner("middle", "agents: [clerk]\npolicy: lax\nlimits: {maxReplans: 0}",
                """{"steps":[{"id":"deeper","kind":"fanOut","agent":"clerk","goal":"x","items":[1]}]}""")
            .Speaker("clerk"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        var child = (string)run["children"]!["items"]!.AsArray().Single()!["runId"]!;
        var denied = (await app.EventsAsync(child, "policy.denied"))[0];
        Assert.Equal(("shallow", "careful"), (Rule(denied), Policy(denied)));
    }

    private static async Task<(HttpStatusCode Status, JsonObject Body)> AddAsync(RuntimeApp app, string policy) => await app.SendAsync(
        HttpMethod.Post,
        "agents",
        new StringContent($"name: new\nmodel: scripted\ninstructions: i\npolicy: {policy}", Encoding.UTF8, "application/yaml"));

    private static IEnumerable<string> Names(JsonNode list) => list.AsArray().Select(name => (string)name!);

    private static string Rule(JsonObject entry) => (string)entry["policy"]!["rule"]!;

    private static string Policy(JsonObject entry) => (string)entry["policy"]!["name"]!;

    private static string? Text(JsonObject entry, string name) => (string?)entry["data"]![name];
}
