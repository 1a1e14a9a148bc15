using LogisticsStorm.Network;

namespace LogisticsStorm.Routing;

/// <summary>Checks that cargo can really go a way.</summary>
public static class Itinerary
{
    /// <summary>Most departures of one itinerary.</summary>
    public const int MaxDepartures = 16;

    /// <summary>What is wrong with a way through a timetable, one sentence; <see langword="null"/> where it works.</summary>
    /// <param name="cargo">The cargo.</param>
    /// <param name="departures">Ids of departures, in order.</param>
    /// <param name="timetable">What leaves.</param>
    public static string? Problem(Cargo cargo, IReadOnlyList<string> departures, Timetable timetable)
    {
        if (departures.Count is 0 or > MaxDepartures)
        {
            return $"An itinerary has 1 to {MaxDepartures} departures.";
        }

        var (place, minute) = (cargo.From, cargo.ReadyAt);
        foreach (var id in departures)
        {
            if (timetable.Find(id) is not { } departure)
            {
                return $"The departure '{Shown(id)}' does not leave.";
            }

            if (departure.From != place)
            {
                return $"The departure '{id}' does not leave from {place}.";
            }

            if (departure.DepartsAt < minute)
            {
                return $"The departure '{id}' leaves before the cargo is there.";
            }

            (place, minute) = (departure.To, departure.ArrivesAt + RouteFinder.HandlingMinutes);
        }

        return place != cargo.To ? $"It ends at {place}, not at {cargo.To}."
            : minute > cargo.Deadline ? $"It ends at minute {minute}, after the deadline at minute {cargo.Deadline}."
            : null;
    }

    /// <summary>No message grows with what a model has made up.</summary>
    internal static string Shown(string text) => text.Length <= 64 ? text : $"{text.AsSpan(0, 64)}…";
}
