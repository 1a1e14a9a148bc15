using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LogisticsStorm.Driver;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    private const int LongestLatencyMs = 60_000;

    /// <summary>Runs what the arguments ask for. <see cref="ExitCodes.Usage"/> when they cannot be understood; nothing was run then.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Create().Parse(arguments);
        var code = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    private static RootCommand Create()
    {
        var requests = Number(
            "--requests",
            1,
            StormSettings.MaxRequests,
            "Replanning requests that are sent within a second; trucks and capacities grow with them.",
            StormSettings.DefaultRequests);
        var seed = Number(
            "--seed", int.MinValue, int.MaxValue, "Changes the network, the weather, the cargo and which carriers fail.", StormSettings.DefaultSeed);
        var data = new Option<string>("--data")
        {
            Description = "The folder in which each storm gets one of its own. An unfinished storm in it is resumed.",
            DefaultValueFactory = _ => ".agentfunctions",
        };
        var json = new Option<bool>("--json") { Description = "Ends stdout with one JSON object instead of drawing." };
        var crash = Number(
            "--crash-after",
            0,
            int.MaxValue,
            "Ends the host by SIGKILL once N runs are settled, and starts it again; 0 never does. Default: a third of the requests.");
        var atOnce = Number(
            "--at-once", 1, 10_000, "Most runs that are at work at the same time; the others wait in the queue.", StormOptions.DefaultAtOnce);
        var modelCalls = Number(
            "--model-calls",
            1,
            10_000,
            "Most calls that the model takes at the same time, as a limit of its deployment: further ones wait for their turn.",
            StormOptions.DefaultModelCalls);
        var heap = Number(
            "--heap-mb",
            128,
            65_536,
            "Most MB that the host's garbage-collected heap may take. A host that leaked would not come through a long storm.",
            StormOptions.DefaultHeapMb);
        var latency = Number(
            "--model-latency",
            0,
            LongestLatencyMs,
            "How long the simulated model takes for an answer, in milliseconds.",
            StormOptions.DefaultModelLatencyMs);
        var verbose = new Option<bool>("--verbose") { Description = "Writes the host's log to stderr." };

        var root = new RootCommand(
            "Plays a storm over a logistics network: replanning requests of three tenants within a second, failing and slow carriers, "
            + "a host that is killed in the middle and started again. Ends with totals that must hold; 1 where one does not.")
        {
            requests, seed, data, json, crash, atOnce, modelCalls, heap, latency, verbose,
        };
        root.SetAction((parsed, cancellationToken) => StormCommand.RunAsync(
            new StormOptions(
                parsed.GetValue(requests)!.Value,
                parsed.GetValue(seed)!.Value,
                Path.GetFullPath(parsed.GetValue(data)!),
                parsed.GetValue(json),
                parsed.GetValue(crash) ?? (parsed.GetValue(requests)!.Value + 2) / 3,
                parsed.GetValue(atOnce)!.Value,
                parsed.GetValue(modelCalls)!.Value,
                parsed.GetValue(heap)!.Value,
                parsed.GetValue(latency)!.Value,
                parsed.GetValue(verbose)),
            cancellationToken));
        return root;
    }

    private static Option<int?> Number(string name, int least, int most, string description, int? otherwise = null) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Parse(result, name, least, most),
    };

    private static int? Parse(ArgumentResult result, string name, int least, int most)
    {
        if (int.TryParse(result.Tokens.Single().Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}."));
        return null;
    }
}
