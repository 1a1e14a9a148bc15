using LogisticsStorm.Driver.Following;

namespace LogisticsStorm.Tests.Following;

public sealed class FiguresTests
{
    private const long Mb = 1024 * 1024;

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        var percentiles = Percentiles.Of(Enumerable.Range(1, 200).Reverse().Select(second => TimeSpan.FromSeconds(second)))!;
        Assert.Equal(new Percentiles(100, 190, 198, 200), percentiles);
        Assert.Equal(new Percentiles(7, 7, 7, 7), Percentiles.Of([TimeSpan.FromSeconds(7)]));
        Assert.Null(Percentiles.Of([]));
    }

    [Fact]
    public void Memory_that_goes_up_and_down_is_flat_and_memory_that_only_grows_is_not()
    {
        Assert.True(Of(step => 200 + (step % 40)).IsFlat);
        Assert.False(Of(step => 200 + step).IsFlat);
    }

    [Fact]
    public void A_process_that_has_settled_few_runs_tells_nothing_of_growth()
    {
        List<MemorySample> growing = [.. Enumerable.Range(0, 400).Select(step => new MemorySample(1, step, (100 + step) * Mb))];
        Assert.Null(MemoryUse.Of(growing, settled: 999).IsFlat);
        Assert.False(MemoryUse.Of(growing, settled: 1_000).IsFlat);
        Assert.Null(MemoryUse.Of([], settled: 0).IsFlat);
    }

    [Fact]
    public void The_peak_counts_for_every_process_and_growth_for_the_last_one()
    {
        List<MemorySample> samples = [new(1, 0, 900 * Mb), .. Enumerable.Range(0, 100).Select(step => new MemorySample(2, step, 300 * Mb))];
        Assert.Equal(new MemoryUse(900, 300, 300, IsFlat: true), MemoryUse.Of(samples, settled: 5_000));
    }

    private static MemoryUse Of(Func<int, int> mb) =>
        MemoryUse.Of([.. Enumerable.Range(0, 400).Select(step => new MemorySample(1, step, mb(step) * Mb))], settled: 5_000);
}
