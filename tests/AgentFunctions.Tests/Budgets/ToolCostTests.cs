using System.Text.Json.Nodes;
using AgentFunctions.Tests.Approvals;
using AgentFunctions.Tests.Replay;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Tool calls cost money like model calls: reserved before, committed after, in the log, the lineage and every budget. `pay` declares 2.50 USD.</summary>
public sealed class ToolCostTests
{
    private const decimal Price = 2.50m;

    private const string PayOnce =
        """
          - when: results.pay == nil
            calls:
              - {tool: pay, args: '{"text": "Bo"}'}
          - text: '{{ results.pay.status }}'
        """;

    private static TestPack Clerk(string definition = "") => new TestPack().React("clerk", $"tools: [pay]\n{definition}", PayOnce);

    [Fact]
    public async Task What_a_call_declares_to_cost_is_in_its_event_the_lineage_the_run_and_every_budget()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        await Levels.DepartmentAsync(app, "legal", new JsonObject { ["usd"] = 100 });
        await Levels.ThreadAsync(app, "case", department: "legal");

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" }, "case");
        var runId = (string)run["runId"]!;

        Assert.Equal(Price, (decimal)Assert.Single(await app.EventsAsync(runId, "tool.call"))["costUsd"]!);
        var models = (await app.EventsAsync(runId, "model.call")).Sum(call => (decimal)call["costUsd"]!);
        Assert.Equal(Price + models, (decimal)run["usage"]!["costUsd"]!);
        var lineage = await app.GetAsync($"runs/{runId}/lineage");
        Assert.Equal(Price + models, (decimal)lineage["costUsd"]!);
        Assert.Equal(Price, (decimal)lineage["nodes"]!.AsArray().Single(node => (string)node!["kind"]! == "tool")!["costUsd"]!);
        Assert.Equal(Price + models, (decimal)(await app.BudgetAsync("case"))["spentUsd"]!);
        await app.WhenAsync("departments/legal/budget", view => (decimal)view["budget"]!["spent"]!["usd"]! == Price + models);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("thread")]
    [InlineData("department")]
    public async Task A_call_that_a_level_does_not_pay_for_is_not_made_before_its_limit_is_raised(string level)
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        JsonObject Limit(decimal usd) => new() { ["usd"] = usd };
        if (level == "department")
        {
            await Levels.DepartmentAsync(app, "legal", Limit(2.4m));
        }

        await Levels.ThreadAsync(app, "case", department: level == "department" ? "legal" : null, budgetUsd: level == "thread" ? 2.4m : 100m);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x", budgetUsd = level == "run" ? 2.4m : (decimal?)null }, "case");

        var paused = await app.InAsync(runId, "paused");
        var before = app.Tools.Attempts.Count;
        await (level == "department" ? Levels.DepartmentAsync(app, "legal", Limit(10m)) : Levels.ChangeAsync(app, "case", Limit(10m), level == "run" ? runId : null));
        var run = await app.EndAsync(runId);

        Assert.Equal((level, "usd", Price), ((string)paused["shortage"]!["level"]!, (string)paused["shortage"]!["limit"]!, (decimal)paused["shortage"]!["needed"]!));
        Assert.Equal(0, before);
        Assert.Equal(("completed", "ok", 2), ((string)run["status"]!, (string)run["result"]!, (int)run["usage"]!["modelCalls"]!));
        Assert.Single(app.Tools.Attempts);
    }

    [Fact]
    public async Task A_tool_step_of_a_plan_waits_for_its_price_too()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner(
            "boss", "tools: [pay]", """{"steps":[{"id":"a","kind":"tool","tool":"pay","args":{"text":"Bo"}}]}"""));
        var thread = await app.ThreadAsync(2m);

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await app.InAsync(runId, "paused");
        var before = app.Tools.Attempts.Count;
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 10m, by = "ana", reason = "x" });
        var run = await app.EndAsync(runId);

        Assert.Equal((0, "completed", 1), (before, (string)run["status"]!, app.Tools.Attempts.Count));
        await AssertSumsAsync(app, runId, thread, Price);
    }

    [Fact]
    public async Task What_a_tool_reports_counts_in_the_place_of_what_it_declares_also_for_attempts_that_fail()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        app.Tools.Answers(call =>
        {
            call.Context.ReportCost(call.Context.Attempt == 1 ? 0.10m : 0.25m);
            call.Context.ReportCost(0.05m);
            return call.Context.Attempt == 1 ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.") : "paid";
        });
        var thread = await app.ThreadAsync();

        var runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread))["runId"]!;

        Assert.Equal(0.15m, (decimal)Assert.Single(await app.EventsAsync(runId, "tool.attempt.failed"))["costUsd"]!);
        Assert.Equal(0.30m, (decimal)Assert.Single(await app.EventsAsync(runId, "tool.call"))["costUsd"]!);
        await AssertSumsAsync(app, runId, thread, 0.45m);
    }

    [Fact]
    public async Task A_call_that_fails_costs_nothing_where_its_tool_reports_nothing()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        app.Tools.Answers(_ => throw new ToolFailureException(ToolFailureKind.NotFound, "Who?"));
        var thread = await app.ThreadAsync();

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread);

        Assert.Equal("failed", (string)run["result"]!);
        await AssertSumsAsync(app, (string)run["runId"]!, thread, 0m);
    }

    [Fact]
    public async Task A_call_that_was_on_its_way_when_its_run_was_canceled_is_billed()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk());
        var gate = new Gate();
        app.Tools.Answer = async (_, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return "paid";
        };
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        await app.PostAsync($"runs/{runId}/cancel");
        await app.InAsync(runId, "canceled");
        gate.Open();
        await RuntimeApp.UntilAsync(async () => (await app.EventsAsync(runId, "tool.call")).Count == 1);

        await AssertSumsAsync(app, runId, thread, Price);
    }

    [Fact]
    public async Task Nothing_is_held_while_a_human_decides_and_what_is_accepted_still_has_to_be_paid_for()
    {
        await using var app = await RuntimeApp.StartAsync(Clerk("approvals: {tools: {pay: true}}"));
        var thread = await app.ThreadAsync(10m);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var approval = await app.AskedAsync();
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0m);

        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 2m, by = "ana", reason = "x" });
        await app.AnswerAsync(approval, "accept");
        await app.InAsync(runId, "paused");
        var before = app.Tools.Attempts.Count;
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 10m, by = "ana", reason = "x" });
        var run = await app.EndAsync(runId);

        Assert.Equal((0, "ok", 1), (before, (string)run["result"]!, app.Tools.Attempts.Count));
        await AssertSumsAsync(app, runId, thread, Price);
    }

    [Fact]
    public async Task Calls_that_are_accepted_one_after_the_other_are_each_paid_for_while_they_are_under_way()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React(
            "clerk",
            "tools: [pay]\napprovals: {tools: {pay: true}}",
            """
              - when: history.size == 0
                calls:
                  - {tool: pay, args: '{"text": "a"}'}
                  - {tool: pay, args: '{"text": "b"}'}
                  - {tool: pay, args: '{"text": "c"}'}
              - text: '{% for each in history %}{{ each.status }} {% endfor %}'
            """));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var thread = await app.ThreadAsync(20m);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var asked = await app.PendingAsync(3);
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = (2 * Price) + 1m, by = "ana", reason = "x" });

        await app.AnswerAsync(asked[0], "accept");
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);
        await app.AnswerAsync(asked[1], "accept");
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        var reserved = (decimal)(await app.BudgetAsync(thread))["reservedUsd"]!;
        await app.AnswerAsync(asked[2], "accept");
        gate.Open();
        await app.InAsync(runId, "paused");
        var before = app.Tools.Attempts.Count;
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 20m, by = "ana", reason = "x" });
        var run = await app.EndAsync(runId);

        Assert.True(reserved >= 2 * Price, $"{reserved}");
        Assert.Equal((2, 3), (before, app.Tools.Attempts.Count));
        Assert.Equal("ok ok ok", ((string)run["result"]!).Trim());
        await AssertSumsAsync(app, runId, thread, 3 * Price);
    }

    [Fact]
    public async Task A_replay_finds_the_costs_of_the_record()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [pay, ask]",
            """
              - when: history.size == 0
                calls:
                  - {tool: pay, args: '{"text": "Bo"}'}
                  - {tool: ask, args: '{"text": "Why"}'}
              - text: done
            """));
        app.Tools.Answers(call =>
        {
            if (call.Tool == "ask")
            {
                call.Context.ReportCost(0.01m);
            }

            return call is { Tool: "ask", Context.Attempt: 1 } ? throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy.") : "x";
        });
        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        (await (await Exported.OfAsync(app, (string)run["runId"]!)).ReplayAsync()).Expect(0);

        Assert.True((decimal)run["usage"]!["costUsd"]! > 2.52m);
    }

    [Theory]
    [InlineData("-0.01")]
    [InlineData("1000000000.01")]
    public void A_cost_is_an_amount_from_0_to_a_billion(string usd)
    {
        var context = new ToolContext("acme", "case", "run-1", "step", "run-1/step/call", 1, Files: null!);

        Assert.Throws<ArgumentOutOfRangeException>(() => context.ReportCost(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null(context.ReportedUsd);
    }

    private static async Task AssertSumsAsync(RuntimeApp app, string runId, string thread, decimal tools)
    {
        var events = await app.EventsAsync(runId);
        var inLog = events.Sum(entry => (decimal?)entry["costUsd"] ?? 0m);
        Assert.Equal(tools, events.Where(entry => ((string)entry["type"]!).StartsWith("tool.", StringComparison.Ordinal)).Sum(entry => (decimal?)entry["costUsd"] ?? 0m));
        Assert.Equal(inLog, (decimal)(await app.GetAsync($"runs/{runId}"))["usage"]!["costUsd"]!);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["spentUsd"]! == inLog && (decimal)view["budget"]!["reservedUsd"]! == 0m);
    }
}
