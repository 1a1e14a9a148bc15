using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>What a failed step means for its run.</summary>
public class FailureModeTests
{
    private static readonly object Start = new { agent = "boss", goal = "x" };

    private static async Task<RuntimeApp> AppAsync(string plan, int maxReplans = 2)
    {
        var app = await RuntimeApp.StartAsync(new TestPack().Planner(
            "boss", $"tools: [look_up, write, keep]\nlimits: {{maxReplans: {maxReplans}}}", plan));
        app.Tools.Answers(call => call.Text switch
        {
            "broken" => throw new ToolFailureException(ToolFailureKind.NotFound, "Not there."),
            "busy" => throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy."),
            _ => call.Value?.DeepClone() ?? JsonValue.Create(call.Text),
        });
        return app;
    }

    [Fact]
    public async Task Replan_the_planner_sees_what_failed_and_what_is_done_and_its_next_plan_is_carried_out()
    {
        await using var app = await AppAsync(
            """
            {% if replan == 0 %}{"steps": [
              {"id": "good", "kind": "tool", "tool": "look_up", "args": {"text": "good"}},
              {"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}, "dependsOn": ["good"]},
              {"id": "never", "kind": "tool", "tool": "write", "args": {"text": "never"}, "dependsOn": ["bad"]}]}
            {% else %}{"steps": [
              {"id": "told", "kind": "tool", "tool": "keep",
               "args": {"value": {"failed": {{ failed | json }}, "completed": {{ completed | json }}, "replan": {{ replan }}, "built": "${steps.good}"} } }]}
            {% endif %}
            """);

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        var told = run["result"]!;
        Assert.Equal(("bad", "tool"), ((string)told["failed"]![0]!["id"]!, (string)told["failed"]![0]!["kind"]!));
        Assert.Contains("Not there.", (string)told["failed"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["good"], told["completed"]!.AsArray().Select(step => (string)step!["id"]!));
        Assert.Equal((1, "good"), ((int)told["replan"]!, (string)told["built"]!));
        Assert.Equal(["good completed 0", "bad replaced 0", "never replaced 0", "told completed 1"], Steps(run));
        Assert.Equal(["good", "broken"], app.Tools.TextsOf("look_up"));
        Assert.Empty(app.Tools.TextsOf("write"));
        Assert.Empty(run["restsOnFailedSteps"]!.AsArray());
        Assert.Single(await app.EventsAsync((string)run["runId"]!, "plan.replaced"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Replans_are_bounded_and_then_the_run_fails_with_the_last_failure(int maxReplans)
    {
        await using var app = await AppAsync(
            """{"steps": [{"id": "bad{{ replan }}", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}}]}""", maxReplans);

        var run = await app.ResultAsync(Start);

        Assert.Equal(("failed", maxReplans), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal($"The step 'bad{maxReplans}' failed: NotFound: Not there.", (string)run["reason"]!);
        Assert.Equal(maxReplans + 1, (int)run["usage"]!["modelCalls"]!);
        Assert.Equal(maxReplans + 1, app.Tools.Attempts.Count);
    }

    [Fact]
    public async Task Fail_the_run_fails_at_once_although_it_could_replan()
    {
        await using var app = await AppAsync(
            """
            {"steps": [
              {"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}, "onFailure": "fail"},
              {"id": "never", "kind": "tool", "tool": "write", "args": {"text": "never"}, "dependsOn": ["bad"]}]}
            """);

        var run = await app.ResultAsync(Start);

        Assert.Equal(["bad failed 0", "never skipped 0"], Steps(run));
        Assert.Equal(("failed", 0, 1), ((string)run["status"]!, (int)run["replans"]!, (int)run["usage"]!["modelCalls"]!));
        Assert.Equal("The step 'bad' failed: NotFound: Not there.", (string)run["reason"]!);
    }

    [Fact]
    public async Task Continue_the_run_goes_on_and_its_result_says_on_which_failed_step_it_rests()
    {
        await using var app = await AppAsync(
            """
            {"steps": [
              {"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}, "onFailure": "continue"},
              {"id": "last", "kind": "tool", "tool": "write", "args": {"text": "done"}, "dependsOn": ["bad"]}]}
            """);

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", "done", 0), ((string)run["status"]!, (string)run["result"]!, (int)run["replans"]!));
        var rests = Assert.Single(run["restsOnFailedSteps"]!.AsArray())!;
        Assert.Equal(("bad", "NotFound: Not there."), ((string)rests["id"]!, (string)rests["reason"]!));
    }

    [Fact]
    public async Task Replan_then_continue_the_run_replans_while_it_may_and_goes_on_after_that()
    {
        await using var app = await AppAsync(
            """
            {"steps": [
              {"id": "bad{{ replan }}", "kind": "tool", "tool": "look_up", "args": {"text": "busy"}, "onFailure": "replanThenContinue"},
              {"id": "last{{ replan }}", "kind": "tool", "tool": "write", "args": {"text": "done"}, "dependsOn": ["bad{{ replan }}"]}]}
            """,
            maxReplans: 1);

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", "done", 1), ((string)run["status"]!, (string)run["result"]!, (int)run["replans"]!));
        Assert.Equal(["bad0 replaced 0", "last0 replaced 0", "bad1 failed 1", "last1 completed 1"], Steps(run));
        Assert.Equal(["bad1"], run["restsOnFailedSteps"]!.AsArray().Select(step => (string)step!["id"]!));
    }

    [Fact]
    public async Task Replan_then_continue_a_failure_that_no_other_try_can_heal_is_not_replanned()
    {
        await using var app = await AppAsync(
            """
            {"steps": [
              {"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}, "onFailure": "replanThenContinue"},
              {"id": "last", "kind": "tool", "tool": "write", "args": {"text": "done"}, "dependsOn": ["bad"]}]}
            """);

        var run = await app.ResultAsync(Start);

        Assert.Equal(("completed", 0), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal(["bad"], run["restsOnFailedSteps"]!.AsArray().Select(step => (string)step!["id"]!));
    }

    [Fact]
    public async Task Steps_that_run_beside_a_failure_are_let_end_and_are_not_executed_again()
    {
        await using var app = await AppAsync(
            """
            {% if replan == 0 %}{"steps": [
              {"id": "slow", "kind": "tool", "tool": "keep", "args": {"value": "slow"}},
              {"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}}]}
            {% else %}{"steps": [
              {"id": "last", "kind": "tool", "tool": "write", "args": {"text": "with ${steps.slow}"}, "dependsOn": ["slow"]}]}
            {% endif %}
            """);
        var gate = new Gate();
        var answer = app.Tools.Answer;
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Tool == "keep" ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return await answer(call, cancellationToken);
        };

        var runId = await app.RunAsync(Start);
        await app.RunWhenAsync(runId, run => run["steps"]!.AsArray().Any(step => (string)step!["status"]! == "failed"));
        gate.Open();
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", "with slow"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Single(app.Tools.TextsOf("keep"));
        Assert.Equal(["slow completed 0", "bad replaced 0", "last completed 1"], Steps(run));
    }

    [Fact]
    public async Task A_replan_that_takes_an_old_steps_id_again_is_rejected()
    {
        await using var app = await AppAsync(
            """
            {% if replan == 1 and problems.size > 0 %}{"steps": [{"id": "told", "kind": "tool", "tool": "keep", "args": {"value": {{ problems | json }} }}]}
            {% else %}{"steps": [{"id": "bad", "kind": "tool", "tool": "look_up", "args": {"text": "broken"}}]}{% endif %}
            """);

        var run = await app.ResultAsync(Start);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Contains("earlier plan", (string)run["result"]![0]!, StringComparison.Ordinal);
        Assert.Single(app.Tools.TextsOf("look_up"));
    }

    private static IEnumerable<string> Steps(JsonObject run) =>
        run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]} {step["generation"]}");
}
