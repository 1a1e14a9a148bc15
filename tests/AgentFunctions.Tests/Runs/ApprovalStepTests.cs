using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Steps that wait for a human.</summary>
public class ApprovalStepTests
{
    private static readonly object Start = new { agent = "boss", goal = "x", input = new { to = "bob" } };

    private static TestPack Boss(string? plan = null) => new TestPack().Planner("boss", "tools: [keep, write]", plan ??
        """
        {"steps":[
          {"id":"ask","kind":"approval","description":"Send it to ${input.to}?","args":{"to":"${input.to}","copies":2}},
          {"id":"sent","kind":"tool","tool":"keep","args":{"value":"${steps.ask}"},"dependsOn":["ask"]}]}
        """);

    [Fact]
    public async Task While_a_step_waits_the_run_says_for_what_and_the_approval_is_shown()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());

        var runId = await app.RunAsync(Start);
        var run = await app.InAsync(runId, "waiting");

        Assert.Equal("Send it to bob?", (string)run["reason"]!);
        Assert.Equal("waiting", (string)run["steps"]![0]!["status"]!);
        var approval = Assert.Single((await app.GetAsync("approvals?status=pending"))["approvals"]!.AsArray())!.AsObject();
        Assert.Equal((runId, "ask", "acme", "pending", "Send it to bob?"), (
            (string)approval["runId"]!, (string)approval["stepId"]!, (string)approval["tenant"]!, (string)approval["status"]!, (string)approval["description"]!));
        Assert.Equal("ask", (string)approval["action_request"]!["action"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"to":"bob","copies":2}"""), approval["action_request"]!["args"]));
        Assert.Equal(["allow_accept", "allow_edit", "allow_respond", "allow_ignore"], approval["config"]!.AsObject().Select(each => each.Key));
        Assert.All(approval["config"]!.AsObject(), each => Assert.True((bool)each.Value!));
        Assert.Empty(app.Tools.Attempts);
    }

    [Fact]
    public async Task Accept_the_step_completes_with_what_was_asked_for()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());

        var run = await AnsweredAsync(app, Start, new { type = "accept", by = "ana", reason = "Fine." });

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"to":"bob","copies":2}"""), run["result"]));
        var answered = (await app.EventsAsync((string)run["runId"]!, "approval.answered")).Single();
        Assert.Equal(("human", "ana", "Fine.", "accept"), ((string)answered["actor"]!["kind"]!, (string)answered["actor"]!["id"]!, (string)answered["reason"]!, (string)answered["data"]!["type"]!));
    }

    [Fact]
    public async Task Edit_the_step_completes_with_the_changed_arguments()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());

        var run = await AnsweredAsync(app, Start, new { type = "edit", by = "ana", args = new { to = "eva" } });

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"to":"eva"}"""), run["result"]));
    }

    [Fact]
    public async Task A_step_may_be_called_plan_and_is_none()
    {
        await using var app = await RuntimeApp.StartAsync(Boss("""{"steps":[{"id":"plan","kind":"approval","description":"Go?"}]}"""));

        var run = await AnsweredAsync(app, Start, new { type = "edit", by = "ana", args = new { to = "eva" } });

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"to":"eva"}"""), run["result"]));
    }

    [Fact]
    public async Task Response_the_step_completes_with_the_text()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());

        var run = await AnsweredAsync(app, Start, new { type = "response", by = "ana", args = new { text = "Ask Bob first." } });

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"response":"Ask Bob first."}"""), run["result"]));
    }

    [Fact]
    public async Task Ignore_the_step_and_what_depends_on_it_are_skipped_and_the_rest_is_done()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps":[
              {"id":"ask","kind":"approval","description":"Send it?"},
              {"id":"sent","kind":"tool","tool":"write","args":{"text":"sent"},"dependsOn":["ask"]},
              {"id":"confirmed","kind":"tool","tool":"write","args":{"text":"confirmed"},"dependsOn":["sent"]},
              {"id":"other","kind":"tool","tool":"write","args":{"text":"other"}}]}
            """));

        var run = await AnsweredAsync(app, Start, new { type = "ignore", by = "ana", reason = "Not today." });

        Assert.Equal(["ask skipped", "sent skipped", "confirmed skipped", "other completed"],
            run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
        Assert.Equal("Not today.", (string)run["steps"]![0]!["reason"]!);
        Assert.Equal(("completed", "other"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["other"], app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task A_run_of_which_two_steps_wait_goes_on_waiting_until_both_are_answered()
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {"steps":[
              {"id":"one","kind":"approval","description":"First?"},
              {"id":"two","kind":"approval","description":"Second?"},
              {"id":"sent","kind":"tool","tool":"write","args":{"text":"sent"},"dependsOn":["one","two"]}]}
            """));
        var runId = await app.RunAsync(Start);
        var pending = (await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count == 2))["approvals"]!.AsArray();
        string IdOf(string step) => (string)pending.Single(each => (string)each!["stepId"]! == step)!["approvalId"]!;

        await app.PostAsync($"approvals/{IdOf("two")}", new { type = "accept", by = "ana" });
        var between = await app.RunWhenAsync(runId, run => (string)run["steps"]![1]!["status"]! == "completed");
        await app.PostAsync($"approvals/{IdOf("one")}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal(("waiting", "First?"), ((string)between["status"]!, (string)between["reason"]!));
        Assert.Equal("sent", (string)run["result"]!);
    }

    [Fact]
    public async Task The_same_answer_again_changes_nothing_and_another_one_is_refused()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var (runId, approvalId) = await WaitingAsync(app, Start);

        var first = await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });
        var again = await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });
        var other = await app.PostAsync($"approvals/{approvalId}", new { type = "ignore", by = "ana" });
        await app.EndAsync(runId);
        var late = await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK],
            [first.Status, again.Status, other.Status, late.Status]);
        Assert.Single(await app.EventsAsync(runId, "approval.answered"));
        Assert.Single(app.Tools.Attempts);
    }

    [Theory]
    [InlineData("fail", "failed")]
    [InlineData("replan", "completed")]
    public async Task A_plan_that_cannot_go_on_waits_for_no_human_any_more(string onFailure, string status)
    {
        await using var app = await RuntimeApp.StartAsync(Boss(
            """
            {% if replan == 0 %}{"steps":[
              {"id":"ask","kind":"approval","description":"Send it?"},
              {"id":"bad","kind":"tool","tool":"write","args":{"text":"bad"},"onFailure":"ON_FAILURE"}]}
            {% else %}{"steps":[{"id":"good","kind":"tool","tool":"write","args":{"text":"good"}}]}{% endif %}
            """.Replace("ON_FAILURE", onFailure, StringComparison.Ordinal)));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text == "bad" ? throw new ToolFailureException(ToolFailureKind.NotFound, "Not there.") : call.Text;
        };

        var (runId, approvalId) = await WaitingAsync(app, Start);
        gate.Open();
        var run = await app.EndAsync(runId);
        var (late, _) = await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });

        Assert.Equal(status, (string)run["status"]!);
        Assert.Equal(HttpStatusCode.Conflict, late);
        Assert.Equal("withdrawn", (string)(await app.GetAsync("approvals"))["approvals"]![0]!["status"]!);
        Assert.Single(await app.EventsAsync(runId, "step.skipped"), step => (string)step["stepId"]! == "ask");
    }

    private static async Task<(string RunId, string ApprovalId)> WaitingAsync(RuntimeApp app, object start)
    {
        var runId = await app.RunAsync(start);
        var list = await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count > 0);
        return (runId, (string)list["approvals"]![0]!["approvalId"]!);
    }

    private static async Task<JsonObject> AnsweredAsync(RuntimeApp app, object start, object answer)
    {
        var (runId, approvalId) = await WaitingAsync(app, start);
        var (status, body) = await app.PostAsync($"approvals/{approvalId}", answer);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return await app.EndAsync(runId);
    }
}
