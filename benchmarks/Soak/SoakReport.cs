using AgentFunctions.Benchmarks.Output;
using Spectre.Console;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>What a soak found, as a table and as JSON.</summary>
internal static class SoakReport
{
    public static void Print(SoakResult result, bool withJson)
    {
        var table = new Table().AddColumns("what", "count");
        table.Columns[1].RightAligned();
        foreach (var (what, count) in Rows(result))
        {
            table.AddRow(Markup.Escape(what), Markup.Escape(count));
        }

        AnsiConsole.Write(table);
        foreach (var problem in result.Problems)
        {
            Console.WriteLine(problem);
        }

        if (withJson)
        {
            Format.PrintJson(new
            {
                at = DateTimeOffset.UtcNow,
                machine = Format.Machine,
                kills = result.Kills,
                instances = result.Instances.Started,
                completed = result.Instances.Completed,
                lost = result.Lost,
                doubled = result.Doubled,
                wrong = result.Wrong,
                details = result,
            });
        }
    }

    private static IEnumerable<(string What, string Count)> Rows(SoakResult result) =>
    [
        ("seed", $"{result.Seed}"),
        ("kills", $"{result.Kills:N0}"),
        ("instances started and acknowledged", $"{result.Instances.Started:N0}"),
        ("instances completed", $"{result.Instances.Completed:N0}"),
        ("lost", $"{result.Lost:N0}"),
        ("  instances", $"{result.LostInstances:N0}"),
        ("  executions of activities", $"{result.LostExecutions:N0}"),
        ("  entity operations", $"{result.LostWrites:N0}"),
        ("doubled", $"{result.Doubled:N0}"),
        ("  activities executed after their completion was stored", $"{result.DoubledExecutions:N0}"),
        ("  entity operations", $"{result.DoubledWrites:N0}"),
        ("  timers fired twice", $"{result.TimersFiredTwice:N0}"),
        ("  other answers twice in a history", $"{result.OthersAnsweredTwice:N0}"),
        ("wrong", $"{result.Wrong:N0}"),
        ("  other outcomes than the model's", $"{result.OtherOutcomes:N0}"),
        ("  entities written in another order", $"{result.OtherOrders:N0}"),
        ("  executions that no program asks for", $"{result.UnforeseenExecutions:N0}"),
        ("executions of activities", $"{result.Executions:N0}"),
        ("  of those in flight at a kill, again", $"{result.ExecutionsInFlightAgain:N0}"),
        ("successes found stored after kills", $"{result.SuccessesFoundStored:N0}"),
        ("entity operations", $"{result.Writes:N0}"),
        ("timers fired", $"{result.TimersFired:N0}"),
        ("process start to serving, median / longest", $"{result.RestartMedian:0.00} s / {result.RestartLongest:0.00} s"),
        ("files at the end", $"{result.FileMegabytes:N0} MB"),
    ];
}
