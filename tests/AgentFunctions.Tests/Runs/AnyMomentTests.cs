using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Runs;

/// <summary>What a host leaves behind when it is gone from one moment to the next.</summary>
public sealed class AnyMomentTests : IDisposable
{
    private const int Moments = 8;

    private readonly TempFolder folder = new();

    private static TestPack Team() => new TestPack
    {
        Answer = call => call switch
        {
            { Tool: "look_up", Text: "damaged" } => throw new ToolFailureException(ToolFailureKind.Unreadable, "It is damaged."),
            { Tool: "look_up", Text: "2", Context.Attempt: 1 } => throw new ToolFailureException(ToolFailureKind.Unavailable, "Busy."),
            _ => call.Value?.DeepClone() ?? JsonValue.Create(call.Text),
        },
    }
        .Planner("boss", "tools: [keep]\nagents: [clerk]\nlimits: {maxParallelChildren: 2}",
            """
            {% if replan == 0 %}{"steps":[
              {"id":"made","kind":"tool","tool":"keep","args":{"value":["1","2","damaged","3"]}},
              {"id":"each","kind":"fanOut","items":"${steps.made}","agent":"clerk","goal":"x","dependsOn":["made"]}]}
            {% else %}{"steps":[
              {"id":"more","kind":"fanOut","items":["4","5"],"agent":"clerk","goal":"x"},
              {"id":"all","kind":"tool","tool":"keep","args":{"value":["${steps.each}","${steps.more}"]},"dependsOn":["more"]}]}
            {% endif %}
            """)
        .Policy("careful", "arguments: [{name: not-three, tool: write, schema: {properties: {text: {not: {const: '3'}}}}}]\ndata: [{name: no-five, regex: ['^5$'], in: [audit]}]")
        .React("clerk", "tools: [look_up, write]\npolicy: careful",
            """
              - when: failures.size > 0
                calls:
                  - {tool: report_failure, args: '{"reason": {{ failures[0].message | json }}}'}
              - when: results.look_up == nil
                calls:
                  - {tool: look_up, args: '{"text": {{ input | json }}}'}
                  - {tool: write, args: '{"text": {{ input | json }}}'}
              - text: 'done {{ input }}'
            """);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_copy_of_the_data_of_any_moment_is_carried_to_the_same_end_and_no_completed_call_is_made_again()
    {
        var copies = new List<string>();
        JsonObject undisturbed;
        string runId;
        await using (var app = await StartAsync(Path.Combine(folder.Path, "original")))
        {
            runId = await app.RunAsync(new { agent = "boss", goal = "x" }, idempotencyKey: "same-run");
            do
            {
                copies.Add(Copy(copies.Count));
                undisturbed = await app.GetAsync($"runs/{runId}");
                await Task.Delay(50, RuntimeApp.Ended);
            }
            while (undisturbed["completedAt"] is null);
        }

        // Spread over the run's life; the first and the last moment are always among them.
        foreach (var copy in Enumerable.Range(0, Moments).Select(i => copies[i * (copies.Count - 1) / (Moments - 1)]).Distinct())
        {
            await FinishAsync(copy, runId, undisturbed);
        }
    }

    private static async Task FinishAsync(string copy, string runId, JsonObject undisturbed)
    {
        var completed = CompletedCalls(copy);
        await using var app = await StartAsync(copy);

        var run = await app.EndAsync(runId);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Equal(undisturbed["result"]!.ToJsonString(), run["result"]!.ToJsonString());
        Assert.Equal(undisturbed["usage"]!.ToJsonString(), run["usage"]!.ToJsonString());
        Assert.Equal(undisturbed["steps"]!.ToJsonString(), run["steps"]!.ToJsonString());
        Assert.Empty(app.Tools.Attempts.Select(call => call.Context.IdempotencyKey).Intersect(completed));
        Assert.True((bool)(await app.GetAsync($"runs/{runId}/audit/verify?tree=true"))["verified"]!);
        var events = (await app.GetAsync($"runs/{runId}/audit?tree=true"))["events"]!.AsArray();
        Assert.Equal("not-three", (string)events.Single(entry => (string)entry!["type"]! == "policy.denied")!["policy"]!["rule"]!);
        Assert.All(Keys(events, "tool.call").CountBy(key => key), each => Assert.Equal(1, each.Value));
        var view = await app.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0);
        Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)view["budget"]!["spentUsd"]!);
    }

    private static async Task<RuntimeApp> StartAsync(string data)
    {
        Directory.CreateDirectory(data);
        return await RuntimeApp.StartAsync(Team(), data, "--Models:Simulated:LatencyMs=30");
    }

    /// <summary>The engine's file first: it knows of no more than the app's own file has on record, as after a crash.</summary>
    private string Copy(int number)
    {
        var copy = Path.Combine(folder.Path, $"copy-{number}");
        Directory.CreateDirectory(copy);
        foreach (var name in (string[])["agentfunctions.db", "agents.db"])
        {
            using var from = Open(Path.Combine(folder.Path, "original", name));
            using var to = Open(Path.Combine(copy, name));
            from.BackupDatabase(to);
        }

        return copy;
    }

    private static IReadOnlyList<string> CompletedCalls(string copy)
    {
        using var file = Open(Path.Combine(copy, "agents.db"));
        using var command = file.CreateCommand();
        command.CommandText = "SELECT json_group_array(json(body)) FROM events";
        return [.. Keys(JsonNode.Parse((string)command.ExecuteScalar()!)!.AsArray(), "tool.call")];
    }

    private static IEnumerable<string> Keys(JsonArray events, string type) =>
        events.Where(entry => (string)entry!["type"]! == type).Select(entry => (string)entry!["data"]!["idempotencyKey"]!);

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
