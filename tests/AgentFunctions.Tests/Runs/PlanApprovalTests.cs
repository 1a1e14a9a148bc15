using System.Net;
using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Plans that a human must accept before anything is spent on them.</summary>
public class PlanApprovalTests
{
    private static readonly object Start = new { agent = "boss", goal = "x", planApproval = true };

    private static TestPack Boss() => new TestPack().Planner("boss", "tools: [write, keep]",
        """
        {% if problems.size > 0 %}{"steps":[{"id":"told","kind":"tool","tool":"keep","args":{"value":{{ problems | json }} }}]}
        {% else %}{"steps":[{"id":"first","kind":"tool","tool":"write","args":{"text":"planned"}}]}{% endif %}
        """);

    [Fact]
    public async Task The_plan_is_shown_and_no_step_starts_before_it_is_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(Start, thread);

        var (approvalId, approval) = await AskedAsync(app);
        var waiting = await app.InAsync(runId, "waiting");
        var reserved = (decimal)(await app.BudgetAsync(thread))["reservedUsd"]!;
        var (status, _) = await app.PostAsync($"approvals/{approvalId}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal("plan", (string)approval["action_request"]!["action"]!);
        Assert.Equal("first", (string)approval["action_request"]!["args"]!["steps"]![0]!["id"]!);
        Assert.Equal(("pending", 0m), ((string)waiting["steps"]![0]!["status"]!, reserved));
        Assert.Equal((HttpStatusCode.OK, "completed", "planned"), (status, (string)run["status"]!, (string)run["result"]!));
        Assert.Equal(1, (int)run["usage"]!["modelCalls"]!);
    }

    [Fact]
    public async Task Edit_the_changed_plan_is_shown_again_and_carried_out_once_accepted()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var runId = await app.RunAsync(Start);

        var (first, _) = await AskedAsync(app);
        var args = JsonNode.Parse("""{"steps":[{"id":"mine","kind":"tool","tool":"write","args":{"text":"edited"}}]}""");
        await app.PostAsync($"approvals/{first}", new { type = "edit", by = "ana", args });
        var (second, shown) = await AskedAsync(app, otherThan: first);
        await app.PostAsync($"approvals/{second}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal("mine", (string)shown["action_request"]!["args"]!["steps"]![0]!["id"]!);
        Assert.Equal(("completed", "edited"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(["mine"], run["steps"]!.AsArray().Select(step => (string)step!["id"]!));
        Assert.Equal(["edited"], app.Tools.TextsOf("write"));
        Assert.Equal(1, (int)run["usage"]!["modelCalls"]!);
    }

    [Fact]
    public async Task Response_the_planner_is_asked_again_with_the_text()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var runId = await app.RunAsync(Start);

        var (first, _) = await AskedAsync(app);
        await app.PostAsync($"approvals/{first}", new { type = "response", by = "ana", args = new { text = "Cheaper, please." } });
        var (second, _) = await AskedAsync(app, otherThan: first);
        await app.PostAsync($"approvals/{second}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal(["Cheaper, please."], run["result"]!.AsArray().Select(each => (string)each!));
        Assert.Equal(2, (int)run["usage"]!["modelCalls"]!);
        Assert.Empty(app.Tools.TextsOf("write"));
    }

    [Fact]
    public async Task Ignore_the_run_is_canceled_with_the_reason_and_nothing_was_done()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(Start, thread);

        var (first, _) = await AskedAsync(app);
        await app.PostAsync($"approvals/{first}", new { type = "ignore", by = "ana", reason = "Not worth it." });
        var run = await app.EndAsync(runId);

        Assert.Equal(("canceled", "Not worth it."), ((string)run["status"]!, (string)run["reason"]!));
        Assert.Empty(app.Tools.Attempts);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        Assert.DoesNotContain(run["steps"]!.AsArray(), step => (string)step!["status"]! is "pending" or "running" or "waiting");
    }

    [Fact]
    public async Task An_edited_plan_with_a_mistake_is_refused_with_its_field_and_the_run_goes_on_waiting()
    {
        await using var app = await RuntimeApp.StartAsync(Boss());
        var runId = await app.RunAsync(Start);

        var (first, _) = await AskedAsync(app);
        var args = JsonNode.Parse("""{"steps":[{"id":"mine","kind":"tool","tool":"teleport"}]}""");
        var (status, problem) = await app.PostAsync($"approvals/{first}", new { type = "edit", by = "ana", args });
        var waiting = await app.InAsync(runId, "waiting");
        await app.PostAsync($"approvals/{first}", new { type = "accept", by = "ana" });
        var run = await app.EndAsync(runId);

        Assert.Equal((HttpStatusCode.BadRequest, "args.steps[0].tool"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Equal(("waiting", "completed"), ((string)waiting["status"]!, (string)run["status"]!));
    }

    [Fact]
    public async Task Approval_of_a_plan_cannot_be_asked_for_of_an_agent_that_makes_none()
    {
        await using var app = await RuntimeApp.StartAsync(Boss().Speaker("clerk"));
        var thread = await app.ThreadAsync();

        var (status, problem) = await app.PostAsync($"threads/{thread}/runs", new { agent = "clerk", goal = "x", planApproval = true });

        Assert.Equal((HttpStatusCode.BadRequest, "planApproval"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Empty((await app.GetAsync($"threads/{thread}"))["runs"]!.AsArray());
    }

    private static async Task<(string Id, JsonObject Approval)> AskedAsync(RuntimeApp app, string? otherThan = null)
    {
        JsonObject? Find(JsonObject list) =>
            list["approvals"]!.AsArray().Select(each => each!.AsObject()).FirstOrDefault(each => (string)each["approvalId"]! != otherThan);
        var list = await app.WhenAsync("approvals?status=pending", list => Find(list) is not null);
        return ((string)Find(list)!["approvalId"]!, Find(list)!);
    }
}
