using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Steps of any kind that a human lets start.</summary>
public class StepStartApprovalTests
{
    private static readonly object Start = new { agent = "boss", goal = "x" };

    private static TestPack Boss(string step, string more = "") => new TestPack()
        .Planner("boss", "tools: [write, keep]\nagents: [clerk]\nlimits: {maxReplans: 1}",
            "{% if replan > 0 %}"
            + """{"steps":[{"id":"told","kind":"tool","tool":"keep","args":{"value":{{ failed[0].reason | json }} }}]}"""
            + "{% else %}{\"steps\":[" + step + more + "]}{% endif %}")
        .Speaker("clerk", "I did {{ goal }} with {{ input }}");

    [Fact]
    public async Task A_tool_step_that_says_so_asks_first()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """{"id":"sent","kind":"tool","tool":"write","args":{"text":"a"},"description":"Send it?","approval":{"approvers":1}}"""));
        var runId = await app.RunAsync(Start);

        var approval = await app.AskedAsync();
        var before = app.Tools.Attempts.Count;
        await app.AnswerAsync(approval, "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(("toolCall", "write", 0, "a"), ((string)approval["subject"]!, (string)approval["action_request"]!["action"]!, before, (string)run["result"]!));
    }

    [Fact]
    public async Task An_agent_step_asks_with_its_goal_and_input_and_works_with_the_changed_ones()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """{"id":"work","kind":"agent","agent":"clerk","goal":"this","input":7,"approval":{}}"""));
        var runId = await app.RunAsync(Start);

        var approval = await app.AskedAsync();
        var waiting = await app.InAsync(runId, "waiting");
        var (refused, problem) = await app.AnswerAsync(approval, "edit", new { goal = " ", input = 8 });
        await app.AnswerAsync(approval, "edit", new { goal = "that ${x}", input = 8 });
        var run = await app.EndAsync(runId);

        Assert.Equal(("step", "clerk", """{"goal":"this","input":7}"""), (
            (string)approval["subject"]!, (string)approval["action_request"]!["action"]!, approval["action_request"]!["args"]!.ToJsonString()));
        Assert.Equal(("waiting", 1), ((string)waiting["steps"]![0]!["status"]!, (int)waiting["usage"]!["modelCalls"]!));
        Assert.Equal((HttpStatusCode.BadRequest, "args.goal"), (refused, problem.Field()));
        Assert.Equal("I did that ${x} with 8", (string)run["result"]!);
    }

    [Fact]
    public async Task A_fan_out_asks_before_it_spawns_and_spawns_for_the_changed_list()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """{"id":"each","kind":"fanOut","agent":"clerk","items":["a","b","c"],"goal":"see ${item}","approval":{}}"""));
        var runId = await app.RunAsync(Start);

        var approval = await app.AskedAsync();
        var children = (int)(await app.GetAsync($"runs/{runId}"))["children"]!["total"]!;
        var (refused, problem) = await app.AnswerAsync(approval, "edit", new { goal = "see ${item}", items = "all" });
        await app.AnswerAsync(approval, "edit", new { goal = "look at ${item}", items = (string[])["b"] });
        var run = await app.EndAsync(runId);

        Assert.Equal(0, children);
        Assert.Equal((HttpStatusCode.BadRequest, "args.items"), (refused, problem.Field()));
        Assert.Equal(["I did look at b with b"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
    }

    [Fact]
    public async Task Ignore_the_step_and_what_depends_on_it_are_skipped()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """{"id":"sent","kind":"tool","tool":"write","args":{"text":"a"},"approval":{}}""",
            """,{"id":"after","kind":"tool","tool":"write","args":{"text":"b"},"dependsOn":["sent"]},{"id":"other","kind":"tool","tool":"keep","args":{"value":"c"}}"""));
        var runId = await app.RunAsync(Start);

        await app.AnswerAsync(await app.AskedAsync(), "ignore", reason: "Not today.");
        var run = await app.EndAsync(runId);

        Assert.Equal(["sent skipped", "after skipped", "other completed"], run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
        Assert.Equal(("completed", "c"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Theory]
    [InlineData("""{"id":"sent","kind":"tool","tool":"write","args":{"text":"a"},"approval":{}}""")]
    [InlineData("""{"id":"work","kind":"agent","agent":"clerk","goal":"this","approval":{}}""")]
    public async Task Response_the_text_goes_back_to_the_planner_which_plans_again(string step)
    {
        await using var app = await RuntimeApp.StartAsync(Boss(step));
        var runId = await app.RunAsync(Start);

        await app.AnswerAsync(await app.AskedAsync(), "response", new { text = "Ask Bob first." });
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal("ana answered instead of letting it go on: Ask Bob first.", (string)run["result"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task Terms_of_a_step_that_are_wrong_are_refused_with_the_plan()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(""));
        var thread = await app.ThreadAsync();
        var plan = JsonNode.Parse("""{"steps":[{"id":"a","kind":"approval","description":"Go?","approval":{"approvers":99}}]}""");
        var malformed = JsonNode.Parse("""{"steps":[{"id":"a","kind":"approval","description":"Go?","approval":{"expiresAfter":"P1M"}}]}""");

        var (status, problem) = await app.PostAsync($"threads/{thread}/runs", new { agent = "boss", goal = "x", plan });
        var (second, other) = await app.PostAsync($"threads/{thread}/runs", new { agent = "boss", goal = "x", plan = malformed });

        Assert.Equal((HttpStatusCode.BadRequest, "plan.steps[0].approval.approvers"), (status, problem.Field()));
        Assert.Equal((HttpStatusCode.BadRequest, "plan.steps[0].approval.expiresAfter"), (second, other.Field()));
    }

    [Fact]
    public async Task When_the_plan_cannot_go_on_nobody_is_asked_any_more_and_who_waited_is_told()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", "tools: [keep]\nagents: [clerk]",
                """
                {"steps":[
                  {"id":"work","kind":"agent","agent":"clerk","goal":"this","onFailure":"fail"},
                  {"id":"gated","kind":"agent","agent":"clerk","goal":"that","approval":{}},
                  {"id":"bad","kind":"tool","tool":"keep","args":{"value":1},"onFailure":"fail"}]}
                """)
            .React("clerk", "tools: [write]\napprovals: {tools: {write: {expiresAfter: P1D}}}",
                """
                  - when: results.write == nil
                    calls:
                      - {tool: write, args: '{"text": "one"}'}
                  - text: '{{ results.write.failure.message }}'
                """));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            throw new ToolFailureException(ToolFailureKind.NotFound, "There is none.");
        };
        var runId = await app.RunAsync(Start);

        await app.PendingAsync(2);
        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Equal(["withdrawn", "withdrawn"], (await app.GetAsync("approvals"))["approvals"]!.AsArray().Select(each => (string)each!["status"]!));
        Assert.Equal(["work completed", "gated skipped", "bad failed"], run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
        Assert.Empty(app.Tools.TextsOf("write"));
    }
}
