using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Runs that are ended from outside: by a human, or by their deadline.</summary>
public class EndingRunsTests
{
    private const string Work =
        """
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": {{ input | json }}}'}
          - when: results.write == nil
            calls:
              - {tool: write, args: '{"text": {{ input | json }}}'}
          - text: done
        """;

    /// <summary>A supervisor of children that work, beside an approval; at most three children at once.</summary>
    private static TestPack Team() => new TestPack()
        .Planner("boss", "agents: [clerk]\nlimits: {maxParallelChildren: 3}",
            """
            {"steps":[
              {"id":"ask","kind":"approval","description":"Go?"},
              {"id":"each","kind":"fanOut","items":["1","2","3","4","5"],"agent":"clerk","goal":"Do it"},
              {"id":"later","kind":"agent","agent":"clerk","goal":"x","dependsOn":["each","ask"]}]}
            """)
        .Planner("chief", "agents: [boss]", """{"steps":[{"id":"below","kind":"fanOut","items":[1],"agent":"boss","goal":"x"}]}""")
        .React("clerk", "tools: [look_up, write]", Work);

    private static async Task<(RuntimeApp App, Gate Gate, string Thread, string RunId)> InTheMiddleAsync(string agent, DateTimeOffset? deadline = null)
    {
        var app = await RuntimeApp.StartAsync(Team());
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent, goal = "x", deadline }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 3);
        await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count == 1);
        return (app, gate, thread, runId);
    }

    [Theory]
    [InlineData("boss", 6)]
    [InlineData("chief", 7)]
    public async Task Cancelling_a_run_ends_its_whole_tree_and_nothing_more_is_done(string agent, int runs)
    {
        var (app, gate, thread, runId) = await InTheMiddleAsync(agent);
        await using var closing = app;
        Assert.True((decimal)(await app.BudgetAsync(thread))["reservedUsd"]! > 0);

        var (status, _) = await app.PostAsync($"runs/{runId}/cancel", new { by = "ana", reason = "Enough." });
        var run = await app.EndAsync(runId);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        gate.Open();

        Assert.Equal((HttpStatusCode.Accepted, "canceled", "Enough."), (status, (string)run["status"]!, (string)run["reason"]!));
        await AssertEndedAsync(app, runs, "canceled");
        await AssertNothingMoreHappensAsync(app, thread, runId);
        var ended = (await app.EventsAsync(runId, "run.canceled")).Single();
        Assert.Equal(("human", "ana", "Enough."), ((string)ended["actor"]!["kind"]!, (string)ended["actor"]!["id"]!, (string)ended["reason"]!));
    }

    [Fact]
    public async Task What_a_model_was_asked_before_the_run_was_canceled_is_billed()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:LatencyMs=1500");
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        await app.RunWhenAsync(runId, run => (string?)run["steps"]!.AsArray().FirstOrDefault()?["status"] == "running");

        await app.PostAsync($"runs/{runId}/cancel");
        await app.InAsync(runId, "canceled");
        await RuntimeApp.UntilAsync(async () => (await app.EventsAsync(runId, "model.call")).Count == 1);

        var cost = (decimal)(await app.EventsAsync(runId, "model.call"))[0]["costUsd"]!;
        Assert.Equal(cost, (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]!);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["spentUsd"]! == cost);
        Assert.Equal(0m, (decimal)(await app.BudgetAsync(thread))["reservedUsd"]!);
    }

    [Fact]
    public async Task A_passed_deadline_expires_the_run_and_its_children()
    {
        var (app, gate, thread, runId) = await InTheMiddleAsync("boss", DateTimeOffset.UtcNow.AddSeconds(8));
        await using var closing = app;

        var run = await app.EndAsync(runId);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        gate.Open();

        Assert.Equal("expired", (string)run["status"]!);
        Assert.Contains("deadline", (string)run["reason"]!, StringComparison.Ordinal);
        await AssertEndedAsync(app, 6, "expired");
        await AssertNothingMoreHappensAsync(app, thread, runId);
    }

    [Fact]
    public async Task A_run_that_ends_before_its_deadline_is_not_touched_by_it()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var deadline = DateTimeOffset.UtcNow.AddSeconds(5);

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x", deadline });
        await app.EndAsync(runId);
        await RuntimeApp.UntilAsync(() => DateTimeOffset.UtcNow > deadline.AddSeconds(1));

        var run = await app.GetAsync($"runs/{runId}");
        Assert.Equal("completed", (string)run["status"]!);
        Assert.DoesNotContain("run.expired", await app.TypesAsync(runId));
    }

    [Fact]
    public async Task Cancelling_one_child_leaves_the_others_and_the_parent_sees_it_as_canceled()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", "agents: [clerk]",
                """{"steps":[{"id":"each","kind":"fanOut","items":["1","2"],"agent":"clerk","goal":"Do it","onFailure":"continue"},{"id":"last","kind":"agent","agent":"speaker","goal":"${steps.each}","dependsOn":["each"]}]}"""
                    .Replace("speaker", "clerk", StringComparison.Ordinal))
            .React("clerk", "tools: [look_up]", Work.Replace("{{ input | json }}", "{{ goal | json }}", StringComparison.Ordinal)
                .Replace("results.write == nil", "false", StringComparison.Ordinal)
                .Replace("text: done", "text: '{{ goal }}'", StringComparison.Ordinal)));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return "ok";
        };
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        var children = (await app.GetAsync($"runs/{runId}"))["children"]!["items"]!.AsArray();

        await app.PostAsync($"runs/{children[0]!["runId"]}/cancel", new { by = "ana", reason = "Not this one." });
        await app.InAsync((string)children[0]!["runId"]!, "canceled");
        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal("completed", (string)run["status"]!);
        var all = JsonNode.Parse((string)run["result"]!)!.AsArray();
        Assert.Equal(["canceled", "completed"], all.Select(child => (string)child!["status"]!));
        Assert.Equal("Not this one.", (string)all[0]!["failure"]!["reason"]!);
    }

    [Fact]
    public async Task Cancelling_a_run_that_has_ended_changes_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var before = await app.ResultAsync(new { agent = "clerk", goal = "x" });
        var runId = (string)before["runId"]!;
        var events = await app.TypesAsync(runId);

        var (status, problem) = await app.PostAsync($"runs/{runId}/cancel", new { by = "ana", reason = "Too late." });

        Assert.Equal((HttpStatusCode.Conflict, "runId"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Equal(before.ToJsonString(), (await app.GetAsync($"runs/{runId}")).ToJsonString());
        Assert.Equal(events, await app.TypesAsync(runId));
    }

    private static async Task AssertEndedAsync(RuntimeApp app, int runs, string status)
    {
        var all = (await app.GetAsync("runs?children=true"))["runs"]!.AsArray();
        Assert.Equal(runs, all.Count);
        Assert.All(all, each => Assert.Equal(status, (string)each!["status"]!));
        foreach (var each in all)
        {
            var steps = (await app.GetAsync($"runs/{each!["runId"]}"))["steps"]!.AsArray();
            Assert.DoesNotContain(steps, step => (string)step!["status"]! is "pending" or "running" or "waiting");
        }

        Assert.Empty((await app.GetAsync("approvals?status=pending"))["approvals"]!.AsArray());
        Assert.Single((await app.GetAsync("approvals?status=withdrawn"))["approvals"]!.AsArray());
    }

    /// <summary>A second run in the same thread goes all the way after the tools were let go; whatever was still coming would have come.</summary>
    private static async Task AssertNothingMoreHappensAsync(RuntimeApp app, string thread, string runId)
    {
        var other = await app.ResultAsync(new { agent = "clerk", goal = "other", input = "other" }, thread);

        Assert.Equal("completed", (string)other["status"]!);
        Assert.Equal(["1", "2", "3", "other"], app.Tools.TextsOf("look_up").Order());
        Assert.Equal(["other"], app.Tools.TextsOf("write"));
        var spent = (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]! + (decimal)other["usage"]!["costUsd"]!;
        Assert.Equal(spent, (decimal)(await app.BudgetAsync(thread))["spentUsd"]!);
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
    }
}
