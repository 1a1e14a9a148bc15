using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Slices of a supervisor's own hold: hundreds of children do not queue on one entity, and take nothing with them when they go.</summary>
public sealed class FanOutBudgetTests : IDisposable
{
    private const int Children = 500;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Five_hundred_parallel_children_need_at_most_one_entity_operation_for_ten_model_calls()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack()
                .React("clerk", "tools: [look_up]\nlimits: {maxOutputTokens: 100, reserveUsd: 0.002}",
                    """
                      - when: turn < 2
                        calls:
                          - {tool: look_up, args: '{"text": "x"}'}
                      - text: done
                    """)
                .Planner("boss", $"agents: [clerk]\nlimits: {{maxParallelChildren: {Children}}}",
                    $$"""{"steps":[{"id":"each","kind":"fanOut","items":[{{string.Join(',', Enumerable.Range(0, Children))}}],"agent":"clerk","goal":"x"}]}"""),
            folder.Path);
        await Levels.DepartmentAsync(app, "legal", new JsonObject { ["usd"] = 100 });
        await Levels.ThreadAsync(app, "case", new JsonObject { ["tokens"] = 100_000_000, ["modelCalls"] = 1_000_000 }, "legal");
        var before = EntityOperations();

        var run = await app.EndAsync(await app.RunAsync(new { agent = "boss", goal = "x" }, "case"));

        var calls = (int)run["usage"]!["modelCalls"]!;
        await app.WhenAsync("threads/case", view => (decimal)view["budget"]!["reservedUsd"]! == 0m && (int)view["budget"]!["spent"]!["modelCalls"]! == calls);
        var operations = EntityOperations() - before;
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"{Children} parallel children, {calls} model calls: {operations} entity operations, {(double)operations / calls:0.0000} for each model call."));
        Assert.Equal(("completed", (2 * Children) + 1), ((string)run["status"]!, calls));
        Assert.True(operations * 10 <= calls, FormattableString.Invariant($"{operations} entity operations for {calls} model calls"));
    }

    [Fact]
    public async Task What_a_cancelled_child_held_is_there_for_its_siblings_at_once()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack()
            .React("clerk", "tools: [look_up]\nlimits: {maxOutputTokens: 100}", Levels.ThreeTurns)
            .Planner("boss", "agents: [clerk]", """{"steps":[{"id":"each","kind":"fanOut","items":[1,2],"agent":"clerk","goal":"x","onFailure":"fail"}]}"""));
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await (call.Context.RunId.EndsWith("c001", StringComparison.Ordinal) ? gate.PassAsync(cancellationToken) : Task.CompletedTask);
            return call.Text;
        };

        // One for the plan, two for the first child, which has made one of them, and three for the second, which needs four.
        var runId = await app.RunAsync(new { agent = "boss", goal = "x", limits = new { modelCalls = 6 } });
        var run = await app.RunWhenAsync(runId, run => app.Tools.Attempts.Count(call => call.Context.RunId.EndsWith("c002", StringComparison.Ordinal)) == 3 && gate.Arrived == 1);
        await app.PostAsync($"runs/{run["children"]!["items"]![0]!["runId"]}/cancel");
        run = await app.EndAsync(runId);
        gate.Open();

        Assert.Equal((1, 1), ((int)run["children"]!["byStatus"]!["canceled"]!, (int)run["children"]!["byStatus"]!["completed"]!));
        Assert.Equal(6, (int)run["usage"]!["modelCalls"]!);
    }

    /// <summary>How many operations any entity of the app was ever sent: the engine numbers their messages.</summary>
    private long EntityOperations()
    {
        using var file = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "agentfunctions.db")};Pooling=False;Mode=ReadOnly");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'durable_entity_message'";
        return (long)command.ExecuteScalar()!;
    }
}
