using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Replay;

/// <summary>Runs of every kind, exported and carried out again from their record alone.</summary>
public class ReplayTests
{
    private const string Asks =
        """
          - when: failures.size > 0
            calls:
              - {tool: report_failure, args: '{"reason": {{ failures[0].message | json }}}'}
          - when: results.look_up == nil
            calls:
              - {tool: look_up, args: '{"text": {{ goal | json }}}'}
          - text: '{{ goal }}: {{ results.look_up.value }}'
        """;

    [Fact]
    public async Task A_run_with_turns_and_tools_is_decided_again_as_it_is_on_record_and_told_in_order()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up, write]",
            """
              - when: turn == 1
                calls:
                  - {tool: look_up, args: '{"text": "ümläut \"quoted\" 😀"}'}
                  - {tool: write, args: '{"text": "two"}'}
              - when: turn == 2
                calls:
                  - {tool: look_up, args: '{"text": 7}'}
              - text: 'It is {{ results.look_up.value }}.'
            """));
        var run = await app.ResultAsync(new { agent = "clerk", goal = "Find it", input = new { n = 1.50, text = "é" } });
        var export = await Exported.OfAsync(app, (string)run["runId"]!);

        var told = (await export.ReplayAsync()).Expect(0);
        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        Assert.Equal((export.Events().Count(), export.Events().Count(), 0), ((int)json["events"]!, (int)json["compared"]!, (int)json["given"]!));
        Assert.Null(json["divergence"]);
        var order = told.Output.Split('\n').Where(line => line.Contains(" by ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]);
        Assert.Equal(export.Events().Select(entry => (string)entry["type"]!), order);
        Assert.Contains("prompt:", told.Output, StringComparison.Ordinal);
        Assert.Contains("look_up", told.Output, StringComparison.Ordinal);
        Assert.Contains("No divergence", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_with_failed_attempts_failed_children_and_a_replan_is_decided_again_in_the_order_of_then()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .Planner("boss", "tools: [keep]\nagents: [clerk]",
                """
                {% if replan == 0 %}{"steps":[
                  {"id":"each","kind":"fanOut","items":["ok","damaged","busy","slow"],"agent":"clerk","goal":"${item}","onFailure":"replanThenContinue"},
                  {"id":"side","kind":"tool","tool":"keep","args":{"value":[1,2.50]}}]}
                {% else %}{"steps":[
                  {"id":"again","kind":"fanOut","items":[{% for one in failed[0].failedItems %}{% unless one.permanent %}{{ one.item | json }}{% endunless %}{% endfor %}],"agent":"clerk","goal":"${item} again"},
                  {"id":"all","kind":"tool","tool":"keep","args":{"value":["${steps.each}","${steps.again}"]},"dependsOn":["again"]}]}
                {% endif %}
                """)
            .React("clerk", "tools: [look_up]", Asks));
        var slow = 0;
        app.Tools.Answers(call => call.Text switch
        {
            "damaged" => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."),
            "busy" => throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy."),
            "slow" when Interlocked.Increment(ref slow) <= 2 => throw new ToolFailureException(ToolFailureKind.RateLimited, "Later: please."),
            _ => call.Value?.DeepClone() ?? System.Text.Json.Nodes.JsonValue.Create(call.Text),
        });
        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });
        var export = await Exported.OfAsync(app, (string)run["runId"]!);

        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        Assert.Equal(("completed", 1), ((string)run["status"]!, (int)run["replans"]!));
        Assert.Equal((6, export.Events().Count()), ((int)json["runs"]!, (int)json["compared"]!));
    }

    [Fact]
    public async Task Human_answers_to_plans_and_steps_are_given_again_where_they_were_given()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [write, keep]",
            """
            {% if problems.size > 0 %}{"steps":[
              {"id":"ask","kind":"approval","description":"{{ problems[0] }}","args":{"amount":5}},
              {"id":"last","kind":"tool","tool":"keep","args":{"value":"${steps.ask}"},"dependsOn":["ask"]}]}
            {% else %}{"steps":[{"id":"first","kind":"tool","tool":"write","args":{"text":"planned"}}]}{% endif %}
            """));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x", planApproval = true });
        var first = await AnswerAsync(app, runId, null, new { type = "response", by = "ana", args = new { text = "Ask me." } });
        var second = await AnswerAsync(app, runId, first, new { type = "accept", by = "bob", reason = "Fine." });
        await AnswerAsync(app, runId, second, new { type = "edit", by = "ana", args = new { amount = 3 } });
        var run = await app.EndAsync(runId);
        var export = await Exported.OfAsync(app, runId);

        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        Assert.Equal((3, export.Events().Count()), ((int)run["result"]!["amount"]!, (int)json["compared"]!));
    }

    [Fact]
    public async Task A_run_that_paused_for_budget_was_suspended_and_was_canceled_in_the_end_is_decided_again_up_to_there()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [keep]\nagents: [clerk]",
            """
            {"steps":[
              {"id":"made","kind":"agent","agent":"clerk","goal":"x"},
              {"id":"ok","kind":"approval","description":"May I?","dependsOn":["made"]},
              {"id":"never","kind":"tool","tool":"keep","args":{"value":1},"dependsOn":["ok"]}]}
            """).React("clerk", "tools: [look_up]", Asks));
        var thread = await app.ThreadAsync(0.0005m, "poor");
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        await app.InAsync(runId, "paused");
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "Go on." });
        await app.InAsync(runId, "waiting");
        await app.PostAsync($"runs/{runId}/suspend", new { by = "ana" });
        await app.PostAsync($"runs/{runId}/resume", new { by = "ana" });
        await app.PostAsync($"runs/{runId}/cancel", new { by = "bob", reason = "Enough." });
        await app.EndAsync(runId);
        var export = await Exported.OfAsync(app, runId);

        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        var given = export.Events().Count(entry => (string)entry["type"]! is "run.paused" or "run.resumed" or "run.suspended" or "budget.changed" or "budget.alert");
        Assert.InRange(given, 5, 8);
        Assert.Equal((given, export.Events().Count() - given), ((int)json["given"]!, (int)json["compared"]!));
    }

    [Fact]
    public async Task A_stuck_loop_and_an_unusable_plan_are_decided_again()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
                .Planner("boss", "agents: [clerk]",
                    """{% if problems.size == 0 %}{"steps":[{"id":"a","kind":"tool","tool":"teleport"}]}{% else %}{"steps":[{"id":"a{{ replan }}","kind":"agent","agent":"clerk","goal":"x"}]}{% endif %}""")
                .React("clerk", "tools: [look_up]", "  - calls:\n      - {tool: look_up, args: '{\"text\": \"same\"}'}"));
        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });
        var export = await Exported.OfAsync(app, (string)run["runId"]!);

        var json = (await export.ReplayAsync("--json")).Expect(0).Json;

        Assert.Equal("failed", (string)run["status"]!);
        Assert.NotEmpty(export.Events("plan.rejected"));
        Assert.Contains(export.Events("step.failed"), entry => ((string)entry["reason"]!).Contains("repeatedCall", StringComparison.Ordinal));
        Assert.Equal(export.Events().Count(), (int)json["compared"]!);
    }

    [Fact]
    public async Task Failed_attempts_of_a_model_fail_again()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:ErrorRate=0.3");
        var thread = await app.ThreadAsync();

        // Which calls fail is drawn from the run's id, and that follows from the key: always the same of these.
        Exported? export = null;
        for (var number = 0; number < 30 && export?.Events("model.attempt.failed").Any() != true; number++)
        {
            var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread, $"key-{number}");
            await app.EndAsync(runId);
            export = await Exported.OfAsync(app, runId);
        }

        Assert.NotEmpty(export!.Events("model.attempt.failed"));
        (await export.ReplayAsync("--json")).Expect(0);
    }

    [Fact]
    public async Task A_run_whose_record_was_redacted_is_decided_again_without_what_was_kept_out()
    {
        const string Secret = "sk-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "tools: [look_up]", Asks));
        app.Tools.Answers(_ => $"The key is {Secret}.");
        var run = await app.ResultAsync(new { agent = "clerk", goal = $"Try {Secret}", input = $"Use {Secret} now." });
        var export = await Exported.OfAsync(app, (string)run["runId"]!);

        Assert.DoesNotContain(Secret, string.Concat(export.Lines.Select(line => line.ToJsonString())), StringComparison.Ordinal);
        (await export.ReplayAsync("--json")).Expect(0);
    }

    [Fact]
    public async Task A_record_that_ends_before_the_run_does_is_replayed_up_to_its_end()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "", """{"steps":[{"id":"ok","kind":"approval","description":"May I?"}]}"""));
        var runId = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.InAsync(runId, "waiting");

        var json = (await (await Exported.OfAsync(app, runId)).ReplayAsync("--json")).Expect(0).Json;

        Assert.False((bool)json["finished"]!);
    }

    private static async Task<string> AnswerAsync(RuntimeApp app, string runId, string? otherThan, object answer)
    {
        var list = await app.WhenAsync(
            "approvals?status=pending", all => all["approvals"]!.AsArray().Any(each => (string)each!["runId"]! == runId && (string)each["approvalId"]! != otherThan));
        var approvalId = (string)list["approvals"]!.AsArray().First(each => (string)each!["approvalId"]! != otherThan)!["approvalId"]!;
        var (status, body) = await app.PostAsync($"approvals/{approvalId}", answer);
        Assert.True(status == System.Net.HttpStatusCode.OK, body.ToJsonString());
        return approvalId;
    }
}
