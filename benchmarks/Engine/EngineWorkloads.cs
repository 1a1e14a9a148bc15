using System.Diagnostics;
using AgentFunctions.Benchmarks.App;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>One run of each workload on a host.</summary>
internal static class EngineWorkloads
{
    public const int SequenceSteps = 100;
    public const int Orchestrations = 200;
    public const int StepsEach = 10;
    public const int Children = 500;
    public const int Parked = 450;

    /// <summary>Seconds of one orchestration of sequential steps.</summary>
    public static async Task<double> SequenceAsync(BenchmarkHost host)
    {
        var clock = Stopwatch.StartNew();
        await host.CompleteAsync(await host.StartManyAsync(nameof(Workloads.Sequence), SequenceSteps, 1));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Seconds of many orchestrations started at once.</summary>
    public static async Task<double> ManyAsync(BenchmarkHost host)
    {
        var clock = Stopwatch.StartNew();
        await host.CompleteAsync(await host.StartManyAsync(nameof(Workloads.Sequence), StepsEach, Orchestrations));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Seconds of one parent that joins its children, each of one step.</summary>
    public static async Task<double> FanOutAsync(BenchmarkHost host)
    {
        var clock = Stopwatch.StartNew();
        await host.CompleteAsync(await host.StartManyAsync(nameof(Workloads.FanOut), Children, 1));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Parks orchestrations on an event and releases them all.</summary>
    public static async Task<ParkResult> ParkAsync(BenchmarkHost host)
    {
        var (memory, threads) = (Memory(), Threads());
        var ids = await host.StartManyAsync(nameof(Workloads.Park), null, Parked);
        await Task.WhenAll(ids.Select(id => host.Client.WaitForInstanceStartAsync(id)));
        var bytes = (Memory() - memory) / (double)Parked;
        var parkedThreads = Threads() - threads;
        var completed = host.CompleteAsync(ids);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(ids.Select(id => host.Client.RaiseEventAsync(id, "go", 1)));
        await completed;
        return new ParkResult(bytes / 1024, parkedThreads, clock.Elapsed.TotalSeconds);
    }

    private static long Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}

/// <summary>What one parked orchestration costs, and how long releasing all of them took.</summary>
internal sealed record ParkResult(double KilobytesEach, int ThreadsMore, double Seconds);
