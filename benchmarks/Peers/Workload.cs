using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A workload of the comparison.</summary>
/// <param name="Name">W1 to W5.</param>
/// <param name="IsWarmedUp">Whether it runs before anything is measured; not when it starts processes of its own.</param>
/// <param name="Metrics">What it measures.</param>
/// <param name="Run">Runs it once.</param>
internal sealed record Workload(
    string Name,
    bool IsWarmedUp,
    IReadOnlyList<Metric> Metrics,
    Func<IContender, CancellationToken, Task<IReadOnlyList<(Metric Metric, double Value)>>> Run)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("W1", true, [Metric.Sequence], async (each, cancellation) =>
            [(Metric.Sequence, await each.SequenceAsync(cancellation) * 1000)]),
        new("W2", true, [Metric.Many], async (each, cancellation) =>
            [(Metric.Many, CrashResult.Steps / await each.ManyAsync(cancellation))]),
        new("W3", true, [Metric.FanOut], async (each, cancellation) =>
            [(Metric.FanOut, await each.FanOutAsync(cancellation) * 1000)]),
        new("W4", true, [Metric.Memory, Metric.Release], async (each, cancellation) =>
        {
            var parked = await each.ParkAsync(cancellation);
            return [(Metric.Memory, parked.KilobytesEach), (Metric.Release, parked.Seconds)];
        }),
        new("W5", false, [Metric.Restart, Metric.ExecutedTwice, Metric.CompletedAgain, Metric.Lost], async (each, cancellation) =>
        {
            var crash = await each.CrashAsync(cancellation);
            return
            [
                (Metric.Restart, crash.Seconds),
                (Metric.ExecutedTwice, crash.ExecutedTwice),
                (Metric.CompletedAgain, crash.CompletedAgain),
                (Metric.Lost, crash.Lost),
            ];
        }),
    ];
}

/// <summary>A figure of a workload.</summary>
/// <param name="Workload">W1 to W5.</param>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Summary">One figure of those of all rounds.</param>
internal sealed record Metric(string Workload, string Name, string Unit, Func<IEnumerable<double>, double> Summary)
{
    public static readonly Metric Sequence = Median("W1", "100 sequential steps", "ms");
    public static readonly Metric Many = Median("W2", "steps per second", "/s");
    public static readonly Metric FanOut = Median("W3", "500 children joined", "ms");
    public static readonly Metric Memory = Median("W4", "memory per parked instance", "KB");
    public static readonly Metric Release = Median("W4", "all complete after the signals", "s");
    public static readonly Metric Restart = Median("W5", "process start to all complete", "s");
    public static readonly Metric ExecutedTwice = Median("W5", "steps executed twice", string.Empty);
    public static readonly Metric CompletedAgain = Worst("W5", "completed steps executed again, at worst");
    public static readonly Metric Lost = Worst("W5", "steps lost, at worst");

    private static Metric Median(string workload, string name, string unit) => new(workload, name, unit, Measurement.Median);

    private static Metric Worst(string workload, string name) => new(workload, name, string.Empty, Enumerable.Max);
}
