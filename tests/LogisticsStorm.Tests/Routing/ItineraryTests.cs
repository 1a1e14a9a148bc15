using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tests.Routing;

public sealed class ItineraryTests
{
    private static readonly Timetable Times = new(
    [
        new("ab", "a-b", "a", "b", 100, 200, 10, 1),
        new("bc-early", "b-c", "b", "c", 259, 300, 10, 1),
        new("bc", "b-c", "b", "c", 260, 300, 10, 1),
        new("bc-late", "b-c", "b", "c", 800, 900, 10, 1),
    ]);

    private static readonly Cargo Cargo = new("cargo", "tenant", CargoPriority.Normal, "a", "c", 5, 100, 400, []);

    [Theory]
    [InlineData("ab,bc", null)]
    [InlineData("", "1 to 16")]
    [InlineData("xx", "does not leave")]
    [InlineData("bc", "not leave from a")]
    [InlineData("ab,bc-early", "before the cargo is there")]
    [InlineData("ab,bc-late", "after the deadline")]
    [InlineData("ab", "ends at b")]
    [InlineData("ab,ab", "not leave from b")]
    public void A_way_works_or_the_reason_is_told(string departures, string? problem)
    {
        var told = Itinerary.Problem(Cargo, departures.Split(',', StringSplitOptions.RemoveEmptyEntries), Times);
        Assert.Equal(problem is null, told is null);
        Assert.Contains(problem ?? "", told ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_that_is_far_too_long_is_refused_and_no_message_repeats_what_was_made_up()
    {
        Assert.NotNull(Itinerary.Problem(Cargo, [.. Enumerable.Repeat("ab", 10_000)], Times));
        Assert.True(Itinerary.Problem(Cargo, [new string('x', 100_000)], Times)!.Length < 200);
    }
}
