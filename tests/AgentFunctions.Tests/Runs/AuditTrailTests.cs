using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Runs;

/// <summary>What a run leaves on record, and that nobody can change it unseen.</summary>
public class AuditTrailTests
{
    private static TestPack Pack() => new TestPack()
        .Planner("boss", "tools: [keep]\nagents: [clerk]",
            """
            {% if replan == 0 %}{"steps":[
              {"id":"made","kind":"tool","tool":"keep","args":{"value":["a"]}},
              {"id":"each","kind":"fanOut","items":"${steps.made}","agent":"clerk","goal":"x","dependsOn":["made"]},
              {"id":"bad","kind":"tool","tool":"keep","args":{"value":"${steps.made.none}"},"dependsOn":["each"]}]}
            {% else %}{"steps":[{"id":"last","kind":"agent","agent":"clerk","goal":"x"}]}{% endif %}
            """)
        .React("clerk", "tools: [look_up]",
            """
              - when: turn == 1
                calls:
                  - {tool: look_up, args: '{"text": "secret of the model"}'}
              - text: done
            """);

    [Fact]
    public async Task Every_transition_of_a_run_is_an_event_in_its_order()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        var events = await app.EventsAsync((string)run["runId"]!);
        Assert.Equal(
            [
                "run.created", "run.started", "model.call", "plan.created",
                "step.started made", "tool.call made", "step.completed made",
                "step.started each", "children.spawned each", "children.joined each", "step.completed each",
                "step.started bad", "step.failed bad",
                "model.call", "plan.replaced",
                "step.started last", "model.call last", "tool.call last", "model.call last", "step.completed last",
                "run.completed",
            ],
            events.Select(entry => $"{entry["type"]} {entry["stepId"]}".Trim()));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(entry => (int)entry["sequence"]!));
        var child = await app.EventsAsync((string)run["children"]!["items"]![0]!["runId"]!);
        Assert.Equal(
            ["run.created", "run.started", "step.started", "model.call", "tool.call", "model.call", "step.completed", "run.completed"],
            child.Select(entry => (string)entry["type"]!));
        Assert.Equal((string)events.First(entry => (string)entry["type"]! == "step.started" && (string?)entry["stepId"] == "each")["id"]!, (string)child[0]["causationId"]!);
        Assert.All(child, entry => Assert.Equal((string)run["runId"]!, (string)entry["correlationId"]!));
    }

    [Fact]
    public async Task The_log_says_who_did_what_with_which_content_but_holds_no_content()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());

        var run = await app.ResultAsync(new { agent = "clerk", goal = "secret of the user" });

        var events = await app.EventsAsync((string)run["runId"]!);
        var policy = (string)(await app.GetAsync("policies"))["policies"]![0]!["hash"]!;
        Assert.DoesNotContain("secret", string.Concat(events.Select(entry => entry.ToJsonString())), StringComparison.Ordinal);
        Assert.Equal("human:api", Actor(events[0]));
        Assert.All(events.Where(entry => (string)entry["type"]! is "model.call" or "tool.call"), entry =>
        {
            Assert.Equal("agent:clerk", Actor(entry));
            Assert.Equal(("default", policy), ((string)entry["policy"]!["name"]!, (string)entry["policy"]!["hash"]!));
            Assert.Equal((64, 64), (((string)entry["inputHash"]!).Length, ((string)entry["outputHash"]!).Length));
        });
        Assert.Equal(
            [0m, (decimal)run["usage"]!["costUsd"]!],
            [events.Where(entry => (string)entry["type"]! != "model.call").Sum(Cost), events.Sum(Cost)]);
    }

    [Fact]
    public async Task Each_event_names_the_event_that_led_to_it_and_its_root_run()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());

        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        var runId = (string)run["runId"]!;
        var all = (await app.GetAsync($"runs/{runId}/audit?tree=true"))["events"]!.AsArray().Select(entry => entry!.AsObject()).ToList();
        var names = all.ToDictionary(entry => (string)entry["id"]!, entry => $"{entry["type"]} {entry["stepId"]}".Trim());
        string Why(string name, bool ofChild = false) => names[(string)all
            .Last(entry => names[(string)entry["id"]!] == name && ((string)entry["runId"]! != runId) == ofChild)["causationId"]!];
        Assert.Equal(
            ["run.created", "run.started", "model.call", "plan.created", "step.completed made", "step.started each", "run.completed", "step.completed each"],
            [
                Why("run.started"), names[(string)all.First(entry => (string)entry["type"]! == "model.call")["causationId"]!], Why("plan.created"),
                Why("step.started made"), Why("step.started each"), Why("run.created", ofChild: true), Why("children.joined each"), Why("step.started bad"),
            ]);
        Assert.Equal(("plan.replaced", "model.call last", "step.completed last"), (Why("step.started last"), Why("tool.call last"), Why("run.completed")));
        Assert.Single(all, entry => entry["causationId"] is null);
        Assert.All(all, entry => Assert.Equal(runId, (string)entry["correlationId"]!));
    }

    [Fact]
    public async Task The_logs_of_a_whole_tree_are_verified_together()
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        var run = await app.ResultAsync(new { agent = "boss", goal = "x" });

        var one = await app.GetAsync($"runs/{run["runId"]}/audit/verify");
        var tree = await app.GetAsync($"runs/{run["runId"]}/audit/verify?tree=true");

        Assert.Equal((true, 1, 21), ((bool)one["verified"]!, one["runs"]!.AsArray().Count, (int)one["events"]!));
        Assert.Equal((true, 2, 29), ((bool)tree["verified"]!, tree["runs"]!.AsArray().Count, (int)tree["events"]!));
    }

    [Theory]
    [InlineData("UPDATE events SET body = replace(body, '\"tool.call\"', '\"tool.cell\"')")]
    [InlineData("UPDATE events SET body = replace(body, '\"look_up\"', '\"look_it\"')")]
    [InlineData("UPDATE events SET body = replace(body, '\"clerk\"', '\"klerk\"') WHERE sequence = 5")]
    [InlineData("DELETE FROM events WHERE sequence = 5")]
    [InlineData("DELETE FROM events WHERE sequence >= 6")]
    public async Task A_change_of_the_file_is_found(string change)
    {
        using var folder = new TempFolder();
        string runId;
        await using (var app = await RuntimeApp.StartAsync(Pack(), folder.Path))
        {
            runId = (string)(await app.ResultAsync(new { agent = "clerk", goal = "x" }))["runId"]!;
            Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify"))["verified"]!);
        }

        using (var file = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "agents.db")};Pooling=False"))
        {
            await file.OpenAsync(RuntimeApp.Ended);
            using var command = file.CreateCommand();
            command.CommandText = change;
            Assert.NotEqual(0, await command.ExecuteNonQueryAsync(RuntimeApp.Ended));
        }

        await using var again = await RuntimeApp.StartAsync(Pack(), folder.Path);
        var proof = await again.GetAsync($"runs/{runId}/audit/verify");

        Assert.False((bool)proof["verified"]!);
        Assert.NotEmpty((string)proof["runs"]![0]!["problem"]!);
    }

    private static string Actor(JsonObject entry) => $"{entry["actor"]!["kind"]}:{entry["actor"]!["id"]}";

    private static decimal Cost(JsonObject entry) => (decimal)entry["costUsd"]!;
}
