using System.CommandLine;
using System.Globalization;
using System.Numerics;
using AgentFunctions.Benchmarks.Engine;
using AgentFunctions.Benchmarks.Peers;
using AgentFunctions.Benchmarks.Soak;

namespace AgentFunctions.Benchmarks;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;

    /// <summary>Runs what the arguments ask for. 2 when they cannot be understood; nothing was run then.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Create().Parse(arguments);
        var code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? UsageError : code;
    }

    public static RootCommand Create() =>
        new("Measures the local engine.") { EngineCommand(), PeersCommand(), SoakCommand(), CrashHostCommand(), SoakHostCommand() };

    private static Command EngineCommand()
    {
        var (json, rounds, only) = (Json(), Rounds(), Only("W1", "W2", "W3", "W4", "W5", "finished", "history"));
        var command = new Command("engine", "Runs W1 to W5 and the checks of flat cost on the engine.") { json, rounds, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            var figures = await EngineBenchmark.RunAsync(parsed.GetValue(rounds), Wanted(parsed, only), Progress, cancellation);
            EngineReport.Print(figures, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Command PeersCommand()
    {
        var (json, rounds, only) = (Json(), Rounds(), Only("W1", "W2", "W3", "W4", "W5"));
        var command = new Command("peers", "Runs W1 to W5 on the engine, on LangGraph.js over SQLite and on DBOS over PostgreSQL, in turns.")
        {
            json, rounds, only,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var comparison = await PeersBenchmark.RunAsync(parsed.GetValue(rounds), Wanted(parsed, only), Progress, cancellation);
            PeersReport.Print(comparison, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Command SoakCommand()
    {
        var json = Json();
        var minutes = Positive(new Option<double>("--minutes")
        {
            Description = "How long programs are started and the host is killed.",
            DefaultValueFactory = _ => 3,
        });
        var seed = new Option<int?>("--seed")
        {
            Description = "What the programs and the moments of the kills are drawn from; another one each time when not given.",
        };
        var atOnce = Positive(new Option<int>("--at-once") { Description = "Programs that run at the same time.", DefaultValueFactory = _ => 20 });
        var command = new Command("soak", "Kills the host at random while it runs random programs. Exits with 1 when anything is lost, doubled or wrong.")
        {
            minutes, seed, atOnce, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new SoakOptions(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed) ?? Random.Shared.Next(), parsed.GetValue(atOnce));
            using var run = new SoakRun(options, Progress);
            var result = await run.RunAsync(cancellation);
            SoakReport.Print(result, parsed.GetValue(json));
            return result.IsGood ? 0 : 1;
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

    private static Command SoakHostCommand()
    {
        var folder = new Argument<string>("folder");
        var command = new Command("soak-host", "The process that a soak kills.") { folder };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => SoakHost.RunAsync(parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "Prints one JSON object on the last line as well." };

    private static Option<int> Rounds() => Positive(new Option<int>("--rounds")
    {
        Description = "How often each workload runs; medians are shown.",
        DefaultValueFactory = _ => 5,
    });

    private static Option<string[]> Only(params string[] names)
    {
        var option = new Option<string[]>("--only")
        {
            Description = $"Only these: {string.Join(' ', names)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(result =>
        {
            var unknown = result.Tokens.Select(token => token.Value).Except(names, StringComparer.OrdinalIgnoreCase).ToList();
            if (unknown.Count > 0)
            {
                result.AddError($"--only takes {string.Join(", ", names)}, and not {string.Join(", ", unknown)}.");
            }
        });
        return option;
    }

    private static Option<T> Positive<T>(Option<T> option)
        where T : INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
                && !(value > T.Zero && T.IsFinite(value)))
            {
                result.AddError($"{option.Name} must be more than 0, and not {token.Value}.");
            }
        });
        return option;
    }

    private static HashSet<string> Wanted(ParseResult parsed, Option<string[]> only) =>
        new(parsed.GetValue(only) ?? [], StringComparer.OrdinalIgnoreCase);

    private static void Progress(string text) => Console.Error.WriteLine(text);
}
