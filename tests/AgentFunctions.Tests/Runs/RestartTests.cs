using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Runs;

/// <summary>Hosts that go away in the middle of a run, and the ones that come after them on the same data.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static TestPack Team() => new TestPack()
        .Planner("boss", "tools: [keep]\nagents: [clerk]\nlimits: {maxParallelChildren: 2}",
            """
            {"steps":[
              {"id":"made","kind":"tool","tool":"keep","args":{"value":["1","2","3"]}},
              {"id":"each","kind":"fanOut","items":"${steps.made}","agent":"clerk","goal":"x","dependsOn":["made"]},
              {"id":"last","kind":"tool","tool":"keep","args":{"value":"${steps.each}"},"dependsOn":["each"]}]}
            """)
        .React("clerk", "tools: [look_up, write]",
            """
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": {{ input | json }}}'}
              - text: 'done {{ input }}'
            """);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_next_host_finishes_the_run_and_executes_no_completed_call_again()
    {
        var stuck = new Gate();
        string runId;
        Probe before;
        await using (var first = await RuntimeApp.StartAsync(Team(), folder.Path))
        {
            // The second child's write never ends in this host; everything else does.
            first.Tools.Answer = async (call, cancellationToken) =>
            {
                await (call is { Tool: "write", Text: "2" } ? stuck.PassAsync(cancellationToken) : Task.CompletedTask);
                return call.Value?.DeepClone() ?? JsonValue.Create(call.Text);
            };
            runId = await first.RunAsync(new { agent = "boss", goal = "x" });
            await RuntimeApp.UntilAsync(() => stuck.Arrived == 1);
            await first.RunWhenAsync(runId, run => (int)run["children"]!["finished"]! == 2);
            before = first.Tools;
        }

        await using var second = await RuntimeApp.StartAsync(Team(), folder.Path);
        var run = await second.EndAsync(runId);

        Assert.Equal(("completed", 3), ((string)run["status"]!, (int)run["children"]!["finished"]!));
        Assert.Equal(["done 1", "done 2", "done 3"], run["result"]!.AsArray().Select(child => (string)child!["output"]!));
        Assert.Equal(["write 2", "keep "], second.Tools.Attempts.Select(call => $"{call.Tool} {call.Text}"));
        Assert.Equal(
            before.Attempts.Single(call => call is { Tool: "write", Text: "2" }).Context.IdempotencyKey,
            second.Tools.Attempts[0].Context.IdempotencyKey);
        Assert.Equal((10, 8), ((int)run["usage"]!["modelCalls"]!, (int)run["usage"]!["toolCalls"]!));
        Assert.True((int)run["stepsReplayed"]! > 0);
        Assert.True((int)run["stepsExecuted"]! > 0);
        Assert.True((bool)(await second.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
        var budget = (await second.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0))["budget"]!;
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)budget["spentUsd"]!);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_human_waits_in_the_next_host_and_takes_the_answer_there()
    {
        var pack = new TestPack().Planner("boss", "tools: [write]",
            """
            {"steps":[
              {"id":"first","kind":"tool","tool":"write","args":{"text":"first"}},
              {"id":"ask","kind":"approval","description":"Go?","dependsOn":["first"]},
              {"id":"sent","kind":"tool","tool":"write","args":{"text":"sent"},"dependsOn":["ask"]}]}
            """);
        string runId;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            runId = await first.RunAsync(new { agent = "boss", goal = "x" });
            await first.InAsync(runId, "waiting");
        }

        await using var second = await RuntimeApp.StartAsync(pack, folder.Path);
        var approval = Assert.Single((await second.GetAsync("approvals?status=pending"))["approvals"]!.AsArray())!;
        await second.PostAsync($"approvals/{approval["approvalId"]}", new { type = "accept", by = "ana" });
        var run = await second.EndAsync(runId);

        Assert.Equal("sent", (string)run["result"]!);
        Assert.Equal(["sent"], second.Tools.TextsOf("write"));
        Assert.Single(await second.EventsAsync(runId, "approval.requested"));
    }

    [Fact]
    public async Task A_run_that_waits_for_budget_is_woken_in_the_next_host()
    {
        var pack = new TestPack().Speaker("clerk");
        string runId;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            runId = await first.RunAsync(new { agent = "clerk", goal = "x" }, await first.ThreadAsync(budgetUsd: 0m));
            await first.InAsync(runId, "paused");
        }

        await using var second = await RuntimeApp.StartAsync(pack, folder.Path);
        Assert.Equal("paused", (string)(await second.GetAsync($"runs/{runId}"))["status"]!);
        await second.PostAsync("threads/case/budget", new { limitUsd = 1m, by = "ana", reason = "x" });

        Assert.Equal("completed", (string)(await second.EndAsync(runId))["status"]!);
    }

    [Fact]
    public async Task A_deadline_that_passes_while_no_host_runs_expires_the_run_in_the_next_one()
    {
        var pack = new TestPack().Planner("boss", "", """{"steps":[{"id":"ask","kind":"approval","description":"Go?"}]}""");
        var deadline = DateTimeOffset.UtcNow.AddSeconds(6);
        string runId;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            runId = await first.RunAsync(new { agent = "boss", goal = "x", deadline });
            await first.InAsync(runId, "waiting");
        }

        await RuntimeApp.UntilAsync(() => DateTimeOffset.UtcNow > deadline);
        await using var second = await RuntimeApp.StartAsync(pack, folder.Path);

        Assert.Equal("expired", (string)(await second.EndAsync(runId))["status"]!);
    }

    [Fact]
    public async Task A_tool_attempt_that_a_host_did_not_finish_does_not_count_as_a_failure()
    {
        var pack = new TestPack().React("clerk", "tools: [look_up]",
            """
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": "x"}'}
              - text: '{{ results.look_up.status }}'
            """);
        var stuck = new Gate();
        string runId;
        await using (var first = await RuntimeApp.StartAsync(pack, folder.Path))
        {
            first.Tools.Answer = async (call, cancellationToken) =>
            {
                await stuck.PassAsync(cancellationToken);
                return call.Text;
            };
            runId = await first.RunAsync(new { agent = "clerk", goal = "x" });
            await RuntimeApp.UntilAsync(() => stuck.Arrived == 1);
        }

        await using var second = await RuntimeApp.StartAsync(pack, folder.Path);
        var run = await second.EndAsync(runId);

        Assert.Equal("ok", (string)run["result"]!);
        Assert.Equal(1, Assert.Single(second.Tools.Attempts).Context.Attempt);
        Assert.Empty(await second.EventsAsync(runId, "tool.attempt.failed"));
        Assert.Equal(0, (int)run["usage"]!["failedToolCalls"]!);
    }
}
