namespace AgentFunctions.Tests.Runs;

/// <summary>Answers that are JSON by the letter but cannot be used: they are told to the model, not paid for again and again.</summary>
public class ModelAnswerTests
{
    [Theory]
    [InlineData("""{"count": 1, "count": 2}""")]
    [InlineData("""{"count": 1, "note": "\ud800"}""")]
    public async Task An_answer_that_no_reader_agrees_on_is_fed_back_and_every_call_is_counted(string bad)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk",
            "output: {type: object, required: [count], properties: {count: {type: integer}, note: {type: string}}}",
            $$"""
              - when: turn == 1
                text: '{{bad}}'
              - text: '{"count": 7}'
            """));

        var run = await app.ResultAsync(new { agent = "clerk", goal = "x" });

        Assert.Equal(("completed", 7), ((string)run["status"]!, (int)run["result"]!["count"]!));
        Assert.Equal(2, (int)run["usage"]!["modelCalls"]!);
    }

    [Theory]
    [InlineData("""{"text":"x","text":"y"}""")]
    [InlineData("""{"text":"\ud800"}""")]
    public async Task A_plan_that_no_reader_agrees_on_is_rejected_and_every_call_is_counted(string args)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [look_up]",
            """{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{% if problems.size > 0 %}{"text":"z"}{% else %}ARGS{% endif %}}]}"""
                .Replace("ARGS", args, StringComparison.Ordinal)));

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        Assert.Equal(("completed", "z"), ((string)run["status"]!, (string)run["result"]!));
        Assert.Equal(2, (int)run["usage"]!["modelCalls"]!);
    }

    [Fact]
    public async Task A_model_call_that_was_on_its_way_when_the_run_was_cancelled_is_in_its_budget_too()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().Speaker("clerk"), folder: null, "--Models:Simulated:LatencyMs=1500");
        var thread = await app.ThreadAsync();
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        await app.RunWhenAsync(runId, each => (string?)each["steps"]!.AsArray().FirstOrDefault()?["status"] == "running");

        await app.PostAsync($"runs/{runId}/cancel");
        var run = await app.RunWhenAsync(runId, each => (string)each["status"]! == "canceled" && (int)each["usage"]!["modelCalls"]! == 1);

        var cost = (decimal)run["usage"]!["costUsd"]!;
        Assert.True(cost > 0);
        await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["spentUsd"]! == cost && (decimal)view["budget"]!["reservedUsd"]! == 0);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_to_what_is_spent_raises_its_alert_with_the_next_call()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));
        var thread = await app.ThreadAsync();
        await app.ResultAsync(new { agent = "clerk", goal = "x" }, thread);
        var spent = (decimal)(await app.BudgetAsync(thread))["spentUsd"]!;
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = spent * 1.1m, by = "ana", reason = "Less." });

        var second = await app.RunAsync(new { agent = "clerk", goal = "y" }, thread);
        await app.InAsync(second, "paused");

        await RuntimeApp.UntilAsync(async () => (await app.EventsAsync(second, "budget.alert")).Count == 1);
    }
}
