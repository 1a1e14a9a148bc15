using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

public class ToolCallTests
{
    private const string AnswersWithWhatItGot =
        """
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": "x"}'}
          - when: results.look_up.status == "failed"
            text: 'no: {{ results.look_up.failure.kind }} after {{ results.look_up.failure.attempts }}'
          - text: 'yes: {{ results.look_up.value }}'
        """;

    private static readonly object Start = new { agent = "clerk", goal = "x" };

    private static TestPack Clerk(string act = AnswersWithWhatItGot) => new TestPack().React("clerk", "tools: [look_up]", act);

    [Fact]
    public async Task A_transient_failure_is_tried_again_under_the_same_key_and_each_attempt_is_on_record()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        app.Tools.Answers(call => call.Context.Attempt < 3 ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.") : "found");

        var run = await app.ResultAsync(Start);

        Assert.Equal("yes: found", (string)run["result"]!);
        Assert.Equal([1, 2, 3], app.Tools.Attempts.Select(call => call.Context.Attempt));
        var key = Assert.Single(app.Tools.Attempts.Select(call => call.Context.IdempotencyKey).Distinct());
        Assert.Equal((1, 0), Calls(run));
        var failed = await app.EventsAsync((string)run["runId"]!, "tool.attempt.failed");
        Assert.Equal([1, 2], failed.Select(each => (int)each["data"]!["attempt"]!));
        Assert.All(failed, each => Assert.Equal((key, "Unavailable: Busy."), ((string)each["data"]!["idempotencyKey"]!, (string)each["reason"]!)));
        var call = (await app.EventsAsync((string)run["runId"]!, "tool.call")).Single()["data"]!;
        Assert.Equal((3, "ok", key), ((int)call["attempt"]!, (string)call["status"]!, (string)call["idempotencyKey"]!));
    }

    [Theory]
    [InlineData(ToolFailureKind.NotFound, "notFound")]
    [InlineData(ToolFailureKind.Unreadable, "unreadable")]
    [InlineData(ToolFailureKind.Denied, "denied")]
    [InlineData(ToolFailureKind.InvalidArguments, "invalidArguments")]
    public async Task A_permanent_failure_is_not_tried_again_and_the_model_sees_a_failure(ToolFailureKind kind, string word)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        app.Tools.Answers(_ => throw new ToolFailureException(kind, "No."));

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", $"no: {word} after 1"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Single(app.Tools.Attempts);
        Assert.Equal((1, 1), Calls(run));
        Assert.Empty(await app.EventsAsync((string)run["runId"]!, "tool.attempt.failed"));
        var call = (await app.EventsAsync((string)run["runId"]!, "tool.call")).Single();
        Assert.Equal(("failed", $"{kind}: No."), ((string)call["data"]!["status"]!, (string)call["reason"]!));
    }

    [Fact]
    public async Task A_tool_that_keeps_failing_is_tried_four_times_and_then_seen_as_failed()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        app.Tools.Answers(_ => throw new InvalidOperationException("Boom."));

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", "no: error after 4"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal([1, 2, 3, 4], app.Tools.Attempts.Select(call => call.Context.Attempt));
        Assert.Equal((1, 1), Calls(run));
        Assert.Equal(3, (await app.EventsAsync((string)run["runId"]!, "tool.attempt.failed")).Count);
    }

    [Fact]
    public async Task A_tool_that_does_not_answer_in_time_counts_as_a_timeout_and_is_tried_again()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(), folder: null, "--Tools:Timeouts:look_up=0.2");
        var never = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Context.Attempt == 1 ? never.PassAsync(cancellationToken) : Task.CompletedTask);
            return "found";
        };

        var run = await app.ResultAsync(Start);

        Assert.Equal("yes: found", (string)run["result"]!);
        var failed = (await app.EventsAsync((string)run["runId"]!, "tool.attempt.failed"))[0];
        Assert.StartsWith("Timeout: ", (string)failed["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_call_has_a_key_of_its_own()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            """
              - when: turn < 3
                calls:
                  - {tool: look_up, args: '{"text": "same"}'}
                  - {tool: look_up, args: '{"text": "same"}'}
              - text: done
            """));
        var thread = await app.ThreadAsync();

        await Task.WhenAll(app.ResultAsync(Start, thread), app.ResultAsync(Start, thread));

        Assert.Equal(8, app.Tools.Attempts.Count);
        Assert.Equal(8, app.Tools.Attempts.Select(call => call.Context.IdempotencyKey).Distinct().Count());
    }

    [Theory]
    [InlineData("write")]
    [InlineData("nothing_like_it")]
    public async Task A_tool_that_the_agent_may_not_call_is_denied_and_never_executed(string tool)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            $$$"""
              - when: turn == 1
                calls:
                  - {tool: {{{tool}}}, args: '{"text": "x"}'}
              - text: '{% for result in history %}{{ result.status }}: {{ result.failure.kind }}{% endfor %}'
            """));

        var run = await app.ResultAsync(Start);

        Assert.Equal("failed: denied", (string)run["result"]!);
        Assert.Empty(app.Tools.Attempts);
        var call = (await app.EventsAsync((string)run["runId"]!, "tool.call")).Single();
        Assert.Contains(tool, (string)call["reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text": 7}""")]
    [InlineData("{}")]
    [InlineData("""{"text": "x", "more": true}""")]
    public async Task Arguments_that_do_not_fit_are_refused_before_the_tool_is_executed(string args)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            $$$"""
              - when: turn == 1
                calls:
                  - {tool: look_up, args: '{{{args}}}'}
              - text: '{{ results.look_up.failure.kind }}'
            """));

        var run = await app.ResultAsync(Start);

        Assert.Equal("invalidArguments", (string)run["result"]!);
        Assert.Empty(app.Tools.Attempts);
        Assert.Equal((1, 1), Calls(run));
    }

    [Fact]
    public async Task The_failure_that_an_agent_gives_up_on_is_the_runs_failure()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk(
            """
              - when: failures.size > 0
                calls:
                  - {tool: report_failure, args: '{"reason": "look_up: {{ failures[0].message }}"}'}
              - calls:
                  - {tool: look_up, args: '{"text": "x"}'}
            """));
        app.Tools.Answers(_ => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."));

        var run = await app.ResultAsync(Start);

        Assert.Equal(("failed", "look_up: It is damaged."), ((string)run["status"]!, (string)run["reason"]!));
    }

    private static (int All, int Failed) Calls(JsonObject run) => ((int)run["usage"]!["toolCalls"]!, (int)run["usage"]!["failedToolCalls"]!);
}
