using System.Diagnostics;
using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>Runs the workloads on our engine and on the peers in turns.</summary>
internal static class PeersBenchmark
{
    private const int WarmUps = 3;
    private static readonly TimeSpan LeastWarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs every workload, or those that are named.</summary>
    public static async Task<Comparison> RunAsync(int rounds, IReadOnlySet<string> only, Action<string> progress, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        await using var contenders = await Contenders.StartAsync(folder.Path, progress, cancellation);
        var settings = contenders.Present.ToDictionary(each => each.Name, each => each.Settings, StringComparer.Ordinal);
        var workloads = Workload.All.Where(each => only.Count == 0 || only.Contains(each.Name)).ToList();
        var samples = new Samples();
        foreach (var contender in contenders.Present.ToList())
        {
            progress($"{contender.Name}: warming up");
            await WarmUpAsync(contenders, contender, [.. workloads.Where(each => each.IsWarmedUp)], progress, cancellation);
        }

        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            samples.Syncs.Add(DiskSyncs.PerSecond(folder.Path));
            foreach (var workload in workloads)
            {
                await InTurnsAsync(contenders, workload, samples, progress, cancellation);
            }
        }

        samples.Syncs.Add(DiskSyncs.PerSecond(folder.Path));
        return Comparison.Of(samples, workloads, settings, contenders.Missing);
    }

    /// <summary>A number of rounds, and at least some seconds, so that a fast engine's compiler gets as far as a slow one's.</summary>
    private static async Task WarmUpAsync(
        Contenders contenders, IContender contender, List<Workload> workloads, Action<string> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        for (var round = 0; workloads.Count > 0 && (round < WarmUps || clock.Elapsed < LeastWarmUp); round++)
        {
            foreach (var workload in workloads)
            {
                if (await TryAsync(contenders, contender, workload, progress, cancellation) is null)
                {
                    return;
                }
            }
        }
    }

    private static async Task InTurnsAsync(
        Contenders contenders, Workload workload, Samples samples, Action<string> progress, CancellationToken cancellation)
    {
        foreach (var contender in contenders.Present.ToList())
        {
            if (await TryAsync(contenders, contender, workload, progress, cancellation) is { } found)
            {
                samples.Add(contender.Name, found);
            }
            else
            {
                samples.Remove(contender.Name);
            }
        }
    }

    /// <summary>What one run gives; null when the peer failed, which ends its part.</summary>
    private static async Task<IReadOnlyList<(Metric Metric, double Value)>?> TryAsync(
        Contenders contenders, IContender contender, Workload workload, Action<string> progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await workload.Run(contender, cancellation);
        }
        catch (PeerException reason)
        {
            progress($"{contender.Name} failed in {workload.Name}: {reason.Message}");
            await contenders.RemoveAsync(contender, $"failed in {workload.Name}: {reason.Message}");
            return null;
        }
    }
}

/// <summary>What was measured so far.</summary>
internal sealed class Samples
{
    private readonly Dictionary<(string Contender, Metric Metric), List<double>> values = [];

    /// <summary>fdatasyncs a second, before each round and after the last.</summary>
    public List<double> Syncs { get; } = [];

    public void Add(string contender, IEnumerable<(Metric Metric, double Value)> found)
    {
        foreach (var (metric, value) in found)
        {
            if (!values.TryGetValue((contender, metric), out var list))
            {
                values[(contender, metric)] = list = [];
            }

            list.Add(value);
        }
    }

    /// <summary>Half a run is no figure.</summary>
    public void Remove(string contender)
    {
        foreach (var key in values.Keys.Where(each => each.Contender == contender).ToList())
        {
            values.Remove(key);
        }
    }

    public double? Of(string contender, Metric metric) =>
        values.TryGetValue((contender, metric), out var list) ? metric.Summary(list) : null;
}
