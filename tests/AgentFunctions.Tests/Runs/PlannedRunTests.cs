using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

public class PlannedRunTests
{
    private static readonly object Start = new { agent = "boss", goal = "all", input = new { word = "ação", n = 7 } };

    private static TestPack Boss(string plan, string definition = "tools: [look_up, write, keep]\nagents: [clerk]") =>
        new TestPack().Planner("boss", definition, plan).Speaker("clerk", "{{ goal }} with {{ input | json }}");

    [Fact]
    public async Task Steps_that_do_not_depend_on_each_other_run_at_the_same_time()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps": [
              {"id": "left", "kind": "tool", "tool": "look_up", "args": {"text": "left"}},
              {"id": "right", "kind": "tool", "tool": "look_up", "args": {"text": "right"}},
              {"id": "after", "kind": "tool", "tool": "write", "args": {"text": "after"}, "dependsOn": ["left", "right"]}]}
            """));
        var both = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await both.PassAsync(cancellationToken);
            return call.Text;
        };

        var runId = await app.RunAsync(Start);
        await RuntimeApp.UntilAsync(() => both.Arrived == 2);
        var during = await app.GetAsync($"runs/{runId}");
        both.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal("running", (string)during["status"]!);
        Assert.Equal(["running", "running", "pending"], Statuses(during));
        Assert.Equal(("completed", "after"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal("write", app.Tools.Attempts[^1].Tool);
    }

    [Fact]
    public async Task A_step_waits_for_what_it_depends_on()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps": [
              {"id": "third", "kind": "tool", "tool": "look_up", "args": {"text": "3"}, "dependsOn": ["second"]},
              {"id": "second", "kind": "tool", "tool": "look_up", "args": {"text": "2"}, "dependsOn": ["first"]},
              {"id": "first", "kind": "tool", "tool": "look_up", "args": {"text": "1"}}]}
            """));

        var run = await app.ResultAsync(Start);

        Assert.Equal(["1", "2", "3"], app.Tools.TextsOf("look_up"));
        Assert.Equal("3", (string)run["result"]!);
    }

    [Fact]
    public async Task References_become_the_values_that_they_point_at()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps": [
              {"id": "made", "kind": "tool", "tool": "keep", "args": {"value": {"list": [{"n": "${input.n}"}], "goal": "${goal}"}}},
              {"id": "said", "kind": "agent", "agent": "clerk", "goal": "Say ${input.word}", "input": {"of": "${steps.made.list.0}"},
               "dependsOn": ["made"]},
              {"id": "all", "kind": "tool", "tool": "keep", "dependsOn": ["said"],
               "args": {"value": ["${steps.said}", "${steps.made}", "n=${steps.made.list.0.n}; ${steps.made.list}"]}}]}
            """));

        var run = await app.ResultAsync(Start);

        var expected = JsonNode.Parse("""["Say ação with {\"of\":{\"n\":7}}", {"list": [{"n": 7}], "goal": "all"}, "n=7; [{\"n\":7}]"]""");
        Assert.True(JsonNode.DeepEquals(expected, run["result"]), run["result"]?.ToJsonString());
    }

    [Fact]
    public async Task A_reference_that_points_at_nothing_fails_its_step_with_that_reason()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps": [
              {"id": "made", "kind": "tool", "tool": "keep", "args": {"value": {"a": 1}}},
              {"id": "used", "kind": "tool", "tool": "keep", "args": {"value": "${steps.made.b}"}, "dependsOn": ["made"], "onFailure": "fail"}]}
            """));

        var run = await app.ResultAsync(Start);

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("${steps.made.b}", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Single(app.Tools.Attempts);
    }

    [Theory]
    [InlineData("""{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{"text":"x"},"dependsOn":["b"]},{"id":"b","kind":"tool","tool":"look_up","args":{"text":"x"},"dependsOn":["a"]}]}""", "cycle")]
    [InlineData("""{"steps":[{"id":"a","kind":"tool","tool":"teleport","args":{}}]}""", "There is no tool 'teleport'")]
    [InlineData("""{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{"text":7}}]}""", "steps[0].args")]
    [InlineData("""I would rather not.""", "not the JSON")]
    [InlineData("""{"steps":[]}""", "1 to 200 steps")]
    public async Task A_bad_plan_is_rejected_fed_back_and_the_next_answer_is_used(string bad, string problem)
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            "{% if problems.size == 0 %}" + bad + "{% else %}"
            + """{"steps": [{"id": "told", "kind": "tool", "tool": "keep", "args": {"value": {{ problems | json }} }}]}"""
            + "{% endif %}"));

        var run = await app.ResultAsync(Start);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Contains(problem, string.Join(' ', run["result"]!.AsArray().Select(each => (string)each!)), StringComparison.Ordinal);
        Assert.Equal((2, 1), ((int)run["usage"]!["modelCalls"]!, (int)run["usage"]!["toolCalls"]!));
        Assert.Equal(["told"], run["steps"]!.AsArray().Select(step => (string)step!["id"]!));
        var rejected = (await app.EventsAsync((string)run["runId"]!, "plan.rejected")).Single();
        Assert.Contains(problem, (string)rejected["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_three_bad_plans_the_run_fails_with_the_problems_and_no_tool_was_called()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("""{"steps":[{"id":"a","kind":"tool","tool":"teleport","args":{}}]}"""));

        var run = await app.ResultAsync(Start);

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("3 attempts", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Contains("There is no tool 'teleport'", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(3, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(3, (await app.EventsAsync((string)run["runId"]!, "plan.rejected")).Count);
        Assert.Empty(app.Tools.Attempts);
    }

    [Fact]
    public async Task A_plan_that_comes_with_the_request_is_carried_out_without_asking_a_model()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("nobody asks"));
        var plan = JsonNode.Parse("""{"steps":[{"id":"given","kind":"tool","tool":"look_up","args":{"text":"${input.word}"}}]}""");

        var run = await app.ResultAsync(new { agent = "boss", goal = "x", input = new { word = "w" }, plan });

        Assert.Equal(("completed", "w", 0), ((string)run["status"]!, (string)run["result"]!, (int)run["usage"]!["modelCalls"]!));
        Assert.Contains("plan.created", await app.TypesAsync((string)run["runId"]!));
    }

    [Fact]
    public async Task A_bad_plan_that_comes_with_the_request_is_refused_with_the_field_and_no_run_is_made()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("nobody asks"));
        var thread = await app.ThreadAsync();
        var plan = JsonNode.Parse("""{"steps":[{"id":"a","kind":"tool","tool":"teleport","args":{}}]}""");

        var (status, problem) = await app.PostAsync($"threads/{thread}/runs", new { agent = "boss", goal = "x", plan });

        Assert.Equal((HttpStatusCode.BadRequest, "plan.steps[0].tool"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Empty((await app.GetAsync($"threads/{thread}"))["runs"]!.AsArray());
    }

    private static IEnumerable<string> Statuses(JsonObject run) => run["steps"]!.AsArray().Select(step => (string)step!["status"]!);
}
