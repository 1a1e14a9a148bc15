using AgentFunctions.Benchmarks.App;
using Microsoft.DurableTask;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>W5 on the engine: W2 in a process that is killed in the middle.</summary>
internal static class CrashRun
{
    private const int Finished = 5_000;
    private const int Waiting = 5_000;
    private const string Prefix = "crash-";

    /// <summary>In a file with 10,000 other instances.</summary>
    public static async Task<List<Measurement>> MeasureAsync(string folder, CancellationToken cancellation)
    {
        await using (var host = await BenchmarkHost.StartAsync(folder, cancellation: cancellation))
        {
            await host.CompleteAsync(await host.StartManyAsync(nameof(Workloads.Sequence), 0, Finished), cancellation);
            await Task.WhenAll((await host.StartManyAsync(nameof(Workloads.Park), null, Waiting))
                .Select(id => host.Client.WaitForInstanceStartAsync(id, cancellation)));
        }

        var result = await RunAsync(folder, cancellation);
        return
        [
            new("W5", "steps executed when killed", result.Before, $"of {CrashResult.Steps}"),
            Measurement.AtMost("W5", "steps lost", result.Lost, string.Empty, 0),
            Measurement.AtMost("W5", "completed steps executed again", result.CompletedAgain, string.Empty, 0),
            new("W5", "steps in flight executed again", result.ExecutedTwice, string.Empty),
            Measurement.AtMost("W5", "process start to first progress", result.FirstProgress, "s", 1),
            new("W5", "process start to all complete", result.Seconds, "s"),
        ];
    }

    /// <summary>In a file as it is.</summary>
    public static Task<CrashResult> RunAsync(string folder, CancellationToken cancellation) =>
        CrashResult.MeasureAsync(LedgerOf(folder), () => ChildHost.Start("crash-host", folder), cancellation);

    /// <summary>In the child process: starts what does not exist yet and waits for all to complete.</summary>
    public static async Task<int> HostAsync(string folder, CancellationToken cancellation)
    {
        using var ledger = new Ledger(LedgerOf(folder));
        await using var host = await BenchmarkHost.StartAsync(folder, ledger, cancellation: cancellation);
        var ids = Enumerable.Range(0, EngineWorkloads.Orchestrations).Select(number => $"{Prefix}{number}").ToList();
        await Task.WhenAll(ids.Select(async id =>
        {
            if (await host.Client.GetInstanceAsync(id, cancellation) is null)
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync(
                    nameof(Workloads.NotedSequence), EngineWorkloads.StepsEach, new StartOrchestrationOptions(id), cancellation);
            }
        }));
        await host.CompleteAsync(ids, cancellation);
        await Console.Out.WriteLineAsync(CrashResult.Completed);
        return 0;
    }

    private static string LedgerOf(string folder) => Path.Combine(folder, "ledger.txt");
}
