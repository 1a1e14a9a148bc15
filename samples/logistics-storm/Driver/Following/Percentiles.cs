namespace LogisticsStorm.Driver.Following;

/// <summary>Percentiles by nearest rank: the smallest value that is not exceeded by so many of all. Seconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P95">What 95 of 100 do not exceed.</param>
/// <param name="P99">What 99 of 100 do not exceed.</param>
/// <param name="Max">The greatest.</param>
internal sealed record Percentiles(double P50, double P95, double P99, double Max)
{
    /// <summary>The percentiles of durations; <see langword="null"/> where there are none.</summary>
    /// <param name="durations">The durations.</param>
    public static Percentiles? Of(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Select(duration => duration.TotalSeconds).Order().ToList();
        return sorted.Count == 0 ? null : new Percentiles(At(sorted, 50), At(sorted, 95), At(sorted, 99), Math.Round(sorted[^1], 3));
    }

    private static double At(List<double> sorted, int percent) => Math.Round(sorted[Math.Max(0, (((sorted.Count * percent) + 99) / 100) - 1)], 3);
}
