using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Rollback;

/// <summary>A child that is returned to a checkpoint while its supervisor goes on waiting for it.</summary>
public sealed class ChildRollbackTests
{
    private static TestPack Pack() => new TestPack()
        .Planner("boss", "agents: [clerk]\ntools: [keep]",
            """
            {"steps":[
              {"id":"each","kind":"fanOut","items":["left","right"],"agent":"clerk","goal":"x"},
              {"id":"all","kind":"tool","tool":"keep","args":{"value":"${steps.each}"},"dependsOn":["each"]}]}
            """)
        .React("clerk", "tools: [write, book, look_up]",
            """
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": "noted"}'}
              - when: results.book == nil
                calls:
                  - {tool: book, args: '{"text": {{ input | json }}}'}
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - text: '{{ results.look_up.value }}'
            """);

    [Fact]
    public async Task The_supervisor_waits_on_and_is_given_the_result_of_the_childs_new_branch()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            if (call is not { Tool: "look_up", Text: "left" })
            {
                return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
            }

            if (call.Context.IdempotencyKey.Contains('~', StringComparison.Ordinal))
            {
                return "left again";
            }

            await gate.PassAsync(cancellationToken);
            return "left";
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        var left = await ChildAsync(app, runId, "left");
        await app.EndAsync(await ChildAsync(app, runId, "right"));

        await app.RollBackAsync(left, 1);
        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", 0), ((string)run["status"]!, (int)run["branch"]!));
        Assert.Equal(["left again", "right"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
        Assert.Equal(["left"], app.Tools.TextsOf("unbook"));
        Assert.Equal(["left", "left", "right"], app.Tools.TextsOf("book").Order());
        Assert.Equal(2, (int)run["children"]!["total"]!);
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
        var budget = (await app.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0))["budget"]!;
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)budget["spentUsd"]!);
    }

    [Fact]
    public async Task A_child_whose_supervisor_has_its_result_is_refused_with_what_to_do_instead_and_nothing_changes()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call is { Tool: "look_up", Text: "left" } ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        var right = await ChildAsync(app, runId, "right");
        await app.EndAsync(right);
        var log = await app.TypesAsync(right);

        var (status, problem) = await app.PostAsync($"runs/{right}/rollback", new { checkpoint = 1, by = "ana", reason = "x" });

        Assert.Equal((HttpStatusCode.Conflict, "checkpoint"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Contains("roll that one back", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(log, await app.TypesAsync(right));
        gate.Open();
        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
    }

    private static async Task<string> ChildAsync(RuntimeApp app, string runId, string item)
    {
        var children = (await app.GetAsync($"runs/{runId}"))["children"]!["items"]!.AsArray().Select(child => (string)child!["runId"]!).Order(StringComparer.Ordinal);
        return children.ElementAt(item == "left" ? 0 : 1);
    }
}
