using System.Text.Json.Serialization;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>One figure.</summary>
/// <param name="Workload">W1 to W5, or the check's name.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Measurement(string Workload, string Metric, double Value, string Unit)
{
    /// <summary>The target, as text; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Whether the target was met; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsMet { get; init; }

    public static Measurement AtMost(string workload, string metric, double value, string unit, double limit) =>
        new(workload, metric, value, unit) { Target = $"<= {limit:0.##}", IsMet = value <= limit };

    public static Measurement AtLeast(string workload, string metric, double value, string unit, double limit) =>
        new(workload, metric, value, unit) { Target = $">= {limit:0.##}", IsMet = value >= limit };

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
