using System.Collections.Frozen;
using LogisticsStorm.Network;

namespace LogisticsStorm.Routing;

/// <summary>Departures by the place they leave.</summary>
public sealed class Timetable
{
    private readonly FrozenDictionary<string, Departure[]> byPlace;
    private readonly FrozenDictionary<string, Departure> byId;

    /// <summary>Makes a timetable.</summary>
    /// <param name="departures">What leaves.</param>
    public Timetable(IEnumerable<Departure> departures)
    {
        byId = departures.ToFrozenDictionary(departure => departure.Id, StringComparer.Ordinal);
        byPlace = byId.Values.GroupBy(departure => departure.From).ToFrozenDictionary(
            group => group.Key,
            group => group.OrderBy(departure => departure.DepartsAt).ThenBy(departure => departure.Id, StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>A departure, or <see langword="null"/> where none of that id leaves.</summary>
    /// <param name="id">Its id.</param>
    public Departure? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>What leaves a place at a minute or later, in order of departure.</summary>
    /// <param name="place">The place.</param>
    /// <param name="minute">Minutes after the scenario's start.</param>
    public ReadOnlySpan<Departure> From(string place, int minute)
    {
        var all = byPlace.GetValueOrDefault(place, []);
        var (low, high) = (0, all.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = all[middle].DepartsAt < minute ? (middle + 1, high) : (low, middle);
        }

        return all.AsSpan(low);
    }
}
