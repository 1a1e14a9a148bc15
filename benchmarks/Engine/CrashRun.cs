using System.Diagnostics;
using AgentFunctions.Benchmarks.App;
using Microsoft.DurableTask;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>W5: W2 in a process that is killed in the middle, in a file with 10,000 other instances.</summary>
internal static class CrashRun
{
    private const int Finished = 5_000;
    private const int Waiting = 5_000;
    private const string Prefix = "crash-";
    private const int Steps = EngineWorkloads.Orchestrations * EngineWorkloads.StepsEach;

    public static async Task<List<Measurement>> MeasureAsync(string folder, CancellationToken cancellation)
    {
        await using (var host = await BenchmarkHost.StartAsync(folder, cancellation: cancellation))
        {
            await host.CompleteAsync(await host.StartManyAsync(nameof(Workloads.Sequence), 0, Finished), cancellation);
            await Task.WhenAll((await host.StartManyAsync(nameof(Workloads.Park), null, Waiting))
                .Select(id => host.Client.WaitForInstanceStartAsync(id, cancellation)));
        }

        var ledger = Path.Combine(folder, "ledger.txt");
        using (var first = ChildHost.Start("crash-host", folder))
        {
            await WaitForAsync(ledger, Steps / 2, first, cancellation);
            await first.KillAsync();
        }

        var before = Execution.Read(ledger).Count;
        var clock = Stopwatch.StartNew();
        var restarted = DateTimeOffset.UtcNow;
        double total;
        using (var second = ChildHost.Start("crash-host", folder))
        {
            while (await second.LineAsync(cancellation) is { } line && line != "completed")
            {
            }

            total = clock.Elapsed.TotalSeconds;
            await second.EndAsync(cancellation);
        }

        var executions = Execution.Read(ledger);
        var distinct = executions.DistinctBy(each => (each.Instance, each.Step)).Count();
        var progress = executions.Skip(before).Select(each => (each.At - restarted).TotalSeconds).DefaultIfEmpty(double.PositiveInfinity).First();
        return
        [
            new("W5", "steps executed when killed", before, $"of {Steps}"),
            Measurement.AtMost("W5", "steps lost", Steps - distinct, string.Empty, 0),
            Measurement.AtMost("W5", "completed steps executed again", Execution.CompletedAgain(executions), string.Empty, 0),
            new("W5", "steps in flight executed again", executions.Count - distinct, string.Empty),
            Measurement.AtMost("W5", "process start to first progress", progress, "s", 1),
            new("W5", "process start to all complete", total, "s"),
        ];
    }

    /// <summary>In the child process: starts what does not exist yet and waits for all to complete.</summary>
    public static async Task<int> HostAsync(string folder, CancellationToken cancellation)
    {
        using var ledger = new Ledger(Path.Combine(folder, "ledger.txt"));
        await using var host = await BenchmarkHost.StartAsync(folder, ledger, cancellation);
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
        await Console.Out.WriteLineAsync("completed");
        return 0;
    }

    private static async Task WaitForAsync(string ledger, int count, ChildHost child, CancellationToken cancellation)
    {
        while (!File.Exists(ledger) || Execution.Read(ledger).Count < count)
        {
            if (child.HasExited)
            {
                throw new InvalidOperationException("The child process ended before it was killed.");
            }

            await Task.Delay(5, cancellation);
        }
    }
}
