using System.Globalization;

namespace LogisticsStorm.Network;

/// <summary>Makes a network out of a seed. The same seed and scale give the same network.</summary>
internal static class NetworkGenerator
{
    private const int Ports = 10;
    private const int Hubs = 6;
    private const int MapKilometres = 1_600;
    private const int TrucksPerPlace = 6;
    private const int FlightNeighbours = 3;
    private const int RoadNeighbours = 3;
    private const int SeaNeighbours = 3;

    /// <summary>What sets one mode of travel apart from the others.</summary>
    /// <param name="KilometresPerHour">Speed.</param>
    /// <param name="ExtraMinutes">Start and landing, gates and pilots.</param>
    /// <param name="CentsPerTonneKilometre">Freight, US cents.</param>
    /// <param name="CapacityTonnes">Of a departure at scale 1.</param>
    /// <param name="LeastHours">Between departures, at least.</param>
    /// <param name="MostHours">Between departures, at most.</param>
    private sealed record Mode(
        int KilometresPerHour, int ExtraMinutes, int CentsPerTonneKilometre, int CapacityTonnes, int LeastHours, int MostHours);

    /// <summary>Makes a network.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="scale">How many times the capacity and the trucks of the smallest network, from 1.</param>
    public static RouteNetwork Generate(int seed, int scale)
    {
        var places = Settle(Dice.For(seed, "places"));
        var legs = Connect(places, Dice.For(seed, "legs"), scale);
        return new RouteNetwork(places, legs, Schedule(legs, Dice.For(seed, "schedule")), Station(places, Dice.For(seed, "vehicles"), scale));
    }

    private static List<Place> Settle(Dice dice) =>
    [
        .. Enumerable.Range(1, Ports).Select(number => Somewhere($"port-{number}", PlaceKind.Port, dice)),
        .. Enumerable.Range(1, Hubs).Select(number => Somewhere($"hub-{number}", PlaceKind.Hub, dice)),
    ];

    private static Place Somewhere(string id, PlaceKind kind, Dice dice) => new(id, kind, dice.Next(MapKilometres), dice.Next(MapKilometres));

    private static List<Leg> Connect(List<Place> places, Dice dice, int scale)
    {
        var ports = places.Where(place => place.Kind == PlaceKind.Port).ToList();
        var hubs = places.Where(place => place.Kind == PlaceKind.Hub).ToList();
        return
        [
            .. Pairs(hubs, hubs, FlightNeighbours).SelectMany(pair => Both(LegMode.Flight, pair, dice, scale)),
            .. Pairs(ports, hubs, RoadNeighbours).SelectMany(pair => Both(LegMode.Truck, pair, dice, scale)),
            .. Pairs(ports, ports, SeaNeighbours).SelectMany(pair => Both(LegMode.Ship, pair, dice, scale)),
        ];
    }

    /// <summary>Every place with those nearest to it, each pair once.</summary>
    private static IEnumerable<(Place One, Place Other)> Pairs(List<Place> ones, List<Place> others, int neighbours) => ones
        .SelectMany(one => others
            .Where(other => other != one)
            .OrderBy(one.DistanceTo).ThenBy(other => other.Id, StringComparer.Ordinal)
            .Take(neighbours)
            .Select(other => string.CompareOrdinal(one.Id, other.Id) < 0 ? (one, other) : (other, one)))
        .Distinct();

    private static IEnumerable<Leg> Both(LegMode mode, (Place One, Place Other) pair, Dice dice, int scale) =>
        [Between(mode, pair.One, pair.Other, dice, scale), Between(mode, pair.Other, pair.One, dice, scale)];

    private static Leg Between(LegMode mode, Place from, Place to, Dice dice, int scale)
    {
        var (kilometres, facts) = (from.DistanceTo(to), FactsOf(mode));
        return new Leg(
            $"{Word(mode)}-{from.Id}-{to.Id}",
            mode,
            from.Id,
            to.Id,
            facts.ExtraMinutes + (kilometres * 60 / facts.KilometresPerHour),
            dice.Between(facts.LeastHours, facts.MostHours) * 60,
            facts.CapacityTonnes * scale,
            kilometres * facts.CentsPerTonneKilometre);
    }

    private static List<Departure> Schedule(List<Leg> legs, Dice dice) =>
        [.. legs.SelectMany(leg => Departures(leg, first: dice.Next(leg.EveryMinutes / 30) * 30))];

    private static IEnumerable<Departure> Departures(Leg leg, int first)
    {
        for (var at = first; at < RouteNetwork.Horizon; at += leg.EveryMinutes)
        {
            yield return new Departure(
                string.Create(CultureInfo.InvariantCulture, $"{leg.Id}@{at}"),
                leg.Id, leg.From, leg.To, at, at + leg.TravelMinutes, leg.CapacityTonnes, leg.CentsPerTonne);
        }
    }

    private static List<Vehicle> Station(List<Place> places, Dice dice, int scale) =>
    [
        .. places.SelectMany(place => Enumerable.Range(1, TrucksPerPlace * scale).Select(number => new Vehicle(
            string.Create(CultureInfo.InvariantCulture, $"{place.Id}-truck-{number}"), place.Id, dice.Pick([12, 18, 24])))),
    ];

    private static Mode FactsOf(LegMode mode) => mode switch
    {
        LegMode.Flight => new Mode(700, 40, 60, 45, 4, 8),
        LegMode.Truck => new Mode(70, 20, 12, 36, 3, 6),
        LegMode.Ship => new Mode(35, 120, 3, 240, 12, 24),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown mode."),
    };

    private static string Word(LegMode mode) => mode switch
    {
        LegMode.Flight => "flight",
        LegMode.Truck => "road",
        LegMode.Ship => "sea",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown mode."),
    };
}
