using LogisticsStorm.Network;

namespace LogisticsStorm.Routing;

/// <summary>What is looked for.</summary>
/// <param name="From">Where the cargo is.</param>
/// <param name="To">Where it has to be.</param>
/// <param name="ReadyAt">From when on it can be loaded, minutes after the scenario's start.</param>
/// <param name="Deadline">When it must have been unloaded, minutes after the scenario's start.</param>
public sealed record RouteQuery(string From, string To, int ReadyAt, int Deadline);

/// <summary>A way through the timetable.</summary>
/// <param name="Departures">What it takes, in order.</param>
/// <param name="ArrivesAt">When the cargo is unloaded, minutes after the scenario's start.</param>
/// <param name="CentsPerTonne">Freight, US cents for a tonne.</param>
public sealed record Route(IReadOnlyList<Departure> Departures, int ArrivesAt, int CentsPerTonne);

/// <summary>
/// Finds the cheapest route in time; of several at one price the earliest. Dijkstra's algorithm over (place, time), in order of price:
/// who reaches a place later and at no lower price than another can do nothing that the other cannot, because waiting is free. So each
/// place keeps only the earliest time at which it was reached so far, and what was reached first at the destination is the answer.
/// </summary>
public static class RouteFinder
{
    /// <summary>Unloading and, where it goes on, loading again, in minutes.</summary>
    public const int HandlingMinutes = 60;

    /// <summary>The route, or <see langword="null"/> where none arrives in time.</summary>
    /// <param name="timetable">What leaves.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="canTake">Whether a departure has room; asked only for what could be reached.</param>
    public static Route? Find(Timetable timetable, RouteQuery query, Func<Departure, bool> canTake)
    {
        var open = new PriorityQueue<Label, (int Cents, int Minute)>();
        var earliest = new Dictionary<string, int>(StringComparer.Ordinal);
        open.Enqueue(new Label(query.From, query.ReadyAt, 0, Via: null, Before: null), (0, query.ReadyAt));
        while (open.TryDequeue(out var label, out _))
        {
            if (label.Place == query.To)
            {
                return label.ToRoute();
            }

            if (earliest.TryGetValue(label.Place, out var before) && before <= label.Minute)
            {
                continue;
            }

            earliest[label.Place] = label.Minute;
            foreach (var departure in timetable.From(label.Place, label.Minute))
            {
                var arrival = departure.ArrivesAt + HandlingMinutes;
                var isOld = earliest.TryGetValue(departure.To, out var reached) && reached <= arrival;
                if (!isOld && arrival <= query.Deadline && canTake(departure))
                {
                    var cents = label.Cents + departure.CentsPerTonne;
                    open.Enqueue(new Label(departure.To, arrival, cents, departure, label), (cents, arrival));
                }
            }
        }

        return null;
    }

    /// <summary>A way to reach a place.</summary>
    private sealed record Label(string Place, int Minute, int Cents, Departure? Via, Label? Before)
    {
        public Route ToRoute()
        {
            var departures = new List<Departure>();
            for (var label = this; label.Via is { } via; label = label.Before!)
            {
                departures.Add(via);
            }

            departures.Reverse();
            return new Route(departures, Minute, Cents);
        }
    }
}
