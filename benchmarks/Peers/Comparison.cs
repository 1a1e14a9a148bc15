using AgentFunctions.Benchmarks.Engine;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>Figures side by side, and their ratios.</summary>
/// <param name="SyncsPerSecond">fdatasyncs a second in the same folder, the median of the run.</param>
/// <param name="Settings">By contender: versions and what makes it durable.</param>
/// <param name="Missing">Peers without figures, and why.</param>
/// <param name="Figures">What was measured.</param>
/// <param name="Ratios">What the targets are about.</param>
internal sealed record Comparison(
    double SyncsPerSecond,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Settings,
    IReadOnlyDictionary<string, string> Missing,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<Ratio> Ratios)
{
    private static readonly IReadOnlyList<RatioRule> Rules =
    [
        new(Metric.Sequence, Contenders.LangGraph, "its time over ours", OursIsDivisor: true),
        new(Metric.Sequence, Contenders.Dbos, "its time over ours", OursIsDivisor: true),
        new(Metric.Many, Contenders.LangGraph, "our rate over its", OursIsDivisor: false, AtLeast: 20),
        new(Metric.Many, Contenders.Dbos, "our rate over its", OursIsDivisor: false, AtLeast: 10),
        new(Metric.FanOut, Contenders.LangGraph, "our time over its", OursIsDivisor: false),
        new(Metric.FanOut, Contenders.Dbos, "our time over its", OursIsDivisor: false, AtMost: 0.1),
        new(Metric.Release, Contenders.LangGraph, "its time over ours", OursIsDivisor: true),
        new(Metric.Release, Contenders.Dbos, "its time over ours", OursIsDivisor: true),
        new(Metric.Restart, Contenders.LangGraph, "its time over ours", OursIsDivisor: true),
        new(Metric.Restart, Contenders.Dbos, "its time over ours", OursIsDivisor: true),
    ];

    public static Comparison Of(
        Samples samples,
        IReadOnlyList<Workload> workloads,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settings,
        IReadOnlyDictionary<string, string> missing)
    {
        var metrics = workloads.SelectMany(each => each.Metrics).ToList();
        var figures = metrics.Select(metric => new Figure(metric.Workload, metric.Name, metric.Unit, Values(samples, metric))).ToList();
        var ratios = Rules.Where(rule => metrics.Contains(rule.Metric)).Select(rule => rule.Of(samples)).ToList();
        return new Comparison(Measurement.Median(samples.Syncs), settings, missing, figures, ratios);
    }

    private static Dictionary<string, double?> Values(Samples samples, Metric metric) =>
        Contenders.Peers.Prepend(Contenders.Ours).ToDictionary(name => name, name => samples.Of(name, metric), StringComparer.Ordinal);
}

/// <summary>A figure of each contender; null where there is none.</summary>
internal sealed record Figure(string Workload, string Metric, string Unit, IReadOnlyDictionary<string, double?> Values);

/// <summary>Ours beside a peer's. <c>Value</c> is null when one has no figure, <c>IsMet</c> when that is so or there is no target.</summary>
internal sealed record Ratio(string Workload, string Metric, string Peer, string Direction, double? Value, string? Target, bool? IsMet);

/// <summary>How a ratio is made of two figures, and what it has to be.</summary>
internal sealed record RatioRule(
    Metric Metric, string Peer, string Direction, bool OursIsDivisor, double? AtLeast = null, double? AtMost = null)
{
    public Ratio Of(Samples samples)
    {
        var (ours, theirs) = (samples.Of(Contenders.Ours, Metric), samples.Of(Peer, Metric));
        var value = OursIsDivisor ? theirs / ours : ours / theirs;
        return this switch
        {
            { AtLeast: { } limit } => With(value, $">= {limit:0.##}", value >= limit),
            { AtMost: { } limit } => With(value, $"<= {limit:0.##}", value <= limit),
            _ => With(value, null, null),
        };
    }

    private Ratio With(double? value, string? target, bool? isMet) =>
        new(Metric.Workload, Metric.Name, Peer, Direction, value, target, value is null ? null : isMet);
}
