using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Network;

namespace LogisticsStorm.Tests.Dispatching;

public sealed class LedgerInvariantsTests
{
    private static readonly StormScenario Storm = StormScenario.Generate(42, 10, TenantShare.Sample);

    [Fact]
    public void A_truck_in_two_places_at_once_is_found_whatever_the_order_of_the_lines()
    {
        Dispatch[] lines = [Line("k1", "c1", "v1", 100, 190), Line("k2", "c2", "v2", 100, 190), Line("k3", "c3", "v1", 50, 101)];
        Assert.Contains("v1", Assert.Single(LedgerInvariants.DoubleDispatches(lines)), StringComparison.Ordinal);
        Assert.Empty(LedgerInvariants.DoubleDispatches([Line("k1", "c1", "v1", 100, 190), Line("k2", "c2", "v1", 190, 280)]));
    }

    [Fact]
    public void A_call_or_cargo_that_was_dispatched_twice_and_a_departure_with_too_much_on_it_are_found()
    {
        var departure = Storm.Network.Departures.First(each => Storm.Storm.Find(each.Id) is not null);
        Dispatch[] lines =
        [
            Line("k1", "c1", "v1", 0, 90),
            Line("k1", "c2", "v2", 0, 90),
            Line("k2", "c2", "v3", 0, 90) with { Departures = [departure.Id], Tonnes = departure.CapacityTonnes + 1 },
        ];
        var violations = LedgerInvariants.Violations(lines, Storm);
        Assert.Equal(3, violations.Count);
        Assert.Contains("k1", violations[0], StringComparison.Ordinal);
        Assert.Contains("c2", violations[1], StringComparison.Ordinal);
        Assert.Contains(departure.Id, violations[2], StringComparison.Ordinal);
    }

    [Property]
    public Property Whatever_is_ordered_the_rules_of_the_ledger_keep_the_invariant()
    {
        var order =
            from key in Gen.Choose(0, 40)
            from @from in Gen.Choose(0, 20)
            from trucks in Gen.Elements<string[]>(["v1"], ["v1", "v2"], ["v2", "v1"], ["v3"])
            select new DispatchOrder($"k{key}", "t", "run", $"c{key}", 1, trucks, @from * 10, (@from * 10) + 90, ["d"], "q", 1m);
        return Prop.ForAll(order.ListOf().ToArbitrary(), orders =>
        {
            var (state, lines) = (LedgerState.Empty, new List<Dispatch>());
            foreach (var each in orders)
            {
                try
                {
                    var (line, isNew) = state.Decide(each, capacityOf: _ => 12);
                    state = isNew ? state.With(line) : state;
                    lines.AddRange(isNew ? [line] : []);
                }
                catch (AgentFunctions.ToolFailureException)
                {
                    // Refused, which leaves no line.
                }
            }

            return !LedgerInvariants.DoubleDispatches(lines).Any()
                && lines.Count <= 12
                && lines.DistinctBy(line => line.Key).Count() == lines.Count;
        });
    }

    private static Dispatch Line(string key, string cargo, string vehicle, int from, int until) =>
        new(key, "tenant", "run", cargo, 1, vehicle, from, until, [], "q", 1m);
}
