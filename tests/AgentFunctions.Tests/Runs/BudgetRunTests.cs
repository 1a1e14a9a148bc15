using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Runs and the money of their thread.</summary>
public class BudgetRunTests
{
    /// <summary>A worker whose every call may cost 0.0011 USD of output at most, and holds no more than it needs.</summary>
    private const string Frugal = "tools: [look_up]\nlimits: {maxOutputTokens: 100, reserveUsd: 0.000001}";

    /// <summary>Looks three words up, one in each turn.</summary>
    private const string ThreeTurns =
        """
          - when: turn < 4
            calls:
              - {tool: look_up, args: '{"text": "word {{ turn }}"}'}
          - text: done
        """;

    private static TestPack Pack() => new TestPack()
        .React("clerk", Frugal, ThreeTurns)
        .Planner("boss", "agents: [clerk]\nlimits: {maxParallelChildren: 2}",
            """{"steps":[{"id":"each","kind":"fanOut","items":[1,2,3],"agent":"clerk","goal":"x"}]}""");

    [Fact]
    public async Task A_run_pauses_when_the_budget_is_exhausted_and_goes_on_where_it_was_once_the_limit_is_raised()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var cost = await CostOfARunAsync(app, "clerk");
        var thread = await app.ThreadAsync((cost / 2) + 0.0003m, "poor");

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var paused = await app.InAsync(runId, "paused");
        var budget = await app.BudgetAsync(thread);
        var done = (int)paused["usage"]!["toolCalls"]!;
        var (status, _) = await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "It is worth it." });
        var run = await app.EndAsync(runId);

        Assert.Contains("budget", (string)paused["reason"]!, StringComparison.Ordinal);
        Assert.InRange(done, 1, 2);
        Assert.Equal(("exhausted", 0m), ((string)budget["state"]!, (decimal)budget["reservedUsd"]!));
        Assert.True((decimal)budget["spentUsd"]! <= (decimal)budget["limitUsd"]!);
        Assert.Equal((HttpStatusCode.OK, "completed", "done"), (status, (string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["word 1", "word 2", "word 3"], app.Tools.TextsOf("look_up").Skip(3));
        Assert.Equal(4, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(cost, (decimal)run["usage"]!["costUsd"]!);
        var types = await app.TypesAsync(runId);
        Assert.Equal(["run.paused", "budget.changed", "run.resumed"], types.Where(type => type is "run.paused" or "run.resumed" or "budget.changed"));
    }

    [Fact]
    public async Task A_supervisor_is_shown_as_paused_with_its_children_and_no_paid_work_is_done_again()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var thread = await app.ThreadAsync(1m);
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        await LimitAsync(app, thread, 0.0001m);
        gate.Open();
        var paused = await app.RunWhenAsync(
            runId, each => (string?)each["status"] == "paused" && (int?)each["children"]!["byStatus"]!["paused"] == 2);
        await LimitAsync(app, thread, 1m);
        var run = await app.EndAsync(runId);

        Assert.Contains("budget", (string)paused["reason"]!, StringComparison.Ordinal);
        Assert.Equal((2, 1), ((int)paused["children"]!["byStatus"]!["paused"]!, (int)paused["children"]!["byStatus"]!["queued"]!));
        Assert.Equal(("completed", 3), ((string)run["status"]!, (int)run["children"]!["finished"]!));
        Assert.Equal(9, app.Tools.Attempts.Count);
        Assert.Equal(13, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(["run.paused", "run.resumed"], (await app.TypesAsync(runId)).Where(type => type is "run.paused" or "run.resumed"));
    }

    [Fact]
    public async Task The_alert_at_80_percent_comes_exactly_once()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var cost = await CostOfARunAsync(app, "clerk");
        var thread = await app.ThreadAsync((cost * 10) + 0.0011m, "case-80");

        var runs = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            runs.Add((string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread))["runId"]!);
        }

        var limit = (decimal)(await app.BudgetAsync(thread))["limitUsd"]!;
        var alerting = runs[(int)Math.Ceiling(limit * 0.8m / cost) - 1];
        var alerts = new List<JsonObject>();
        await RuntimeApp.UntilAsync(async () =>
        {
            alerts = [.. (await Task.WhenAll(runs.Select(run => app.EventsAsync(run, "budget.alert")))).SelectMany(each => each)];
            return alerts.Count > 0;
        });
        var alert = Assert.Single(alerts);
        Assert.Equal(alerting, (string)alert["runId"]!);
        Assert.Equal(("thread", "case-80", "usd", limit), ((string)alert["data"]!["level"]!, (string)alert["data"]!["of"]!, (string)alert["data"]!["limit"]!, (decimal)alert["data"]!["limitValue"]!));
        Assert.InRange((decimal)alert["data"]!["spent"]!, limit * 0.8m, limit);
        Assert.Equal("warning", (string)(await app.BudgetAsync(thread))["state"]!);
    }

    [Fact]
    public async Task A_runs_own_budget_bounds_it_although_its_thread_has_more()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var cost = await CostOfARunAsync(app, "clerk");
        var thread = await app.ThreadAsync(1m, "rich");
        var own = (cost / 2) + 0.0011m;

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x", budgetUsd = own }, thread);
        var paused = await app.InAsync(runId, "paused");
        var other = await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread);

        Assert.Contains("own budget", (string)paused["reason"]!, StringComparison.Ordinal);
        Assert.InRange((decimal)paused["usage"]!["costUsd"]!, 0.000001m, own);
        Assert.Equal("completed", (string)other["status"]!);
        Assert.Equal("ok", (string)(await app.BudgetAsync(thread))["state"]!);
        await app.PostAsync($"runs/{runId}/cancel");
        var run = await app.InAsync(runId, "canceled");
        var spent = (decimal)run["usage"]!["costUsd"]! + (decimal)other["usage"]!["costUsd"]!;
        Assert.Equal(spent, (decimal)(await app.BudgetAsync(thread))["spentUsd"]!);
    }

    [Fact]
    public async Task What_a_thread_has_spent_is_the_sum_of_its_model_calls_and_nothing_stays_reserved()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var thread = await app.ThreadAsync();

        var runs = await Task.WhenAll(app.ResultAsync(new { agent = "boss", goal = "x" }, thread), app.ResultAsync(new { agent = "clerk", goal = "y" }, thread));

        var sum = 0m;
        foreach (var run in runs)
        {
            var events = (await app.GetAsync($"runs/{run["runId"]}/audit?tree=true"))["events"]!.AsArray();
            var calls = events.Where(entry => (string)entry!["type"]! == "model.call").Sum(entry => (decimal)entry!["costUsd"]!);
            Assert.Equal((decimal)run["usage"]!["costUsd"]!, calls);
            sum += calls;
        }

        var view = await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        Assert.Equal(sum, (decimal)view["budget"]!["spentUsd"]!);
        Assert.Equal(100m - sum, (decimal)view["budget"]!["availableUsd"]!);
    }

    [Fact]
    public async Task Children_at_work_never_hold_more_than_the_limit()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var thread = await app.ThreadAsync(0.12m);
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        var budget = await app.BudgetAsync(thread);
        gate.Open();
        await app.EndAsync(runId);

        var (limit, spent, reserved) = ((decimal)budget["limitUsd"]!, (decimal)budget["spentUsd"]!, (decimal)budget["reservedUsd"]!);
        Assert.True(reserved > 0 && spent > 0 && spent + reserved <= limit, budget.ToJsonString());
        Assert.Equal(limit - spent - reserved, (decimal)budget["availableUsd"]!);
    }

    private static async Task<decimal> CostOfARunAsync(RuntimeApp app, string agent) =>
        (decimal)(await app.ResultAsync(new { agent, goal = "x" }, await app.ThreadAsync(threadId: "to-learn-the-cost")))["usage"]!["costUsd"]!;

    private static Task LimitAsync(RuntimeApp app, string thread, decimal limitUsd) =>
        app.PostAsync($"threads/{thread}/budget", new { limitUsd, by = "ana", reason = "x" });
}
