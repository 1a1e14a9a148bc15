using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Mistakes;

/// <summary>What a planner is told of a failure, and how long it may go on planning.</summary>
public sealed class ReplanTests
{
    private static TestPack Failing(string limits) => new TestPack()
        .React("worker", "tools: [look_up]",
            """
              - calls:
                  - {tool: report_failure, args: '{"reason": "It cannot be done."}'}
            """)
        .Planner("boss", $"agents: [worker]\nlimits: {{{limits}}}",
            """{"steps":[{"id":"work{{ replan }}","kind":"agent","agent":"worker","goal":"Work"}]}""");

    [Fact]
    public async Task Replanning_ends_when_it_has_cost_what_it_may_although_there_are_replans_left()
    {
        await using var app = await RuntimeApp.StartAsync(Failing("maxReplans: 9, maxReplanUsd: 0.000001"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("failed", 1), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Contains("maxReplanUsd of 0.000001", (string)run["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replanning_ends_when_it_was_done_as_often_as_it_may()
    {
        await using var app = await RuntimeApp.StartAsync(Failing("maxReplans: 3"));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("failed", 3), ((string)run["status"]!, (int)run["replans"]!));
    }

    [Fact]
    public async Task An_open_circuit_fails_the_step_at_once_as_unavailable_over_all_runs_and_the_planner_sees_it()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Planner("boss", "tools: [look_up, keep]",
                """
                {% if replan == 0 %}{"steps":[{"id":"ask","kind":"tool","tool":"look_up","args":{"text":"x"}}]}
                {% else %}{"steps":[{"id":"say","kind":"tool","tool":"keep","args":{"value":{{ failed | json }}}}]}{% endif %}
                """),
            folder: null,
            "--Tools:Circuit:MinimumCalls=4",
            "--Tools:Circuit:BreakSeconds=600");
        app.Tools.Answers(call => call.Tool == "look_up"
            ? throw new ToolFailureException(ToolFailureKind.Unavailable, "It is down.")
            : call.Value?.DeepClone());
        await app.ResultAsync(new { agent = "boss", goal = "first" });
        Assert.Equal(4, app.Tools.TextsOf("look_up").Count);

        var run = await app.ResultAsync(new { agent = "boss", goal = "second" });

        Assert.Equal(4, app.Tools.TextsOf("look_up").Count);
        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        var failed = Assert.Single(run["result"]!.AsArray())!;
        Assert.Equal("ask", (string)failed["id"]!);
        Assert.StartsWith("Unavailable: The circuit of 'look_up' is open", (string)failed["reason"]!, StringComparison.Ordinal);
    }
}
