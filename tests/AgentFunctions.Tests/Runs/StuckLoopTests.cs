using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Agents that go round in circles are stopped before they have spent what they may.</summary>
public sealed class StuckLoopTests
{
    private const string Repeating =
        """
          - calls:
              - {tool: look_up, args: '{"text": "again"}'}
        """;

    private const string Alternating =
        """
          - when: results.look_up.value == "left"
            calls:
              - {tool: look_up, args: '{"text": "right"}'}
          - calls:
              - {tool: look_up, args: '{"text": "left"}'}
        """;

    /// <summary>Five states in an order without a short cycle: nothing repeats at once, nothing alternates, and nothing is new.</summary>
    private const string Wandering =
        """
          - when: turn == 1 or turn == 6 or turn == 9
            calls:
              - {tool: look_up, args: '{"text": "a"}'}
          - when: turn == 2 or turn == 8
            calls:
              - {tool: look_up, args: '{"text": "b"}'}
          - when: turn == 3 or turn == 10
            calls:
              - {tool: look_up, args: '{"text": "c"}'}
          - when: turn == 4 or turn == 7
            calls:
              - {tool: look_up, args: '{"text": "d"}'}
          - calls:
              - {tool: look_up, args: '{"text": "e"}'}
        """;

    [Theory]
    [InlineData(Wandering, "noProgress", 11)]
    [InlineData(Repeating, "repeatedCall", 3)]
    [InlineData(Alternating, "alternation", 6)]
    public async Task A_loop_that_is_stuck_fails_with_its_kind_long_before_its_turns_are_used_up(string script, string kind, int turns)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]\nlimits: {maxTurns: 50}", script));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains(kind, (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(turns, (int)run["usage"]!["modelCalls"]!);
    }

    [Fact]
    public async Task Polling_a_job_with_a_tool_that_may_be_polled_goes_on_until_the_job_is_done()
    {
        const int Polls = 12;
        await using var app = await RuntimeApp.StartAsync(new TestPack().React(
            "clerk",
            "tools: [look_up]\nlimits: {maxTurns: 50, loopGuard: {polling: [look_up]}}",
            """
              - when: results.look_up.value == "done"
                text: The job is done.
              - calls:
                  - {tool: look_up, args: '{"text": "job 7"}'}
            """));
        var asked = 0;
        app.Tools.Answers(_ => JsonValue.Create(Interlocked.Increment(ref asked) < Polls ? "running" : "done"));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal(Polls, (int)run["usage"]!["toolCalls"]!);
    }

    [Fact]
    public async Task A_stuck_agent_is_told_to_the_planner_once_and_then_the_run_fails()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("worker", "tools: [look_up]\nlimits: {maxTurns: 50}", Repeating)
            .Planner(
                "boss",
                "agents: [worker]\nlimits: {maxReplans: 9}",
                """{"steps":[{"id":"work{{ replan }}","kind":"agent","agent":"worker","goal":"Work"}]}"""));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal("failed", (string)run["status"]!);
        Assert.Contains("repeatedCall", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)run["replans"]!);
    }
}
