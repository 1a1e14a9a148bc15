using System.CommandLine;
using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create() => new("Measures the local engine.") { EngineCommand(), CrashHostCommand() };

    private static Command EngineCommand()
    {
        var json = new Option<bool>("--json") { Description = "Prints one JSON object on the last line as well." };
        var rounds = new Option<int>("--rounds") { Description = "How often each workload runs; medians are shown.", DefaultValueFactory = _ => 5 };
        var only = new Option<string[]>("--only")
        {
            Description = "Only these: W1 W2 W3 W4 W5 finished history.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("engine", "Runs W1 to W5 and the checks of flat cost on the engine.") { json, rounds, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = new HashSet<string>(parsed.GetValue(only) ?? [], StringComparer.OrdinalIgnoreCase);
            var figures = await EngineBenchmark.RunAsync(
                Math.Max(1, parsed.GetValue(rounds)), wanted, text => Console.Error.WriteLine(text), cancellation);
            EngineReport.Print(figures, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Command CrashHostCommand()
    {
        var folder = new Argument<string>("folder");
        var command = new Command("crash-host", "The process that W5 kills.") { folder };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => CrashRun.HostAsync(parsed.GetValue(folder)!, cancellation));
        return command;
    }
}
