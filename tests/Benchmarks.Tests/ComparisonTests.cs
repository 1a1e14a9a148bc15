using AgentFunctions.Benchmarks.Peers;

namespace Benchmarks.Tests;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData(12_000, 600, 1_200, true, true)]
    [InlineData(12_000, 601, 1_201, false, false)]
    public void The_rate_of_W2_is_to_be_20_times_LangGraphs_and_10_times_that_of_DBOS(
        double ours, double langGraph, double dbos, bool isLangGraphMet, bool isDbosMet)
    {
        var ratios = Compare(Metric.Many, ours, langGraph, dbos).Ratios;

        Assert.Equal(isLangGraphMet, Assert.Single(ratios, each => each.Peer == Contenders.LangGraph).IsMet);
        Assert.Equal(isDbosMet, Assert.Single(ratios, each => each.Peer == Contenders.Dbos).IsMet);
    }

    [Theory]
    [InlineData(150, 1_500, true)]
    [InlineData(151, 1_500, false)]
    public void The_time_of_W3_is_to_be_a_tenth_of_that_of_DBOS(double ours, double dbos, bool isMet) =>
        Assert.Equal(isMet, Assert.Single(Compare(Metric.FanOut, ours, 400, dbos).Ratios, each => each.Peer == Contenders.Dbos).IsMet);

    [Fact]
    public void A_peer_that_cannot_be_had_has_no_ratio_and_meets_nothing()
    {
        var comparison = Compare(Metric.Many, 12_000, 600, null);

        var ratio = Assert.Single(comparison.Ratios, each => each.Peer == Contenders.Dbos);
        Assert.Equal((null, ">= 10", null), (ratio.Value, ratio.Target, ratio.IsMet));
        Assert.Equal("no PostgreSQL", comparison.Missing[Contenders.Dbos]);
        Assert.Null(Assert.Single(comparison.Figures).Values[Contenders.Dbos]);
    }

    [Fact]
    public async Task A_program_that_the_machine_lacks_is_named()
    {
        var error = await Assert.ThrowsAsync<PeerException>(
            () => Tool.RunAsync(new("no-such-program"), TestContext.Current.CancellationToken));

        Assert.Contains("there is no no-such-program", error.Message, StringComparison.Ordinal);
    }

    private static Comparison Compare(Metric metric, double ours, double langGraph, double? dbos)
    {
        var samples = new Samples();
        samples.Syncs.Add(3_000);
        samples.Add(Contenders.Ours, [(metric, ours)]);
        samples.Add(Contenders.LangGraph, [(metric, langGraph)]);
        if (dbos is { } value)
        {
            samples.Add(Contenders.Dbos, [(metric, value)]);
        }

        return Comparison.Of(
            samples,
            [.. Workload.All.Where(each => each.Name == metric.Workload)],
            new Dictionary<string, IReadOnlyDictionary<string, string>>(),
            new Dictionary<string, string> { [Contenders.Dbos] = "no PostgreSQL" });
    }
}
