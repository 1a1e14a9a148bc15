using System.Net;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Final results that a human must accept before they count.</summary>
public class ResultApprovalTests
{
    private static TestPack Clerk(string approvals = "approvals: {result: true}", string output = "") => new TestPack().React(
        "clerk",
        $"{approvals}\n{output}",
        "  - {when: turn == 1, text: '{\"sum\": 1}'}\n  - text: '{\"sum\": {{ turn }}}'");

    private static TestPack Boss() => new TestPack().Planner("boss", "tools: [keep]\nlimits: {maxReplans: 0}",
        """
        {% if problems.size > 0 %}{"steps":[{"id":"again{{ replan }}","kind":"tool","tool":"keep","args":{"value":{{ problems | json }} }}]}
        {% else %}{"steps":[{"id":"first","kind":"tool","tool":"keep","args":{"value":"planned"}}]}{% endif %}
        """);

    [Fact]
    public async Task An_agents_result_is_shown_and_the_run_completes_with_it_once_it_is_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });

        var approval = await app.AskedAsync();
        var waiting = await app.InAsync(runId, "waiting");
        await app.AnswerAsync(approval, "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(("result", "result", """{"sum": 1}"""), (
            (string)approval["subject"]!, (string)approval["action_request"]!["action"]!, (string)approval["action_request"]!["args"]!["result"]!));
        Assert.Equal("Accept the result of 'clerk' for: x", (string)approval["description"]!);
        Assert.Null(waiting["result"]);
        Assert.Equal(("completed", """{"sum": 1}"""), ((string)run["status"]!, (string)run["result"]!));
        Assert.Single(await app.EventsAsync(runId, "step.completed"));
    }

    [Fact]
    public async Task A_run_may_ask_for_it_also_where_its_agent_does_not()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(approvals: ""));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x", resultApproval = true });

        await app.AnswerAsync(await app.AskedAsync(), "accept");

        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
    }

    [Fact]
    public async Task Edit_the_changed_result_counts_and_must_fit_the_agents_schema()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            output: "output: {type: object, properties: {sum: {type: integer}}, required: [sum]}"));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        var approval = await app.AskedAsync();

        var (wrongType, problem) = await app.AnswerAsync(approval, "edit", new { result = new { sum = "much" } });
        var (noResult, missing) = await app.AnswerAsync(approval, "edit", new { sum = 5 });
        await app.AnswerAsync(approval, "edit", new { result = new { sum = 5 } });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "args.result"), (wrongType, problem.Field()));
        Assert.Equal((HttpStatusCode.BadRequest, "args"), (noResult, missing.Field()));
        Assert.Equal(("completed", 5), ((string)run["status"]!, (int)run["result"]!["sum"]!));
    }

    [Fact]
    public async Task Response_the_text_goes_back_to_the_agent_which_answers_again()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        var first = await app.AskedAsync();

        await app.AnswerAsync(first, "response", new { text = "Add it up again." });
        await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray() is [{ } next] && (string)next["approvalId"]! != first.Id());
        await app.AnswerAsync(await app.AskedAsync(), "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", """{"sum": 2}""", 2), ((string)run["status"]!, (string)run["result"]!, (int)run["usage"]!["modelCalls"]!));
    }

    [Fact]
    public async Task Ignore_the_run_is_canceled_without_a_result()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });

        await app.AnswerAsync(await app.AskedAsync(), "ignore", reason: "Useless.");
        var run = await app.EndAsync(runId);

        Assert.Equal(("canceled", "Useless."), ((string)run["status"]!, (string)run["reason"]!));
        Assert.Null(run["result"]);
    }

    [Fact]
    public async Task The_result_of_a_plan_is_accepted_changed_or_planned_again_with_the_text()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x", resultApproval = true });
        var first = await app.AskedAsync();

        await app.AnswerAsync(first, "response", new { text = "Cheaper, please." });
        await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray() is [{ } next] && (string)next["approvalId"]! != first.Id());
        var second = await app.AskedAsync();
        await app.AnswerAsync(second, "edit", new { result = "changed" });
        var run = await app.EndAsync(runId);

        Assert.Equal("planned", (string)first["action_request"]!["args"]!["result"]!);
        Assert.Equal("""["Cheaper, please."]""", second["action_request"]!["args"]!["result"]!.ToJsonString());
        Assert.Equal(("completed", "changed"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["first completed", "again1 completed"], run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
    }

    [Fact]
    public async Task A_child_whose_agent_says_so_waits_for_its_own_result_to_be_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk().Planner("boss", "agents: [clerk]",
            """{"steps":[{"id":"each","kind":"fanOut","items":["a"],"agent":"clerk","goal":"x"}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });

        var approval = await app.AskedAsync();
        await app.AnswerAsync(approval, "edit", new { result = "mine" });
        var run = await app.EndAsync(runId);

        Assert.NotEqual(runId, (string)approval["runId"]!);
        Assert.Equal(["mine"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
    }
}
