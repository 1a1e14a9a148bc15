using System.Text.Json.Nodes;
using AgentFunctions.Tests.Rollback;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Memory;

/// <summary>Runs that are rolled back after they have changed the memory of their thread.</summary>
public sealed class MemoryRollbackTests
{
    [Fact]
    public async Task The_memory_is_byte_for_byte_what_it_was_at_the_checkpoint_and_both_branches_are_on_record()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [memory_set, memory_add, memory_append, memory_delete]",
            """
              - when: turn == 1
                calls:
                  - {tool: memory_set, args: '{"key": "note", "value": {"text": "ümläut 1.50", "n": 1.50}}'}
              - when: turn == 2
                calls:
                  - {tool: memory_append, args: '{"key": "large", "item": "{% for i in (1..700) %}word {% endfor %}"}'}
              - when: turn == 3
                calls:
                  - {tool: memory_add, args: '{"key": "count", "amount": 1}'}
              - when: instruction != nil
                text: 'as told'
              - when: turn == 4
                calls:
                  - {tool: memory_delete, args: '{"key": "note"}'}
              - when: turn == 5
                calls:
                  - {tool: memory_append, args: '{"key": "large", "item": "spoilt"}'}
              - when: turn == 6
                calls:
                  - {tool: memory_add, args: '{"key": "count", "amount": 10}'}
              - text: done
            """));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });
        await app.EndAsync(runId);
        var checkpoints = await app.CheckpointsAsync(runId);
        var good = checkpoints.Single(each => (string)each["key"]! == "agent/t3/c0");
        Assert.Equal(11, (int)(await app.GetAsync("threads/case/memory/count"))["value"]!);

        await app.RollBackAsync(runId, (long)good["number"]!, instruction: "Stop there.");
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", "as told"), ((string)run["status"]!, (string)run["result"]!));
        var after = (await app.CheckpointsAsync(runId))[^1];
        Assert.Equal((string)good["memory"]!["hash"]!, (string)after["memory"]!["hash"]!);
        var keys = (await app.GetAsync("threads/case/memory"))["keys"]!.AsArray();
        Assert.Equal(["count 3", "large 2", "note 1"], keys.Select(key => $"{key!["key"]} {key["version"]}"));
        Assert.Equal("""{"text":"ümläut 1.50","n":1.50}""", (await app.GetAsync("threads/case/memory/note"))["value"]!.ToJsonString(AgentJson.Options));
        Assert.Single((await app.GetAsync("threads/case/memory/large"))["value"]!.AsArray());

        var rolledBack = Assert.Single(await app.EventsAsync(runId, "run.rolledBack"))["data"]!;
        Assert.Equal((string)good["memory"]!["hash"]!, (string)rolledBack["memoryHash"]!);
        Assert.NotEqual((string)rolledBack["memoryHash"]!, (string)rolledBack["memoryBefore"]!);
        var changes = (await app.GetAsync("threads/case/memory-changes"))["changes"]!.AsArray();
        Assert.Equal([false, false, false, true, true, true], changes.Select(change => (bool)change!["undone"]!));
        Assert.Equal(6, (await app.EventsAsync(runId, "memory.changed")).Count);
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
    }

    [Fact]
    public async Task A_version_is_never_used_twice_so_a_reader_of_the_abandoned_branch_cannot_overwrite_the_new_one()
    {
        await using var app = await RuntimeApp.StartAsync(Tallies());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);
        var seen = (int)(await app.GetAsync("threads/case/memory/count"))["version"]!;

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("one")));
        await app.EndAsync(runId);

        var now = await app.GetAsync("threads/case/memory/count");
        Assert.Equal(2, (int)now["value"]!);
        Assert.True((int)now["version"]! > seen);
        var (status, _) = await app.SendAsync(
            HttpMethod.Put, "threads/case/memory/count", System.Net.Http.Json.JsonContent.Create(new { value = 0 }), headers: ("If-Match", $"\"{seen}\""));
        Assert.Equal(System.Net.HttpStatusCode.PreconditionFailed, status);
    }

    [Fact]
    public async Task What_a_call_had_added_before_the_checkpoint_is_not_added_again_where_the_call_ends_on_the_new_branch()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [tally, keep]",
            """
            {"steps":[
              {"id":"slow","kind":"tool","tool":"tally","args":{"text":"count"}},
              {"id":"quick","kind":"tool","tool":"keep","args":{"value":1}}]}
            """));
        var (slow, quick) = (new Gate(), new Gate());
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            if (call.Tool == "tally" && slow.Arrived == 0)
            {
                await slow.PassAsync(cancellationToken);
            }
            else if (call.Tool == "keep" && quick.Arrived == 0)
            {
                await quick.PassAsync(cancellationToken);
            }

            return JsonValue.Create(1);
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => slow.Arrived == 1 && quick.Arrived == 1);
        quick.Open();
        await app.WhenAsync($"runs/{runId}/checkpoints", view => view["checkpoints"]!.AsArray().Any(each => (string)each!["stepId"]! == "quick"));

        await app.RollBackAsync(runId, await app.CheckpointAsync(runId, Rollbacks.OfStep("quick")));
        slow.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal(["1", "1"], app.Tools.Attempts.Where(call => call.Tool == "tally").Select(call => call.Value!.ToJsonString()));
        Assert.Equal(1, (int)(await app.GetAsync("threads/case/memory/count"))["value"]!);
    }

    [Fact]
    public async Task A_run_whose_thread_had_remembered_nothing_returns_to_an_empty_memory()
    {
        await using var app = await RuntimeApp.StartAsync(Tallies());
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.EndAsync(runId);

        // Checkpoint 1 is the plan's.
        await app.RollBackAsync(runId, 1, plan: new { steps = new[] { new { id = "end", kind = "tool", tool = "keep", args = new { value = "end" } } } });
        await app.EndAsync(runId);

        Assert.Empty((await app.GetAsync("threads/case/memory"))["keys"]!.AsArray());
    }

    private static TestPack Tallies() => new TestPack().Planner("boss", "tools: [tally, keep]",
        """
        {"steps":[
          {"id":"one","kind":"tool","tool":"tally","args":{"text":"count"}},
          {"id":"two","kind":"tool","tool":"tally","args":{"text":"count"},"dependsOn":["one"]}]}
        """);
}
