using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>A run's own budget, inside that of its thread.</summary>
public sealed class RunBudgetTests
{
    [Fact]
    public async Task A_run_that_has_used_up_its_own_budget_goes_on_when_that_is_raised()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var thread = await app.ThreadAsync();
        var run = await app.RunAsync(new { agent = "clerk", goal = "x", budgetUsd = 0.000001m }, thread);
        Assert.Contains("run's own budget", (string)(await app.InAsync(run, "paused"))["reason"]!, StringComparison.Ordinal);

        var (status, _) = await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ann", reason = "Worth it.", runId = run });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("completed", (string)(await app.EndAsync(run))["status"]!);
    }

    [Fact]
    public async Task The_own_limit_of_a_run_that_the_thread_does_not_have_is_refused()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var thread = await app.ThreadAsync();

        var (status, body) = await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ann", reason = "?", runId = "run-unknown" });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("runId", (string)body["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task A_changed_plan_that_cannot_be_executed_is_refused_and_the_approval_stays_open()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk").Planner("boss", "agents: [clerk]",
            """{"steps":[{"id":"work","kind":"agent","agent":"clerk","goal":"Work"}]}"""));
        var run = await app.RunAsync(new { agent = "boss", goal = "x", planApproval = true });
        await app.InAsync(run, "waiting");
        var approval = (string)(await app.GetAsync("approvals?status=pending"))["approvals"]![0]!["approvalId"]!;

        var plan = JsonNode.Parse("""{"steps":[{"id":"work","kind":"agent","agent":"nobody","goal":"Work"}]}""");
        var (status, body) = await app.PostAsync($"approvals/{approval}", new { type = "edit", args = plan, by = "ann" });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("args.steps[0].agent", (string)body["errors"]![0]!["field"]!);
        Assert.Single((await app.GetAsync("approvals?status=pending"))["approvals"]!.AsArray());
    }
}
