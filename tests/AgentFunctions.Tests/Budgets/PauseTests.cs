using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Replay;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tests.Budgets;

/// <summary>What happens around a pause: the model is told and sums up, calls are sized to what is left, and time runs out.</summary>
public sealed class PauseTests
{
    private const string Frugal = "tools: [look_up]\nlimits: {maxOutputTokens: 100}";

    [Fact]
    public async Task A_pause_that_nobody_ends_in_time_expires_the_run_which_keeps_what_it_has_come_to()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack()
                .React("clerk", $"{Frugal}\nbudget: {{toolCalls: 2}}", Levels.ThreeTurns)
                .Planner("boss", "agents: [clerk]\ntools: [keep]\nbudget: {pauseExpiry: PT1S}",
                    """
                    {"steps":[
                      {"id":"made","kind":"tool","tool":"keep","args":{"value":"kept"}},
                      {"id":"each","kind":"fanOut","items":[1],"agent":"clerk","goal":"x","dependsOn":["made"]},
                      {"id":"last","kind":"tool","tool":"keep","args":{"value":"never"},"dependsOn":["each"]}]}
                    """),
            settings: "--Budgets:PauseExpiry=never");
        var thread = await app.ThreadAsync();
        await app.PostAsync($"threads/{thread}/budget", new { limits = new { toolCalls = 2 }, by = "ana", reason = "x" });

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        var run = await app.InAsync(runId, "expired");

        Assert.Contains("tool calls", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.True((bool)run["result"]!["partial"]!);
        var steps = run["result"]!["steps"]!.AsArray();
        Assert.Equal(("made", "completed", "kept"), ((string)steps[0]!["id"]!, (string)steps[0]!["status"]!, (string)steps[0]!["output"]!));
        Assert.Contains("word 1", steps[1]!["output"]!.ToJsonString(), StringComparison.Ordinal);
        await app.RunWhenAsync(runId, each => (int?)each["children"]!["byStatus"]!["expired"] == 1);
        var view = await app.WhenAsync($"threads/{thread}", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)view["budget"]!["spentUsd"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await app.PostAsync($"runs/{runId}/suspend")).Status);
    }

    [Fact]
    public async Task A_limit_that_is_raised_in_time_keeps_the_run_from_expiring()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", Frugal, Levels.ThreeTurns), settings: "--Budgets:PauseExpiry=PT5S");
        var thread = await app.ThreadAsync(budgetUsd: 0m);
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var expiresAt = (DateTimeOffset)(await app.InAsync(runId, "paused"))["shortage"]!["expiresAt"]!;
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };

        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "x" });
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1 && DateTimeOffset.UtcNow > expiresAt);
        gate.Open();

        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
    }

    [Fact]
    public async Task The_model_is_told_what_is_left_where_its_agent_asks_for_it_and_only_then()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("told", $"{Frugal}\nbudget: {{modelCalls: 10, tellModel: true}}", Levels.ThreeTurns)
            .React("untold", $"{Frugal}\nbudget: {{modelCalls: 10}}", Levels.ThreeTurns));
        var thread = await app.ThreadAsync(budgetUsd: 2m);

        var told = await PromptsAsync(app, (string)(await app.ResultAsync(new { agent = "told", goal = "x" }, thread))["runId"]!);
        var untold = await PromptsAsync(app, (string)(await app.ResultAsync(new { agent = "untold", goal = "x" }, thread))["runId"]!);

        Assert.Equal(["10 model calls", "9 model calls", "8 model calls", "7 model calls"], told.Select(prompt => prompt[^1].Text.Split(", ").Single(part => part.Contains("model calls", StringComparison.Ordinal)).Split(". ")[0]));
        Assert.Equal("Budget left: 2 USD", told[0][^1].Text.Split(", ")[0]);
        Assert.All(told, prompt => Assert.Single(prompt, message => message.Text.StartsWith("Budget left", StringComparison.Ordinal)));
        Assert.DoesNotContain(untold.SelectMany(prompt => prompt), message => message.Text.StartsWith("Budget left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_model_sums_up_once_before_a_pause_and_goes_on_afterwards_as_if_it_had_not_been_asked()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("clerk", $"{Frugal}\nbudget: {{modelCalls: 3, wrapUp: true}}", $"{Levels.ThreeTurns}\nwrapUp: 'Found {{{{ history.size }}}} words.'"));
        var thread = await app.ThreadAsync();

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var paused = await app.InAsync(runId, "paused");
        var calls = await app.EventsAsync(runId, "model.call");

        Assert.Equal(["act", "act", "wrapUp"], calls.Select(call => (string)call["data"]!["purpose"]!));
        Assert.Equal(3, (int)paused["usage"]!["modelCalls"]!);
        var summary = Assert.Single(await CheckpointsAsync(app, runId), each => (string)each["kind"]! == "wrapUp");
        Assert.Equal("Found 2 words.", (string)(await NodeAsync(app, (string)summary["stateHash"]!))!);

        await Levels.ChangeAsync(app, thread, new JsonObject { ["modelCalls"] = 100 }, runId);
        var run = await app.EndAsync(runId);

        Assert.Equal("done", (string)run["result"]!);
        Assert.Equal(["word 1", "word 2", "word 3"], app.Tools.TextsOf("look_up"));
        Assert.Equal(5, (int)run["usage"]!["modelCalls"]!);
        Assert.DoesNotContain((await PromptsAsync(app, runId))[^1], message => message.Text.Contains("budget", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_a_pause_for_tool_calls_the_model_sums_up_too()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("clerk", $"{Frugal}\nbudget: {{toolCalls: 1, wrapUp: true}}", Levels.ThreeTurns));
        var thread = await app.ThreadAsync();

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        await app.InAsync(runId, "paused");
        var calls = await app.EventsAsync(runId, "model.call");
        await Levels.ChangeAsync(app, thread, new JsonObject { ["toolCalls"] = 100 }, runId);

        Assert.Equal(["act", "act", "wrapUp"], calls.Select(call => (string)call["data"]!["purpose"]!));
        Assert.Equal("completed", (string)(await app.EndAsync(runId))["status"]!);
        Assert.Equal(["word 1", "word 2", "word 3"], app.Tools.TextsOf("look_up"));
    }

    [Fact]
    public async Task A_call_is_sized_to_what_is_left_and_a_part_of_an_answer_is_not_taken_for_one()
    {
        // 400 tokens of output are 0.0044 USD; the long answer has 300, for which the first budget has no room.
        var words = string.Join(' ', Enumerable.Repeat("word", 300));
        await using var app = await RuntimeApp.StartAsync(new TestPack().React("clerk", "limits: {maxOutputTokens: 400}", $"  - text: '{words}'"));
        var thread = await app.ThreadAsync(budgetUsd: 0.003m);

        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" }, thread);
        var paused = await app.InAsync(runId, "paused");
        var spent = (decimal)(await app.BudgetAsync(thread))["spentUsd"]!;
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "x" });
        var run = await app.EndAsync(runId);

        var call = (await app.EventsAsync(runId, "model.call"))[0];
        Assert.Equal("length", (string)call["data"]!["finishReason"]!);
        Assert.InRange((long)call["data"]!["outputTokens"]!, 100, 299);
        Assert.InRange(spent, 0.0029m, 0.003m);
        Assert.Null(paused["result"]);
        Assert.Equal(words, (string)run["result"]!);
        Assert.Equal(2, (int)run["usage"]!["modelCalls"]!);
        (await (await Exported.OfAsync(app, runId)).ReplayAsync()).Expect(0);
    }

    [Fact]
    public async Task A_plan_is_sized_to_what_is_left_too()
    {
        // 8192 tokens of output are 0.09 USD, of which a plan needs a small part; a quarter of it, 0.0225 USD, has to be there.
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [keep]", Plan("short")));
        var thread = await app.ThreadAsync(budgetUsd: 0.03m);

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" }, thread);

        var data = Assert.Single(await app.EventsAsync((string)run["runId"]!, "model.call"))["data"]!;
        Assert.Equal(("completed", "short"), ((string)run["status"]!, (string)run["result"]!));
        Assert.InRange((int)data["maxOutputTokens"]!, 2048, (int)(0.03m / TestPack.OutputUsd * 1_000_000m));
    }

    [Fact]
    public async Task A_replan_is_sized_and_one_that_was_cut_off_is_none_and_is_made_in_full_once_it_is_paid_for()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 3000));
        await using var app = await RuntimeApp.StartAsync(new TestPack().Planner("boss", "tools: [keep, look_up]",
            "{% if replan == 0 %}" + """{"steps":[{"id":"a","kind":"tool","tool":"look_up","args":{"text":"x"}}]}""" + "{% else %}" + Plan(words) + "{% endif %}"));
        app.Tools.Answers(call => call.Tool == "look_up" ? throw new ToolFailureException(ToolFailureKind.NotFound, "Nothing.") : call.Value?.DeepClone());
        var thread = await app.ThreadAsync(budgetUsd: 0.03m);

        var runId = await app.RunAsync(new { agent = "boss", goal = "x" }, thread);
        var paused = await app.InAsync(runId, "paused");
        var spent = (decimal)(await app.BudgetAsync(thread))["spentUsd"]!;
        var plans = (await app.EventsAsync(runId)).Where(entry => ((string)entry["type"]!).StartsWith("plan.", StringComparison.Ordinal)).ToList();
        await app.PostAsync($"threads/{thread}/budget", new { limitUsd = 1m, by = "ana", reason = "x" });
        var run = await app.EndAsync(runId);
        var calls = await app.EventsAsync(runId, "model.call");

        Assert.InRange(spent, 0.025m, 0.03m);
        Assert.Equal(["plan.created", "plan.rejected"], plans.Select(entry => (string)entry["type"]!));
        Assert.Contains("cut off", (string)plans[1]["reason"]!, StringComparison.Ordinal);
        Assert.Equal(("usd", words), ((string)paused["shortage"]!["limit"]!, (string)run["result"]!));
        Assert.Equal(["stop", "length", "stop"], calls.Select(call => (string)call["data"]!["finishReason"]!));
        Assert.Null(calls[2]["data"]!["maxOutputTokens"]);
        (await (await Exported.OfAsync(app, runId)).ReplayAsync()).Expect(0);
    }

    private static string Plan(string value) => $$$"""{"steps":[{"id":"b","kind":"tool","tool":"keep","args":{"value":"{{{value}}}"}}]}""";

    private static async Task<IReadOnlyList<IReadOnlyList<ChatMessage>>> PromptsAsync(RuntimeApp app, string runId)
    {
        var prompts = new List<IReadOnlyList<ChatMessage>>();
        foreach (var call in await app.EventsAsync(runId, "model.call"))
        {
            prompts.Add(await AgentFunctions.Agents.Transcript.GetAsync(app.Service<IBlobStore>(), (string)call["inputHash"]!, RuntimeApp.Ended));
        }

        return prompts;
    }

    private static async Task<IReadOnlyList<JsonObject>> CheckpointsAsync(RuntimeApp app, string runId) =>
        [.. (await app.GetAsync($"runs/{runId}/checkpoints"))["checkpoints"]!.AsArray().Select(each => each!.AsObject())];

    private static Task<JsonNode?> NodeAsync(RuntimeApp app, string hash) => app.Service<IBlobStore>().GetNodeAsync(hash, RuntimeApp.Ended);
}
