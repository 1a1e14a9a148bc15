using System.Net;

namespace AgentFunctions.Tests.Runs;

/// <summary>Runs that are suspended and resumed.</summary>
public class SuspensionTests
{
    private static TestPack Team() => new TestPack()
        .Planner("boss", "agents: [clerk]", """{"steps":[{"id":"each","kind":"fanOut","items":["1","2"],"agent":"clerk","goal":"x"}]}""")
        .React("clerk", "tools: [look_up, write]",
            """
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": {{ input | json }}}'}
              - text: done
            """);

    [Fact]
    public async Task A_suspended_run_begins_nothing_new_and_goes_on_where_it_was()
    {
        await using var app = await RuntimeApp.StartAsync(Team());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Tool == "look_up" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);

        var (suspended, view) = await app.PostAsync($"runs/{runId}/suspend", new { by = "ana", reason = "Lunch." });
        gate.Open();

        // What was under way ends and is kept; another run of the thread goes all the way meanwhile.
        var children = (await app.GetAsync($"runs/{runId}"))["children"]!["items"]!.AsArray().Select(child => (string)child!["runId"]!).ToList();
        foreach (var child in children)
        {
            await RuntimeApp.UntilAsync(async () => (await app.EventsAsync(child, "tool.call")).Count == 1);
        }

        await app.ResultAsync(new { agent = "clerk", goal = "x", input = "other" }, thread);
        var during = await app.GetAsync($"runs/{runId}");
        Assert.Equal(["other"], app.Tools.TextsOf("write"));
        var (resumed, _) = await app.PostAsync($"runs/{runId}/resume", new { by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.OK, "paused"), (suspended, (string)view["status"]!));
        Assert.Equal(("paused", 2), ((string)during["status"]!, (int)during["children"]!["byStatus"]!["paused"]!));
        Assert.Equal((HttpStatusCode.OK, "completed"), (resumed, (string)run["status"]!));
        Assert.Equal(["1", "2", "other"], app.Tools.TextsOf("look_up").Order());
        Assert.Equal(["1", "2"], app.Tools.TextsOf("write").Skip(1).Order());
        Assert.Equal(7, (int)run["usage"]!["modelCalls"]!);
    }

    [Fact]
    public async Task A_suspended_run_can_be_canceled()
    {
        await using var app = await RuntimeApp.StartAsync(Team());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);

        await app.PostAsync($"runs/{runId}/suspend");
        await app.PostAsync($"runs/{runId}/cancel", new { by = "ana", reason = "Enough." });
        await app.InAsync(runId, "canceled");
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        gate.Open();

        var run = await app.GetAsync($"runs/{runId}");
        Assert.Equal(("Enough.", 2), ((string)run["reason"]!, (int)run["children"]!["byStatus"]!["canceled"]!));
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task The_answer_of_a_human_to_a_suspended_run_counts_once_it_is_resumed()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [write]",
            """
            {"steps":[{"id":"ask","kind":"approval","description":"Go?"},
              {"id":"sent","kind":"tool","tool":"write","args":{"text":"sent"},"dependsOn":["ask"]}]}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.InAsync(runId, "waiting");
        var approval = (await app.GetAsync("approvals?status=pending"))["approvals"]![0]!;

        await app.PostAsync($"runs/{runId}/suspend");
        var (answered, _) = await app.PostAsync($"approvals/{approval["approvalId"]}", new { type = "accept", by = "ana" });
        var during = await app.GetAsync($"runs/{runId}");
        await app.PostAsync($"runs/{runId}/resume");
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.OK, "paused"), (answered, (string)during["status"]!));
        Assert.Equal("sent", (string)run["result"]!);
    }
}
