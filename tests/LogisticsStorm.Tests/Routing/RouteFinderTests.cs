using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tests.Routing;

public sealed class RouteFinderTests
{
    private const int Tonnes = 5;

    [Property(MaxTest = 400)]
    public Property No_route_is_cheaper_or_at_the_same_price_earlier_than_the_one_that_is_found() => Prop.ForAll(Timetables(), departures =>
    {
        var query = new RouteQuery("a", "e", 10, 900);
        var found = RouteFinder.Find(new Timetable(departures), query, HasRoom);
        var best = Best(departures, query);
        return (found is null ? ((int, int)?)null : (found.CentsPerTonne, found.ArrivesAt)) == best;
    });

    [Property(MaxTest = 200)]
    public Property What_is_found_can_be_gone_and_takes_only_departures_with_room() => Prop.ForAll(Timetables(), departures =>
    {
        var timetable = new Timetable(departures);
        var found = RouteFinder.Find(timetable, new RouteQuery("a", "e", 10, 900), HasRoom);
        var cargo = new Cargo("c", "t", CargoPriority.Normal, "a", "e", Tonnes, 10, 900, []);
        return found is null
            || (Itinerary.Problem(cargo, [.. found.Departures.Select(departure => departure.Id)], timetable) is null
                && found.Departures.All(HasRoom)
                && found.CentsPerTonne == found.Departures.Sum(departure => departure.CentsPerTonne));
    });

    [Fact]
    public void A_dear_route_in_time_is_better_than_a_cheap_one_too_late()
    {
        var timetable = new Timetable([Leg("a", "e", 100, 950, 1), Leg("a", "e", 200, 300, 90)]);
        Assert.Equal("a-e@200", RouteFinder.Find(timetable, new RouteQuery("a", "e", 0, 900), HasRoom)!.Departures.Single().Id);
    }

    [Fact]
    public void Who_arrives_has_to_be_unloaded_before_the_next_departure_and_before_the_deadline()
    {
        var timetable = new Timetable([Leg("a", "b", 0, 100, 1), Leg("b", "e", 159, 200, 1), Leg("b", "e", 160, 300, 1)]);
        Assert.Equal(["a-b@0", "b-e@160"], RouteFinder.Find(timetable, new RouteQuery("a", "e", 0, 360), HasRoom)!.Departures.Select(departure => departure.Id));
        Assert.Null(RouteFinder.Find(timetable, new RouteQuery("a", "e", 0, 359), HasRoom));
    }

    [Fact]
    public void In_the_storm_of_the_sample_most_cargo_finds_a_route_and_some_finds_none()
    {
        var storm = StormScenario.Generate(42, 450, TenantShare.Sample);
        var found = storm.Requests.Count(request => RouteFinder.Find(
            storm.Storm,
            new RouteQuery(request.Cargo.From, request.Cargo.To, request.Cargo.ReadyAt, request.Cargo.Deadline),
            canTake: _ => true) is not null);
        Assert.InRange(found, 360, 449);
    }

    private static bool HasRoom(Departure departure) => departure.CapacityTonnes >= Tonnes;

    /// <summary>Every way that visits no place twice.</summary>
    private static (int Cents, int ArrivesAt)? Best(IReadOnlyList<Departure> departures, RouteQuery query)
    {
        (int, int)? best = null;
        Go(query.From, query.ReadyAt, 0, [query.From]);
        return best;

        void Go(string place, int minute, int cents, HashSet<string> visited)
        {
            if (place == query.To)
            {
                best = best is null || (cents, minute).CompareTo(best.Value) < 0 ? (cents, minute) : best;
                return;
            }

            foreach (var departure in departures.Where(each => each.From == place && each.DepartsAt >= minute && HasRoom(each)))
            {
                var arrival = departure.ArrivesAt + RouteFinder.HandlingMinutes;
                if (arrival <= query.Deadline && visited.Add(departure.To))
                {
                    Go(departure.To, arrival, cents + departure.CentsPerTonne, visited);
                    visited.Remove(departure.To);
                }
            }
        }
    }

    private static Arbitrary<IReadOnlyList<Departure>> Timetables()
    {
        var place = Gen.Elements("a", "b", "c", "d", "e");
        var departure =
            from @from in place
            from to in place
            from at in Gen.Choose(0, 60)
            from minutes in Gen.Choose(1, 30)
            from tonnes in Gen.Choose(3, 8)
            from cents in Gen.Choose(1, 12)
            select new Departure($"{@from}-{to}@{at * 10}", $"{@from}-{to}", @from, to, at * 10, (at + minutes) * 10, tonnes, cents);
        return departure.ListOf()
            .Select(list => (IReadOnlyList<Departure>)[.. list.Where(each => each.From != each.To).DistinctBy(each => each.Id).Take(24)])
            .ToArbitrary();
    }

    private static Departure Leg(string from, string to, int departsAt, int arrivesAt, int cents) =>
        new($"{from}-{to}@{departsAt}", $"{from}-{to}", from, to, departsAt, arrivesAt, CapacityTonnes: 10, cents);
}
