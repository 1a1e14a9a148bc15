using AgentFunctions.Benchmarks.App;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>Measures the engine, each workload several times beside what the disk does at that moment.</summary>
internal static class EngineBenchmark
{
    private const int WarmUps = 3;

    /// <summary>Runs every workload, or those that are named.</summary>
    public static async Task<List<Measurement>> RunAsync(int rounds, IReadOnlySet<string> only, Action<string> progress, CancellationToken cancellation)
    {
        var found = new List<Measurement>();
        bool Wanted(params string[] names) => only.Count == 0 || names.Any(only.Contains);
        using var folder = new TempFolder();
        if (Wanted("W1", "W2", "W3", "W4"))
        {
            await using var host = await BenchmarkHost.StartAsync(Path.Combine(folder.Path, "main"), cancellation: cancellation);
            progress("warming up");
            for (var i = 0; i < WarmUps; i++)
            {
                await EngineWorkloads.ManyAsync(host);
                await EngineWorkloads.FanOutAsync(host);
            }

            await EngineWorkloads.ParkAsync(host);
            progress("W1 to W4");
            found.AddRange(await SteadyAsync(host, folder.Path, rounds, Wanted, cancellation));
        }

        if (Wanted("W5"))
        {
            progress("W5: killed in the middle");
            found.AddRange(await CrashRun.MeasureAsync(Path.Combine(folder.Path, "crash"), cancellation));
        }

        if (Wanted("finished"))
        {
            progress("flat cost: 100,000 finished instances");
            found.Add(await FlatCost.FinishedInstancesAsync(folder.Path, rounds, cancellation));
        }

        if (Wanted("history"))
        {
            progress("flat cost: a history of 10,000 events");
            found.AddRange(await FlatCost.LongHistoryAsync(folder.Path, cancellation));
        }

        return found;
    }

    private static async Task<List<Measurement>> SteadyAsync(
        BenchmarkHost host, string folder, int rounds, Func<string[], bool> wanted, CancellationToken cancellation)
    {
        List<double> syncs = [], sequence = [], many = [], manyPerSync = [], fanOut = [];
        var parks = new List<ParkResult>();
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = DiskSyncs.PerSecond(folder);
            var seconds = await EngineWorkloads.SequenceAsync(host);
            var rate = (before + DiskSyncs.PerSecond(folder)) / 2;
            syncs.Add(rate);
            sequence.Add(seconds / EngineWorkloads.SequenceSteps * rate);
            var steps = EngineWorkloads.Orchestrations * EngineWorkloads.StepsEach / await EngineWorkloads.ManyAsync(host);
            many.Add(steps);
            manyPerSync.Add(steps / rate);
            fanOut.Add(await EngineWorkloads.FanOutAsync(host));
            parks.Add(await EngineWorkloads.ParkAsync(host));
        }

        var found = new List<Measurement>
        {
            new("disk", "fdatasync, 4 KB appended", Measurement.Median(syncs), "/s"),
            Measurement.AtMost("W1", "fdatasyncs of time per step", Measurement.Median(sequence), "syncs", 1.5),
            Measurement.AtLeast("W2", "steps per second", Measurement.Median(many), "/s", 12_000),
            Measurement.AtLeast("W2", "steps per fdatasync of time", Measurement.Median(manyPerSync), string.Empty, 4),
            new("W3", "500 children joined", Measurement.Median(fanOut) * 1000, "ms"),
            Measurement.AtMost("W4", "memory per parked instance", Measurement.Median(parks.Select(each => each.KilobytesEach)), "KB", 100),
            Measurement.AtMost("W4", "threads more while parked", Measurement.Median(parks.Select(each => (double)each.ThreadsMore)), string.Empty, 0),
            Measurement.AtMost("W4", "all complete after the signals", Measurement.Median(parks.Select(each => each.Seconds)), "s", 1),
        };
        return found.Where(each => each.Workload == "disk" || wanted([each.Workload])).ToList();
    }
}
