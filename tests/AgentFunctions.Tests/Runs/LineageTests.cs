using System.Text.Json.Nodes;
using AgentFunctions.Tests.Rollback;

namespace AgentFunctions.Tests.Runs;

/// <summary>Which decision led to which effect, at which cost.</summary>
public sealed class LineageTests
{
    [Fact]
    public async Task Every_effect_leads_back_to_the_run_and_the_costs_of_the_nodes_are_the_runs_cost()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("worker", "tools: [look_up]",
                """
                  - when: results.look_up == nil
                    calls:
                      - {tool: look_up, args: '{"text": "one"}'}
                      - {tool: look_up, args: '{"text": "two"}'}
                  - text: Done.
                """)
            .Planner("boss", "agents: [worker]",
                """{"steps":[{"id":"work","kind":"fanOut","agent":"worker","goal":"Work","items":[1,2]}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        var run = await app.EndAsync(runId);

        var lineage = await app.GetAsync($"runs/{runId}/lineage");

        var nodes = lineage["nodes"]!.AsArray().ToDictionary(node => (string)node!["id"]!, node => node!.AsObject());
        var edges = lineage["edges"]!.AsArray().Select(edge => ((string)edge!["from"]!, (string)edge["to"]!)).ToList();
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)lineage["costUsd"]!);
        Assert.Equal(1 + (2 * 2), Count(nodes, "model"));
        Assert.Equal(2 * 2, Count(nodes, "tool"));
        Assert.Equal(3, Count(nodes, "run"));
        Assert.All(edges, edge => Assert.True(nodes.ContainsKey(edge.Item1) && nodes.ContainsKey(edge.Item2), edge.ToString()));
        Assert.All(nodes.Keys.Where(id => id != $"run:{runId}"), id => Assert.Contains(edges, edge => edge.Item2 == id));
        Assert.All(nodes.Keys, id => Assert.True(LeadsTo(edges, $"run:{runId}", id), $"{id} has no cause in the run."));
    }

    [Fact]
    public async Task A_tool_call_leads_to_the_turn_of_the_model_that_saw_its_result()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]",
            """
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": "one"}'}
              - text: Done.
            """));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        await app.EndAsync(runId);

        var edges = (await app.GetAsync($"runs/{runId}/lineage"))["edges"]!.AsArray().Select(edge => $"{edge!["from"]} > {edge["to"]}").ToList();

        var call = $"call:{runId}/agent";
        Assert.Contains($"{call}/t1 > {call}/t1/c0", edges);
        Assert.Contains($"{call}/t1/c0 > {call}/t2", edges);
    }

    [Fact]
    public async Task Plans_steps_approvals_failed_attempts_pauses_and_joins_are_nodes_that_lead_to_what_came_after()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("worker", "tools: [look_up]",
                """
                  - when: results.look_up == nil
                    calls:
                      - {tool: look_up, args: '{"text": "one"}'}
                  - text: Done.
                """)
            .Planner("boss", "agents: [worker]\ntools: [keep]",
                """
                {"steps":[
                  {"id":"ok","kind":"approval","description":"May I?"},
                  {"id":"work","kind":"fanOut","agent":"worker","goal":"Work","items":[1,2],"dependsOn":["ok"]},
                  {"id":"all","kind":"tool","tool":"keep","args":{"value":"${steps.work}"},"dependsOn":["work"]}]}
                """));
        var tries = 0;
        app.Tools.Answers(call => call.Tool == "look_up" && Interlocked.Increment(ref tries) == 1
            ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.")
            : call.Value?.DeepClone() ?? JsonValue.Create(call.Text));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.InAsync(runId, "waiting");
        var approvalId = (string)(await app.GetAsync("approvals?status=pending"))["approvals"]![0]!["approvalId"]!;
        await app.PostAsync($"runs/{runId}/suspend", new { by = "eva" });
        await app.PostAsync($"runs/{runId}/resume", new { by = "eva" });
        await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        var lineage = await app.GetAsync($"runs/{runId}/lineage");

        var nodes = lineage["nodes"]!.AsArray().ToDictionary(node => (string)node!["id"]!, node => node!.AsObject());
        var edges = lineage["edges"]!.AsArray().Select(edge => ((string)edge!["from"]!, (string)edge["to"]!)).ToList();
        var (plan, join) = (nodes.Keys.Single(id => id.StartsWith("plan:", StringComparison.Ordinal)), $"join:{runId}/work");
        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)lineage["costUsd"]!);
        Assert.Equal((3, 1, 1, 1, 3, 5), (Count(nodes, "run"), Count(nodes, "approval"), Count(nodes, "join"), Count(nodes, "pause"), Count(nodes, "tool"), Count(nodes, "model")));
        Assert.All(nodes.Keys, id => Assert.True(LeadsTo(edges, $"run:{runId}", id), $"{id} has no cause in the run."));
        Assert.Contains((plan, $"approval:{approvalId}"), edges);
        Assert.Contains(($"approval:{approvalId}", $"step:{runId}/work"), edges);
        Assert.Equal(2, edges.Count(edge => edge.Item1 == $"step:{runId}/work" && edge.Item2.StartsWith("run:", StringComparison.Ordinal)));
        Assert.Equal(2, edges.Count(edge => edge.Item2 == join));
        Assert.Contains((join, $"step:{runId}/all"), edges);
        Assert.All(nodes.Keys, id => Assert.False(edges.Exists(edge => edge.Item2 == id && LeadsTo(edges, id, edge.Item1)), $"{id} leads to its own cause."));
    }

    [Fact]
    public async Task After_a_rollback_both_branches_are_shown_with_the_cost_of_each_node_and_the_rollback_leads_to_what_was_done_again()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("worker", "tools: [book]",
                """
                  - when: results.book == nil
                    calls:
                      - {tool: book, args: '{"text": "room"}'}
                  - text: Done.
                """)
            .Planner("boss", "agents: [worker]\ntools: [keep]",
                """
                {"steps":[
                  {"id":"first","kind":"tool","tool":"keep","args":{"value":1}},
                  {"id":"work","kind":"agent","agent":"worker","goal":"Work","dependsOn":["first"]},
                  {"id":"last","kind":"tool","tool":"keep","args":{"value":2},"dependsOn":["work"]}]}
                """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);
        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("first")));
        var run = await app.EndAsync(runId);

        var lineage = await app.GetAsync($"runs/{runId}/lineage");

        var nodes = lineage["nodes"]!.AsArray().ToDictionary(node => (string)node!["id"]!, node => node!.AsObject());
        var edges = lineage["edges"]!.AsArray().Select(edge => ((string)edge!["from"]!, (string)edge["to"]!)).ToList();
        var (rollback, before, after) = ($"rollback:{runId}~1", $"step:{runId}/work", $"step:{runId}~1/work");
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)lineage["costUsd"]!);
        Assert.Equal((decimal)lineage["costUsd"]!, nodes.Values.Sum(node => (decimal)node["costUsd"]!));
        foreach (var branch in (int[])[0, 1])
        {
            var onRecord = (await app.EventsAsync(runId)).Where(entry => ((int?)entry["branch"] ?? 0) == branch).Sum(entry => (decimal)entry["costUsd"]!);
            Assert.Equal(onRecord, nodes.Values.Where(node => (int)node["branch"]! == branch).Sum(node => (decimal)node["costUsd"]!));
            Assert.True(onRecord > 0);
        }

        Assert.Equal((0, 1), ((int)nodes[before]["branch"]!, (int)nodes[after]["branch"]!));
        Assert.Equal("rolledBack", (string)nodes[rollback]["status"]!);
        Assert.Equal(["compensated"], nodes.Values.Where(node => (string)node["id"]! is var id && id.EndsWith("/compensated", StringComparison.Ordinal)).Select(node => (string)node["status"]!));
        Assert.Contains((rollback, after), edges);
        Assert.DoesNotContain((rollback, before), edges);
        Assert.DoesNotContain((before, after), edges);
        Assert.DoesNotContain(edges, edge => edge.Item1 == $"call:{runId}/work/t1/c0" && edge.Item2 == $"call:{runId}~1/work/t2");
        Assert.All(nodes.Keys, id => Assert.True(LeadsTo(edges, $"run:{runId}", id), $"{id} has no cause in the run."));
        Assert.All(nodes.Keys, id => Assert.False(edges.Exists(edge => edge.Item2 == id && LeadsTo(edges, id, edge.Item1)), $"{id} leads to its own cause."));
    }

    private static int Count(Dictionary<string, JsonObject> nodes, string kind) => nodes.Values.Count(node => (string)node["kind"]! == kind);

    private static bool LeadsTo(List<(string From, string To)> edges, string from, string to)
    {
        var reached = new HashSet<string> { from };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var id))
        {
            foreach (var (_, next) in edges.Where(edge => edge.From == id && reached.Add(edge.To)))
            {
                open.Enqueue(next);
            }
        }

        return reached.Contains(to);
    }
}
