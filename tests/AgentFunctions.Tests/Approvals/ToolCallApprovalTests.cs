using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Tool calls that wait for a human: those of an agent's loop, and those that are steps of a plan.</summary>
public class ToolCallApprovalTests
{
    private static readonly object Start = new { agent = "clerk", goal = "x" };

    private static TestPack Clerk(string approvals = "approvals: {tools: {write: true}}") => new TestPack().React(
        "clerk",
        $"tools: [write, look_up]\n{approvals}",
        """
          - when: results.write == nil
            calls:
              - {tool: look_up, args: '{"text": "free"}'}
              - {tool: write, args: '{"text": "one"}'}
          - text: '{{ results.write.status }}|{{ results.write.value }}|{{ results.write.failure.kind }}|{{ results.write.failure.message }}|{{ results.write.editedArguments.text }}'
        """);

    [Fact]
    public async Task The_call_is_shown_in_the_words_of_the_agent_inbox_and_is_not_made_before_it_is_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(Start);

        var approval = await app.AskedAsync();
        var waiting = await app.InAsync(runId, "waiting");
        var shown = await app.GetAsync($"approvals/{approval.Id()}");
        var reserved = (decimal)(await app.BudgetAsync("case"))["reservedUsd"]!;
        var before = app.Tools.TextsOf("write");
        var (status, _) = await app.AnswerAsync(approval, "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal(("toolCall", "write", "agent", runId), (
            (string)approval["subject"]!, (string)approval["action_request"]!["action"]!, (string)approval["stepId"]!, (string)approval["runId"]!));
        Assert.Equal("""{"text":"one"}""", approval["action_request"]!["args"]!.ToJsonString());
        Assert.Equal("""{"allow_accept":true,"allow_edit":true,"allow_respond":true,"allow_ignore":true}""", approval["config"]!.ToJsonString());
        Assert.Equal("Let the agent 'clerk' call the tool 'write'?", (string)approval["description"]!);
        Assert.Equal(("agent:clerk", "approvals.tools.write"), ((string)approval["policy"]!["name"]!, (string)approval["policy"]!["rule"]!));
        Assert.Equal(approval.ToJsonString(), shown.ToJsonString());
        Assert.Equal(("waiting", (string)approval["description"]!), ((string)waiting["steps"]![0]!["status"]!, (string)waiting["reason"]!));
        Assert.Equal(0m, reserved);
        Assert.Empty(before);
        Assert.Equal((HttpStatusCode.OK, "completed", "ok|one|||"), (status, (string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["one"], app.Tools.TextsOf("write"));
        Assert.Equal((2, 2), ((int)run["usage"]!["modelCalls"]!, (int)run["usage"]!["toolCalls"]!));
    }

    [Fact]
    public async Task Edit_the_call_is_made_with_the_changed_arguments_and_the_agent_is_told()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(Start);

        var (status, _) = await app.AnswerAsync(await app.AskedAsync(), "edit", new { text = "two" });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.OK, "ok|two|||two"), (status, (string)run["result"]!));
        Assert.Equal(["two"], app.Tools.TextsOf("write"));
    }

    [Theory]
    [InlineData("""{"text": 7}""")]
    [InlineData("""{}""")]
    [InlineData("""{"text": "x", "more": 1}""")]
    public async Task An_edit_that_does_not_fit_the_tools_schema_is_refused_and_changes_nothing(string args)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(Start);
        var approval = await app.AskedAsync();

        var (status, problem) = await app.AnswerAsync(approval, "edit", JsonNode.Parse(args));
        var after = await app.GetAsync($"approvals/{approval.Id()}");
        await app.AnswerAsync(approval, "accept");
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "args"), (status, problem.Field()));
        Assert.Equal(approval.ToJsonString(), after.ToJsonString());
        Assert.Equal("ok|one|||", (string)run["result"]!);
    }

    [Fact]
    public async Task Response_the_text_goes_back_to_the_agent_and_the_call_is_not_made()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(Start);

        await app.AnswerAsync(await app.AskedAsync(), "response", new { text = "Ask Bob first." });
        var run = await app.EndAsync(runId);

        Assert.Equal("failed||denied|ana answered instead of letting it go on: Ask Bob first.|", (string)run["result"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task Ignore_the_call_is_skipped_and_the_agent_goes_on_without_it()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var runId = await app.RunAsync(Start);

        await app.AnswerAsync(await app.AskedAsync(), "ignore", reason: "Not today.");
        var run = await app.EndAsync(runId);

        Assert.Equal("failed||denied|ana chose to skip the call: Not today.|", (string)run["result"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task Several_calls_of_one_turn_wait_each_for_its_own_answer()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React(
            "clerk",
            "tools: [write]\napprovals: {tools: {write: {allow: [accept, ignore]}}}",
            """
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": "a"}'}
                  - {tool: write, args: '{"text": "b"}'}
              - text: '{% for each in history %}{{ each.status }} {% endfor %}'
            """));
        var runId = await app.RunAsync(Start);

        var pending = await app.PendingAsync(2);
        var (a, b) = (Of(pending, "a"), Of(pending, "b"));
        var (refused, problem) = await app.AnswerAsync(a, "edit", new { text = "c" });
        await app.AnswerAsync(b, "accept");
        await app.RunWhenAsync(runId, run => (string)run["reason"]! == (string)a["description"]! && app.Tools.Attempts.Count == 1);
        var between = await app.GetAsync($"runs/{runId}");
        await app.AnswerAsync(a, "ignore");
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "type"), (refused, problem.Field()));
        Assert.Equal(("waiting", "waiting"), ((string)between["status"]!, (string)between["steps"]![0]!["status"]!));
        Assert.Equal("failed ok", (string)run["result"]!);
        Assert.Equal(["b"], app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_call_that_would_fail_anyway()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React(
            "clerk",
            "tools: [write]\napprovals: {tools: {write: true}}",
            """
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"txt": "a"}'}
              - text: '{{ results.write.failure.kind }}'
            """));

        var run = await app.ResultAsync(Start);

        Assert.Equal("invalidArguments", (string)run["result"]!);
        Assert.Empty((await app.GetAsync("approvals"))["approvals"]!.AsArray());
    }

    [Fact]
    public async Task A_tool_step_of_a_plan_asks_with_the_arguments_that_it_would_be_called_with()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner(
            "boss",
            "tools: [keep, write]\napprovals: {tools: {write: true}}",
            """
            {"steps":[
              {"id":"made","kind":"tool","tool":"keep","args":{"value":"planned"}},
              {"id":"sent","kind":"tool","tool":"write","args":{"text":"${steps.made}"},"dependsOn":["made"]}]}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });

        var approval = await app.AskedAsync();
        var waiting = await app.InAsync(runId, "waiting");
        await app.AnswerAsync(approval, "edit", new { text = "edited" });
        var run = await app.EndAsync(runId);

        Assert.Equal(("write", "sent", """{"text":"planned"}"""), (
            (string)approval["action_request"]!["action"]!, (string)approval["stepId"]!, approval["action_request"]!["args"]!.ToJsonString()));
        Assert.Equal("waiting", (string)waiting["steps"]![1]!["status"]!);
        Assert.Equal(("completed", "edited"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["edited"], app.Tools.TextsOf("write"));
    }

    private static JsonObject Of(IEnumerable<JsonObject> approvals, string text) =>
        approvals.Single(approval => (string)approval["action_request"]!["args"]!["text"]! == text);
}
