using System.Text.Json.Nodes;
using AgentFunctions.Budgets;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Every kind of limit at every level pauses a run with its numbers, and raising it lets the run go on exactly there.</summary>
public sealed class LimitTests
{
    /// <summary>Of a run that takes 4 model calls, 3 tool calls and 1 step, what each kind is limited to and raised to.</summary>
    private static readonly Dictionary<BudgetKind, (JsonNode Low, JsonNode High)> Limits = new()
    {
        [BudgetKind.Usd] = (0.0015m, 1m),
        [BudgetKind.Tokens] = (400, 1_000_000),
        [BudgetKind.ModelCalls] = (2, 100),
        [BudgetKind.ToolCalls] = (2, 100),
        [BudgetKind.Steps] = (0, 100),
        [BudgetKind.WallClock] = ("PT1S", "PT1H"),
    };

    public static TheoryData<BudgetScope> Scopes => [.. Enum.GetValues<BudgetScope>()];

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task A_limit_pauses_the_run_with_its_numbers_and_raising_it_resumes_exactly_there(BudgetScope level)
    {
        await using var app = await RuntimeApp.StartAsync(Pack());
        app.Tools.Answer = async (call, _) =>
        {
            // Only the run whose time is limited takes time, by its first call.
            var slow = DateTime.UtcNow.AddSeconds(1.2);
            await RuntimeApp.UntilAsync(() =>
                call is not { Text: "word 1", Context.ThreadId: "t-wallClock" } || DateTime.UtcNow > slow);
            return call.Text;
        };
        await Task.WhenAll(Amounts.Kinds.Select(kind => PausesAndResumesAsync(app, level, kind)));
    }

    private static async Task PausesAndResumesAsync(RuntimeApp app, BudgetScope level, BudgetKind kind)
    {
        var (low, high) = (Limits[kind].Low.DeepClone(), Limits[kind].High.DeepClone());
        var (thread, department) = ($"t-{Levels.Word(kind)}", level == BudgetScope.Department ? $"d-{Levels.Word(kind)}" : null);
        if (department is not null)
        {
            await Levels.DepartmentAsync(app, department, Levels.Limit(kind, low));
        }

        await Levels.ThreadAsync(app, thread, level == BudgetScope.Thread ? Levels.Limit(kind, low) : null, department);
        var root = await app.RunAsync(
            new
            {
                agent = level == BudgetScope.ChildRun ? $"boss-{Levels.Word(kind)}" : "clerk",
                goal = "x",
                limits = level == BudgetScope.Run ? Levels.Limit(kind, low) : null,
            },
            thread);

        var paused = await app.InAsync(root, "paused");
        var runId = level == BudgetScope.ChildRun ? (string)paused["children"]!["items"]![0]!["runId"]! : root;
        var shown = (await app.GetAsync($"runs/{runId}"))["shortage"]!;
        var done = app.Tools.Attempts.Count(call => call.Context.ThreadId == thread);
        Assert.Equal((Levels.Word(level), Levels.Word(kind)), ((string)shown["level"]!, (string)shown["limit"]!));
        Assert.Equal(
            level switch { BudgetScope.Department => department, BudgetScope.Thread => thread, _ => runId }, (string)shown["of"]!);
        Assert.True((decimal)shown["spent"]! <= (decimal)shown["limitValue"]! || kind == BudgetKind.WallClock, shown.ToJsonString());
        Assert.True((decimal)shown["needed"]! > (decimal)shown["left"]!, shown.ToJsonString());
        Assert.NotNull(shown["expiresAt"] ?? (level == BudgetScope.ChildRun ? shown["of"] : null));
        var pause = Assert.Single(await app.EventsAsync(runId, "run.paused"));
        Assert.Equal(((string)shown["limit"]!, (decimal)shown["spent"]!), ((string)pause["data"]!["limit"]!, (decimal)pause["data"]!["spent"]!));
        Assert.Contains((await app.GetAsync($"runs/{runId}/checkpoints"))["checkpoints"]!.AsArray(), each => (string)each!["kind"]! == "budget");

        await (level switch
        {
            BudgetScope.Department => Levels.DepartmentAsync(app, department!, Levels.Limit(kind, high)),
            BudgetScope.Thread => Levels.ChangeAsync(app, thread, Levels.Limit(kind, high)),
            _ => Levels.ChangeAsync(app, thread, Levels.Limit(kind, high), runId),
        });
        var run = await app.EndAsync(root);

        Assert.Equal("completed", (string)run["status"]!);
        Assert.Null(run["shortage"]);
        var texts = app.Tools.Attempts.Where(call => call.Context.ThreadId == thread).Select(call => call.Text).ToList();
        Assert.Equal(["word 1", "word 2", "word 3"], texts);
        Assert.InRange(done, 0, 3);
        var planning = level == BudgetScope.ChildRun ? 1 : 0;
        Assert.Equal((4 + planning, 3, 1 + planning), ((int)run["usage"]!["modelCalls"]!, (int)run["usage"]!["toolCalls"]!, (int)run["usage"]!["steps"]!));
        if (department is not null)
        {
            var budget = await app.WhenAsync($"departments/{department}/budget", view => (decimal)view["budget"]!["reservedUsd"]! == 0m);
            Assert.Equal((decimal)run["usage"]!["costUsd"]!, (decimal)budget["budget"]!["spentUsd"]!);
            Assert.Equal(4, (int)budget["budget"]!["spent"]!["modelCalls"]!);
        }
    }

    private static TestPack Pack()
    {
        const string Frugal = "tools: [look_up]\nlimits: {maxOutputTokens: 100}";
        var pack = new TestPack().React("clerk", Frugal, Levels.ThreeTurns);
        foreach (var (kind, (low, _)) in Limits)
        {
            var word = Levels.Word(kind);
            pack.React($"clerk-{word}", $"{Frugal}\nbudget: {{{word}: {low.ToJsonString().Trim('"')}}}", Levels.ThreeTurns)
                .Planner($"boss-{word}", $"agents: [clerk-{word}]",
                    $$"""{"steps":[{"id":"each","kind":"fanOut","items":[1],"agent":"clerk-{{word}}","goal":"x"}]}""");
        }

        return pack;
    }
}
