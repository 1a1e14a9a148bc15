using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Webhooks;

namespace AgentFunctions.Tests.Budgets;

/// <summary>One event and one webhook for each level and limit of which the configured share is spent.</summary>
public sealed class AlertTests
{
    [Fact]
    public async Task Each_level_and_limit_is_told_once_as_an_event_and_by_webhook()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RuntimeApp.StartAsync(
            new TestPack()
                .React("clerk", "tools: [look_up]\nlimits: {maxOutputTokens: 100}\nbudget: {modelCalls: 5, alertAt: 0.7}", Levels.ThreeTurns)
                .Planner("boss", "agents: [clerk]", """{"steps":[{"id":"each","kind":"fanOut","items":[1],"agent":"clerk","goal":"x"}]}"""),
            settings: receiver.Settings);
        await Levels.DepartmentAsync(app, "legal", new JsonObject { ["modelCalls"] = 10, ["toolCalls"] = 6, ["tokens"] = 1_000_000 }, alertAt: 0.5m);
        await Levels.ThreadAsync(app, "case", new JsonObject { ["modelCalls"] = 6, ["steps"] = 100 }, "legal");

        var run = await app.RunAsync(new { agent = "boss", goal = "x", limits = new { toolCalls = 3 } }, "case");
        var child = (string)(await app.EndAsync(run))["children"]!["items"]![0]!["runId"]!;

        var told = await receiver.OfAsync("budget.alert", count: 5);
        string[] expected = ["childRun modelCalls 5", "department modelCalls 10", "department toolCalls 6", "run toolCalls 3", "thread modelCalls 6"];
        Assert.Equal(expected, told.Select(each => Line(each.Json["data"]!)).Order(StringComparer.Ordinal));
        Assert.All(told, each => Assert.True(each.IsSignedWith(Receiver.Secret)));
        var events = (await app.GetAsync($"runs/{run}/audit?tree=true"))["events"]!.AsArray()
            .Where(entry => (string)entry!["type"]! == "budget.alert").ToList();
        Assert.Equal(expected, events.Select(each => Line(each!["data"]!)).Order(StringComparer.Ordinal));
        Assert.Equal(child, (string)events.Single(each => (string)each!["data"]!["level"]! == "childRun")!["runId"]!);
    }

    private static string Line(JsonNode data) => $"{data["level"]} {data["limit"]} {data["limitValue"]}";
}
