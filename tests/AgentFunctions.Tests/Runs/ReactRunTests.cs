using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Storage;

namespace AgentFunctions.Tests.Runs;

public class ReactRunTests
{
    private const string LooksUpOnce =
        """
          - when: results.look_up == nil
            calls:
              - tool: look_up
                args: '{"text": {{ input.word | json }}}'
          - text: '{{ goal }}: {{ results.look_up.value }}'
        """;

    [Fact]
    public async Task The_model_asks_for_a_tool_sees_its_result_and_answers()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]", LooksUpOnce));
        app.Tools.Answers(call => $"<{call.Text}>");

        var run = await app.ResultAsync(new { agent = "clerk", goal = "Find", input = new { word = "água" } });

        Assert.Equal(("completed", "Find: <água>"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["água"], app.Tools.TextsOf("look_up"));
        Assert.Equal((2, 1, 0), Calls(run));
        Assert.Equal("completed", (string)run["steps"]![0]!["status"]!);
    }

    [Fact]
    public async Task Tokens_and_cost_of_a_run_are_the_sums_of_its_model_calls_to_the_last_digit()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]", LooksUpOnce));
        var thread = await app.ThreadAsync();

        var run = await app.ResultAsync(new { agent = "clerk", goal = "Find", input = new { word = "x" } }, thread);

        var calls = await app.EventsAsync((string)run["runId"]!, "model.call");
        Assert.Equal(2, calls.Count);
        Assert.All(calls, call => Assert.Equal(Price(call["data"]!), (decimal)call["costUsd"]!));
        Assert.All(calls, call => Assert.True((bool)call["data"]!["simulated"]!));
        var usage = run["usage"]!;
        Assert.Equal(calls.Sum(call => (long)call["data"]!["inputTokens"]!), (long)usage["inputTokens"]!);
        Assert.Equal(calls.Sum(call => (long)call["data"]!["outputTokens"]!), (long)usage["outputTokens"]!);
        Assert.Equal(Price(usage), (decimal)usage["costUsd"]!);
        Assert.Equal(Price(usage), (decimal)(await app.BudgetAsync(thread))["spentUsd"]!);
    }

    [Fact]
    public async Task Every_model_call_points_at_the_transcript_before_and_after_it()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]", LooksUpOnce));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "Find", input = new { word = "x" } });

        var calls = await app.EventsAsync((string)run["runId"]!, "model.call");
        Assert.Equal(["system", "user"], await RolesAsync(app, (string)calls[0]["inputHash"]!));
        Assert.Equal(["system", "user", "assistant"], await RolesAsync(app, (string)calls[0]["outputHash"]!));
        Assert.Equal(["system", "user", "assistant", "tool"], await RolesAsync(app, (string)calls[1]["inputHash"]!));
        Assert.Equal(["system", "user", "assistant", "tool", "assistant"], await RolesAsync(app, (string)calls[1]["outputHash"]!));
    }

    [Fact]
    public async Task Several_calls_of_one_turn_run_at_the_same_time_and_are_answered_in_their_order()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up, write]",
            """
              - when: history.size == 0
                calls:
                  - {tool: look_up, args: '{"text": "a"}'}
                  - {tool: write, args: '{"text": "b"}'}
              - text: '{% for result in history %}{{ result.tool }}={{ result.value }} {% endfor %}'
            """));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        gate.Open();

        Assert.Equal("look_up=a write=b", (string)(await app.EndAsync(runId))["result"]!);
    }

    [Fact]
    public async Task An_answer_that_breaks_the_schema_is_fed_back_and_the_corrected_one_is_the_result()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk",
            "output: {type: object, required: [count], properties: {count: {type: integer}}}",
            """
              - when: turn == 1
                text: 'about seven'
              - when: turn == 2
                text: '{"count": "seven"}'
              - text: '{"count": 7}'
            """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal(("completed", 7), ((string)run["status"]!, (int)run["result"]!["count"]!));
        Assert.Equal((3, 0, 0), Calls(run));
        var last = (await app.EventsAsync((string)run["runId"]!, "model.call"))[^1];
        var messages = await Transcript.GetAsync(app.Service<IBlobStore>(), (string)last["inputHash"]!, RuntimeApp.Ended);
        Assert.Contains("is not JSON", messages[3].Text, StringComparison.Ordinal);
        Assert.Contains("does not fit the schema", messages[5].Text, StringComparison.Ordinal);
        Assert.Contains("count", messages[5].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_comes_to_no_answer_within_its_turns_fails_with_that_reason()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]\nlimits: {maxTurns: 3}",
            """
              - calls:
                  - {tool: look_up, args: '{"text": "again {{ turn }}"}'}
            """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("3 turns", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal((3, 3, 0), Calls(run));
        Assert.Equal("failed", (string)run["steps"]![0]!["status"]!);
    }

    [Fact]
    public async Task An_agent_that_reports_failure_fails_its_run_with_its_reason()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "",
            """
              - calls:
                  - {tool: report_failure, args: '{"reason": "There is no such contract."}'}
            """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal(("failed", "There is no such contract."), ((string)run["status"]!, (string)run["reason"]!));
        Assert.Null(run["result"]);
        Assert.Equal((1, 0, 0), Calls(run));
    }

    [Fact]
    public async Task A_model_that_fails_for_the_moment_is_asked_again_and_each_failure_is_on_record()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:ErrorRate=0.5");

        // The run's id comes from the key, and what the simulated model does comes from the id: this run's first attempt fails.
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, idempotencyKey: "fails-once");
        var run = await app.EndAsync(runId);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal((1, 0, 0), Calls(run));
        var failed = await app.EventsAsync(runId, "model.attempt.failed");
        Assert.NotEmpty(failed);
        Assert.Equal(Enumerable.Range(1, failed.Count), failed.Select(each => (int)each["data"]!["attempt"]!));
        Assert.All(failed, each => Assert.StartsWith("unavailable: ", (string)each["reason"]!, StringComparison.Ordinal));
        Assert.Equal(failed.Count + 1, (int)(await app.EventsAsync(runId, "model.call")).Single()["data"]!["attempt"]!);
    }

    private static (int Models, int Tools, int Failed) Calls(JsonObject run) => (
        (int)run["usage"]!["modelCalls"]!, (int)run["usage"]!["toolCalls"]!, (int)run["usage"]!["failedToolCalls"]!);

    private static decimal Price(JsonNode tokens) =>
        ((long)tokens["inputTokens"]! * TestPack.InputUsd / 1_000_000m) + ((long)tokens["outputTokens"]! * TestPack.OutputUsd / 1_000_000m);

    private static async Task<IEnumerable<string>> RolesAsync(RuntimeApp app, string hash) =>
        (await Transcript.GetAsync(app.Service<IBlobStore>(), hash, RuntimeApp.Ended)).Select(message => message.Role.Value);
}
