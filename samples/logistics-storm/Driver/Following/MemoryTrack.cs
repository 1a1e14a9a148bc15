using System.Diagnostics;

namespace LogisticsStorm.Driver.Following;

/// <summary>One look at the host's memory.</summary>
/// <param name="Start">Which start of the host it was, from 1.</param>
/// <param name="Seconds">Seconds since the track began.</param>
/// <param name="Bytes">Resident set.</param>
internal sealed record MemorySample(int Start, double Seconds, long Bytes);

/// <summary>How much memory the host takes, and whether it keeps growing.</summary>
/// <param name="PeakMb">The most that any of its processes has had, MB (1,048,576 bytes).</param>
/// <param name="EarlyMb">Median of the second quarter of the last process's time, MB; missing where that was too short to tell.</param>
/// <param name="LateMb">Median of its last quarter, MB.</param>
/// <param name="IsFlat">Whether the last quarter needs no more than <see cref="MostGrowth"/> times the second, or <see cref="SlackMb"/> more.</param>
internal sealed record MemoryUse(double PeakMb, double? EarlyMb, double? LateMb, bool? IsFlat)
{
    /// <summary>Growth that the garbage collector's own pace explains.</summary>
    public const double MostGrowth = 1.25;

    /// <summary>MB that do not count as growth.</summary>
    public const double SlackMb = 48;

    /// <summary>Fewer settled runs than that tell nothing of growth: a process that has just started still grows into its work.</summary>
    public const int LeastSettled = 1_000;

    private const int LeastSamples = 60;
    private const double Mb = 1024 * 1024;

    /// <summary>What samples come to.</summary>
    /// <param name="samples">The samples, oldest first.</param>
    /// <param name="settled">Runs that the last process has settled.</param>
    public static MemoryUse Of(IReadOnlyList<MemorySample> samples, int settled)
    {
        var peak = samples.Select(sample => sample.Bytes).DefaultIfEmpty(0).Max() / Mb;
        var last = samples.Where(sample => sample.Start == samples[^1].Start).Select(sample => sample.Bytes / Mb).ToList();
        if (settled < LeastSettled || last.Count < LeastSamples)
        {
            return new MemoryUse(Round(peak), null, null, null);
        }

        var quarter = last.Count / 4;
        var (early, late) = (Median(last[quarter..(2 * quarter)]), Median(last[(3 * quarter)..]));
        return new MemoryUse(Round(peak), Round(early), Round(late), late <= Math.Max(early * MostGrowth, early + SlackMb));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Round(double mb) => Math.Round(mb, 1);
}

/// <summary>Looks at the host's memory four times a second.</summary>
internal sealed class MemoryTrack : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource end = new();
    private readonly List<MemorySample> samples = [];
    private readonly Task looking;

    /// <summary>Begins.</summary>
    /// <param name="look">The host's start and memory; 0 bytes while it is gone.</param>
    public MemoryTrack(Func<(int Start, long Bytes)> look) => looking = LookAsync(look);

    /// <summary>Ends, with what was seen.</summary>
    public async Task<IReadOnlyList<MemorySample>> EndAsync()
    {
        await end.CancelAsync();
        await looking;
        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        end.Dispose();
    }

    private async Task LookAsync(Func<(int Start, long Bytes)> look)
    {
        using var timer = new PeriodicTimer(Interval);
        var clock = Stopwatch.StartNew();
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                var (start, bytes) = look();
                if (bytes > 0)
                {
                    samples.Add(new MemorySample(start, clock.Elapsed.TotalSeconds, bytes));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }
}
