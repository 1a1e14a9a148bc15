using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

public class FanOutTests
{
    private const string LooksItUp =
        """
          - when: failures.size > 0
            calls:
              - {tool: report_failure, args: '{"reason": {{ failures[0].message | json }}}'}
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": {{ input.name | json }}}'}
          - text: '{{ goal }}: {{ results.look_up.value }}'
        """;

    private static TestPack Team(string plan, string limits = "") => new TestPack()
        .Planner("boss", $"tools: [keep]\nagents: [clerk, boss]\nlimits: {{{limits}}}", plan)
        .React("clerk", "tools: [look_up]", LooksItUp);

    private static string Each(string items, string more = "") =>
        $$$"""{"steps":[{"id":"each","kind":"fanOut","items":{{{items}}},"agent":"clerk","goal":"Ask ${item.name}"{{{more}}} }]}""";

    [Fact]
    public async Task Each_child_is_given_its_item_and_its_goal_and_the_results_come_in_the_items_order()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("\"${input}\"")));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new[] { new { name = "ana" }, new { name = "bob" }, new { name = "eva" } } });

        Assert.Equal("completed", (string)run["status"]!);
        var all = run["result"]!.AsArray().Select(child => child!.AsObject()).ToList();
        Assert.Equal(["Ask ana: ana", "Ask bob: bob", "Ask eva: eva"], all.Select(child => (string)child["output"]!));
        Assert.Equal([0, 1, 2], all.Select(child => (int)child["index"]!));
        Assert.Equal(["ana", "bob", "eva"], all.Select(child => (string)child["item"]!["name"]!));
        var second = await app.GetAsync($"runs/{all[1]["runId"]}");
        Assert.Equal(("Ask bob", "clerk", (string)run["runId"]!, 1),
            ((string)second["goal"]!, (string)second["agent"]!, (string)second["parentRunId"]!, (int)second["depth"]!));
        Assert.Equal(3, (int)run["children"]!["finished"]!);
    }

    [Fact]
    public async Task A_childs_input_can_be_made_of_its_item_and_of_earlier_steps()
    {
        await using var app = await RuntimeApp.StartAsync(Team(
            """
            {"steps":[
              {"id":"made","kind":"tool","tool":"keep","args":{"value":{"list":["a","b"],"title":"Dr."}}},
              {"id":"each","kind":"fanOut","items":"${steps.made.list}","agent":"clerk","goal":"Ask ${item}",
               "input":{"name":"${steps.made.title} ${item}"},"dependsOn":["made"]}]}
            """));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(["Ask a: Dr. a", "Ask b: Dr. b"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
    }

    [Fact]
    public async Task No_more_children_run_at_once_than_the_agent_allows()
    {
        await using var app = await RuntimeApp.StartAsync(Team(
            Each("""[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"},{"name":"5"},{"name":"6"},{"name":"7"}]"""), "maxParallelChildren: 3"));
        var three = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await three.PassAsync(cancellationToken);
            return call.Text;
        };

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => three.Arrived == 3);
        var during = (await app.GetAsync($"runs/{runId}"))["children"]!["byStatus"]!;
        three.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal((3, 4), ((int)during["running"]!, (int)during["queued"]!));
        Assert.Equal((7, 3), ((int)run["children"]!["finished"]!, app.Tools.MostAtOnce));
    }

    [Fact]
    public async Task A_failed_child_leaves_its_failure_in_the_list_and_the_others_their_results()
    {
        await using var app = await RuntimeApp.StartAsync(Team(
            """
            {"steps":[
              {"id":"each","kind":"fanOut","items":[{"name":"ok"},{"name":"damaged"},{"name":"busy"}],"agent":"clerk","goal":"Ask ${item.name}",
               "onFailure":"continue"},
              {"id":"last","kind":"tool","tool":"keep","args":{"value":"${steps.each}"},"dependsOn":["each"]}]}
            """));
        app.Tools.Answers(call => call.Text switch
        {
            "damaged" => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."),
            "busy" => throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy."),
            _ => call.Value?.DeepClone() ?? JsonValue.Create(call.Text),
        });

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("completed", (string)run["status"]!);
        var all = run["result"]!.AsArray().Select(child => child!.AsObject()).ToList();
        Assert.Equal(["completed", "failed", "failed"], all.Select(child => (string)child["status"]!));
        Assert.Equal("Ask ok: ok", (string)all[0]["output"]!);
        Assert.Equal(("unreadable", "It is damaged.", true), Failure(all[1]));
        Assert.Equal(("unavailable", "Busy.", false), Failure(all[2]));
        Assert.Equal(["each"], run["restsOnFailedSteps"]!.AsArray().Select(step => (string)step!["id"]!));
        Assert.Contains("2 of 3 children failed", (string)run["restsOnFailedSteps"]![0]!["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replan_can_try_only_the_items_again_that_another_try_may_heal()
    {
        await using var app = await RuntimeApp.StartAsync(Team(
            """
            {% if replan == 0 %}{"steps":[
              {"id":"each","kind":"fanOut","items":[{"name":"ok"},{"name":"damaged"},{"name":"busy"}],"agent":"clerk","goal":"Ask ${item.name}","onFailure":"replanThenContinue"}]}
            {% else %}{"steps":[
              {"id":"again","kind":"fanOut","items":[{% for one in failed[0].failedItems %}{% unless one.permanent %}{{ one.item | json }}{% endunless %}{% endfor %}],
               "agent":"clerk","goal":"Ask ${item.name} again"},
              {"id":"all","kind":"tool","tool":"keep","args":{"value":["${steps.each}","${steps.again}"]},"dependsOn":["again"]}]}
            {% endif %}
            """));
        app.Tools.Answers(call => call.Text switch
        {
            "damaged" => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."),
            "busy" when app.Tools.TextsOf("look_up").Count(text => text == "busy") <= 4 => throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy."),
            _ => call.Value?.DeepClone() ?? JsonValue.Create(call.Text),
        });

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal(["each"], run["restsOnFailedSteps"]!.AsArray().Select(step => (string)step!["id"]!));
        Assert.Equal(["Ask busy again: busy"], run["result"]![1]!.AsArray().Select(child => (string)child!["output"]!));
        Assert.Equal((1, 1, 5), (Count(app, "ok"), Count(app, "damaged"), Count(app, "busy")));
    }

    [Fact]
    public async Task A_result_without_the_children_that_no_other_try_can_heal_says_so()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("""[{"name":"ok"},{"name":"damaged"}]""", ""","onFailure":"replanThenContinue" """)));
        app.Tools.Answers(call => call.Text == "ok" ? "found" : throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", 0), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal(("each", "1 of 2 children failed; the first: It is damaged."),
            ((string)run["restsOnFailedSteps"]![0]!["id"]!, (string)run["restsOnFailedSteps"]![0]!["reason"]!));
    }

    [Fact]
    public async Task More_children_than_the_agent_may_spawn_fail_the_step_and_none_is_spawned()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("\"${input}\"", ""","onFailure":"fail" """), "maxChildren: 2"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new[] { new { name = "1" }, new { name = "2" }, new { name = "3" } } });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("3 children are more than the 2", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(0, (int)run["children"]!["total"]!);
        Assert.Empty(app.Tools.Attempts);
    }

    [Fact]
    public async Task Spawning_deeper_than_the_agent_may_fails_the_step_with_that_reason()
    {
        await using var app = await RuntimeApp.StartAsync(Team(
            """{"steps":[{"id":"deeper","kind":"fanOut","items":[1],"agent":"boss","goal":"x","onFailure":"fail"}]}""", "maxDepth: 2"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("deeper than 2 levels", (string)run["reason"]!, StringComparison.Ordinal);
        var all = (await app.GetAsync("runs?children=true"))["runs"]!.AsArray();
        Assert.Equal([0, 1, 2], (await Task.WhenAll(all.Select(each => app.GetAsync($"runs/{each!["runId"]}")))).Select(each => (int)each["depth"]!).Order());
        Assert.All(all, each => Assert.Equal("failed", (string)each!["status"]!));
    }

    [Theory]
    [InlineData(1, 3, "failed")]
    [InlineData(2, 1, "completed")]
    [InlineData(2, 0, "failed")]
    public async Task How_deep_a_tree_may_grow_is_up_to_every_agent_above(int top, int middle, string status)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("top", $"agents: [middle]\nlimits: {{maxDepth: {top}}}", """{"steps":[{"id":"a","kind":"fanOut","items":[1],"agent":"middle","goal":"x","onFailure":"fail"}]}""")
            .Planner("middle", $"agents: [bottom]\nlimits: {{maxDepth: {middle}}}", """{"steps":[{"id":"a","kind":"fanOut","items":[1],"agent":"bottom","goal":"x","onFailure":"fail"}]}""")
            .Speaker("bottom"));

        var run = await app.ResultAsync(new { agent = "top", goal = "x" });

        Assert.Equal(status, (string)run["status"]!);
        Assert.Equal(status == "completed" ? 3 : 2, (await app.GetAsync("runs?children=true"))["runs"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_item_that_lacks_what_the_goal_refers_to_fails_the_step_and_no_child_is_left_behind()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("""[{"name":"1"},{}]""", ""","onFailure":"fail" """)));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("${item.name}", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(0, (int)run["children"]!["total"]!);
    }

    [Fact]
    public async Task An_agent_that_plans_cannot_be_the_agent_of_a_step_inside_another_run()
    {
        await using var app = await RuntimeApp.StartAsync(Team("""{"steps":[{"id":"a","kind":"agent","agent":"boss","goal":"x","onFailure":"fail"}]}"""));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("spawn it by a fanOut", (string)run["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fan_out_over_nothing_has_an_empty_result()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("[]")));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Empty(run["result"]!.AsArray());
    }

    [Fact]
    public async Task What_is_no_list_cannot_be_fanned_out_over()
    {
        await using var app = await RuntimeApp.StartAsync(Team(Each("\"${input}\"", ""","onFailure":"fail" """)));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new { name = "1" } });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("must be an array", (string)run["reason"]!, StringComparison.Ordinal);
    }

    private static int Count(RuntimeApp app, string text) => app.Tools.TextsOf("look_up").Count(each => each == text);

    private static (string, string, bool) Failure(JsonObject child) =>
        ((string)child["failure"]!["kind"]!, (string)child["failure"]!["reason"]!, (bool)child["failure"]!["permanent"]!);
}
