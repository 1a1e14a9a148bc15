using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Mistakes;

/// <summary>Tools that are down, over all runs and restarts.</summary>
public sealed class CircuitTests
{
    private static TestPack Pack() => new TestPack().Planner("boss", "tools: [look_up, keep]",
        """
        {% if replan == 0 %}{"steps":[{"id":"ask","kind":"tool","tool":"look_up","args":{"text":"x"}}]}
        {% else %}{"steps":[{"id":"say","kind":"tool","tool":"keep","args":{"value":{{ failed | json }}}}]}{% endif %}
        """);

    [Fact]
    public async Task An_open_circuit_is_open_after_a_restart_and_the_broken_tool_is_not_called_again()
    {
        using var folder = new TempFolder();
        string[] settings = ["--Tools:Circuit:MinimumCalls=4", "--Tools:Circuit:BreakSeconds=600"];
        await using (var first = await RuntimeApp.StartAsync(Pack(), folder.Path, settings))
        {
            first.Tools.Answers(Down);
            await first.ResultAsync(new { agent = "boss", goal = "first" });
            Assert.Equal(4, first.Tools.TextsOf("look_up").Count);
            var open = Assert.Single((await first.GetAsync("health/details"))["circuits"]!.AsArray())!;
            Assert.Equal(("look_up", "open"), ((string)open["tool"]!, (string)open["state"]!));
        }

        await using var second = await RuntimeApp.StartAsync(Pack(), folder.Path, settings);
        second.Tools.Answers(Down);
        var run = await second.ResultAsync(new { agent = "boss", goal = "second" });

        Assert.Empty(second.Tools.TextsOf("look_up"));
        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        Assert.StartsWith("Unavailable: The circuit of 'look_up' is open", (string)run["result"]![0]!["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_break_one_run_probes_the_tool_while_all_others_fail_at_once_and_then_it_serves_all_again()
    {
        using var folder = new TempFolder();
        string[] settings = ["--Tools:Circuit:MinimumCalls=4", "--Tools:Circuit:BreakSeconds=0.5"];
        await using (var first = await RuntimeApp.StartAsync(Pack(), folder.Path, settings))
        {
            first.Tools.Answers(Down);
            await first.ResultAsync(new { agent = "boss", goal = "first" });
        }

        await using var second = await RuntimeApp.StartAsync(Pack(), folder.Path, settings);
        var gate = new Gate();
        second.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Tool == "look_up" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
        };
        await second.WhenAsync("health/details", health => (DateTimeOffset)health["circuits"]![0]!["until"]! <= DateTimeOffset.UtcNow);
        var thread = await second.ThreadAsync();
        var probing = await second.RunAsync(new { agent = "boss", goal = "probe" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => second.ResultAsync(new { agent = "boss", goal = $"other {number}" }, thread)));
        Assert.Equal("halfOpen", (string)(await second.GetAsync("health/details"))["circuits"]![0]!["state"]!);
        gate.Open();

        Assert.Equal(0, (int)(await second.EndAsync(probing))["replans"]!);
        Assert.All(others, run => Assert.Equal(1, (int)run["replans"]!));
        Assert.Equal(0, (int)(await second.ResultAsync(new { agent = "boss", goal = "after" }, thread))["replans"]!);
        Assert.Equal(2, second.Tools.TextsOf("look_up").Count);
        Assert.Empty((await second.GetAsync("health/details"))["circuits"]!.AsArray());
    }

    private static JsonNode? Down(ProbedCall call) => call.Tool == "look_up"
        ? throw new ToolFailureException(ToolFailureKind.Unavailable, "It is down.")
        : call.Value?.DeepClone();
}
