using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Rollback;

/// <summary>What a run that goes on from a checkpoint shows as spent while it goes on: what was paid before it is counted once.</summary>
public sealed class RollbackAccountingTests
{
    private static TestPack Pack() => new TestPack()
        .Planner("boss", "agents: [clerk]\ntools: [keep]",
            """
            {"steps":[
              {"id":"each","kind":"fanOut","items":["left","right"],"agent":"clerk","goal":"x"},
              {"id":"side","kind":"tool","tool":"keep","args":{"value":"side"}},
              {"id":"all","kind":"tool","tool":"keep","args":{"value":"${steps.each}"},"dependsOn":["each","side"]}]}
            """)
        .React("clerk", "tools: [write, ask, look_up]\napprovals: {tools: {look_up: {}}}",
            """
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": "noted"}'}
              - when: results.ask == nil
                calls:
                  - {tool: ask, args: '{"text": "how much?"}'}
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - text: 'done {{ input }}'
            """);

    [Fact]
    public async Task A_run_is_charged_once_for_what_its_branches_share()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x", input = "left" });
        await app.InAsync(runId, "waiting");
        await AssertExactAsync(app, runId);

        foreach (var checkpoint in new[] { 2, 1 })
        {
            await app.RollBackAsync(runId, checkpoint);
            await app.InAsync(runId, "waiting");
            await AssertExactAsync(app, runId);
        }

        await AcceptAsync(app, runId);
        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        await AssertExactAsync(app, runId);
    }

    [Fact]
    public async Task A_supervisor_is_charged_once_for_a_child_that_was_rolled_back_and_for_one_that_had_ended()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Value is JsonValue value && $"{value}" == "side" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var children = (await app.RunWhenAsync(runId, run => (int)run["children"]!["total"]! == 2))["children"]!["items"]!.AsArray()
            .Select(child => (string)child!["runId"]!).Order(StringComparer.Ordinal).ToList();
        await app.InAsync(children[1], "waiting");
        await AcceptAsync(app, children[1]);
        await app.EndAsync(children[1]);
        await app.InAsync(children[0], "waiting");
        gate.Open();
        await app.RunWhenAsync(runId, run => (string?)run["steps"]![1]!["status"] == "completed");
        await AssertExactAsync(app, runId);

        await app.RollBackAsync(children[0], 1);
        await app.InAsync(children[0], "waiting");
        await AssertExactAsync(app, runId);

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("side")));
        await app.InAsync(children[0], "waiting");
        await AssertExactAsync(app, runId);

        await AcceptAsync(app, children[0]);
        var run = await app.EndAsync(runId);
        Assert.Equal(["done left", "done right"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
        await AssertExactAsync(app, runId);
    }

    /// <summary>The thread, which only hears what the run's orchestration tells, shows what the run's records say.</summary>
    private static async Task AssertExactAsync(RuntimeApp app, string runId)
    {
        var budget = (await app.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0))["budget"]!;
        var usage = (await app.GetAsync($"runs/{runId}"))["usage"]!;
        Assert.Equal(
            ((decimal)usage["costUsd"]!, (int)usage["inputTokens"]! + (int)usage["outputTokens"]!, (int)usage["modelCalls"]!, (int)usage["toolCalls"]!, (int)usage["steps"]!),
            ((decimal)budget["spentUsd"]!, (int)budget["spent"]!["tokens"]!, (int)budget["spent"]!["modelCalls"]!, (int)budget["spent"]!["toolCalls"]!, (int)budget["spent"]!["steps"]!));
    }

    private static async Task AcceptAsync(RuntimeApp app, string runId)
    {
        var approval = (await app.WhenAsync(
            "approvals?status=pending", view => view["approvals"]!.AsArray().Any(each => (string)each!["runId"]! == runId)))["approvals"]!.AsArray()
            .Single(each => (string)each!["runId"]! == runId)!;
        var (status, body) = await app.PostAsync($"approvals/{approval["approvalId"]}", new { type = "accept", by = "ana" });
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
    }
}
