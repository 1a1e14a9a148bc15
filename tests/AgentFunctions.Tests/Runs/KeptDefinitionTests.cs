using System.Net;
using System.Text;

namespace AgentFunctions.Tests.Runs;

/// <summary>Agents that are replaced while runs work by them.</summary>
public class KeptDefinitionTests
{
    private const string TwoTools =
        """
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": "x"}'}
          - when: results.write == nil
            calls:
              - {tool: write, args: '{"text": "x"}'}
          - text: '{{ results.write.status }}'
        """;

    private static TestPack Pack() => new TestPack()
        .React("clerk", "tools: [look_up, write]", TwoTools)
        .Planner("asks", "agents: [clerk]", """{"steps":[{"id":"a","kind":"agent","agent":"clerk","goal":"x"}]}""")
        .Planner("spawns", "agents: [clerk]\ntools: [keep]",
            """
            {"steps":[{"id":"a","kind":"fanOut","items":[1],"agent":"clerk","goal":"x"},
              {"id":"b","kind":"tool","tool":"keep","args":{"value":"${steps.a.0.output}"},"dependsOn":["a"]}]}
            """);

    [Theory]
    [InlineData("clerk")]
    [InlineData("asks")]
    [InlineData("spawns")]
    public async Task Work_that_has_begun_goes_on_by_the_definition_that_it_began_with(string agent)
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Tool == "look_up" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Value?.DeepClone() ?? call.Text;
        };

        var runId = await app.RunAsync(new { agent, goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        using var yaml = new StringContent("name: clerk\nmodel: scripted\ninstructions: Other work.\ntools: [look_up]\n", Encoding.UTF8, "application/yaml");
        var (status, _) = await app.SendAsync(HttpMethod.Post, "agents", yaml);
        gate.Open();
        var run = await app.EndAsync(runId);
        var later = await app.ResultAsync(new { agent, goal = "x" });

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("ok", (string)run["result"]!);
        Assert.Equal("failed", (string)later["result"]!);
    }
}
