using System.Net;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Tests.Mistakes;

/// <summary>Trees of three levels with 200 descendants that are ended in the middle of their work.</summary>
public sealed class NoOrphanTests
{
    private const int Teams = 8;
    private const int PerTeam = 24;

    /// <summary>8 teams with 24 workers each: 200 descendants on three levels with the chief.</summary>
    private static TestPack Company() => new TestPack()
        .Planner("chief", "agents: [team]\nlimits: {maxParallelChildren: 8}", FanOut("team", Teams))
        .Planner("team", "agents: [worker]\nlimits: {maxParallelChildren: 1}", FanOut("worker", PerTeam))
        .React("worker", "tools: [look_up, write]",
            """
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": "x"}'}
              - when: results.write == nil
                calls:
                  - {tool: write, args: '{"text": "x"}'}
              - text: done
            """);

    [Fact]
    public async Task After_a_cancel_no_descendant_runs_no_tool_starts_and_no_reservation_stays()
    {
        await using var app = await RuntimeApp.StartAsync(Company());
        var (gate, thread, runId) = await InTheMiddleAsync(app, deadline: null);

        var (status, _) = await app.PostAsync($"runs/{runId}/cancel", new { by = "ana", reason = "Enough." });

        Assert.Equal(HttpStatusCode.Accepted, status);
        await AssertNothingIsLeftAsync(app, gate, thread, runId, "canceled");
    }

    [Fact]
    public async Task After_its_deadline_no_descendant_runs_no_tool_starts_and_no_reservation_stays()
    {
        await using var app = await RuntimeApp.StartAsync(Company());
        var (gate, thread, runId) = await InTheMiddleAsync(app, deadline: DateTimeOffset.UtcNow.AddSeconds(8));

        await AssertNothingIsLeftAsync(app, gate, thread, runId, "expired");
    }

    private static string FanOut(string agent, int count) =>
        $$"""{"steps":[{"id":"each","kind":"fanOut","items":[{{string.Join(',', Enumerable.Range(1, count))}}],"agent":"{{agent}}","goal":"x"}]}""";

    /// <summary>A worker of each team is in its first call, the rest of them wait for their turn.</summary>
    private static async Task<(Gate Gate, string Thread, string RunId)> InTheMiddleAsync(RuntimeApp app, DateTimeOffset? deadline)
    {
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Text == "x" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "chief", goal = "x", deadline }, thread);
        await RuntimeApp.UntilAsync(async () =>
            gate.Arrived == Teams && (await app.Service<IRunStore>().ListTreeAsync(runId, RuntimeApp.Ended)).Count == 1 + Teams + (Teams * PerTeam));
        return (gate, thread, runId);
    }

    private static async Task AssertNothingIsLeftAsync(RuntimeApp app, Gate gate, string thread, string runId, string status)
    {
        await app.InAsync(runId, status);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        var started = app.Tools.Attempts.Count;
        gate.Open();

        var tree = await app.Service<IRunStore>().ListTreeAsync(runId, RuntimeApp.Ended);
        Assert.Equal(1 + Teams + (Teams * PerTeam), tree.Count);
        Assert.All(tree, run => Assert.Equal(status, run.Status.ToString().ToLowerInvariant()));
        await RuntimeApp.UntilAsync(async () => await RunningAsync(app) == 0);

        // Whatever was still to come would have come before the end of a run that starts now.
        var after = new { steps = new[] { new { id = "a", kind = "fanOut", items = new[] { 1 }, agent = "worker", goal = "x" } } };
        var other = await app.ResultAsync(new { agent = "team", goal = "x", plan = after }, thread);
        Assert.Equal("completed", (string)other["status"]!);
        Assert.Equal(started + 2, app.Tools.Attempts.Count);
        var view = await app.WhenAsync($"threads/{thread}", each => (decimal)each["budget"]!["reservedUsd"]! == 0);
        var spent = (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]! + (decimal)other["usage"]!["costUsd"]!;
        Assert.Equal(spent, (decimal)view["budget"]!["spentUsd"]!);
    }

    private static async Task<int> RunningAsync(RuntimeApp app)
    {
        var open = app.Client.GetAllInstancesAsync(new OrchestrationQuery
        {
            Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended],
        });
        var count = 0;
        await foreach (var instance in open.WithCancellation(RuntimeApp.Ended))
        {
            count += instance.InstanceId.Length > 0 ? 1 : 0;
        }

        return count;
    }
}
