namespace LogisticsStorm.Network;

/// <summary>Weather that closes or slows legs for a time.</summary>
/// <param name="Id">Such as <c>alert-4</c>.</param>
/// <param name="PlaceId">The place it is over.</param>
/// <param name="Legs">The legs it hits: all that leave or reach the place.</param>
/// <param name="From">Its first minute after the scenario's start.</param>
/// <param name="Until">The minute after its last.</param>
/// <param name="SlowedPercent">By how much longer the legs take; <see langword="null"/> where they are closed.</param>
public sealed record WeatherAlert(string Id, string PlaceId, IReadOnlyList<string> Legs, int From, int Until, int? SlowedPercent)
{
    /// <summary>Whether a departure falls into it.</summary>
    /// <param name="departure">The departure as scheduled.</param>
    public bool Hits(Departure departure) =>
        departure.DepartsAt >= From && departure.DepartsAt < Until && Legs.Contains(departure.LegId, StringComparer.Ordinal);

    /// <summary>What it makes of a departure: a later arrival, or <see langword="null"/> where it does not leave.</summary>
    /// <param name="departure">The departure.</param>
    public Departure? On(Departure departure) => !Hits(departure) ? departure
        : SlowedPercent is { } percent
            ? departure with { ArrivesAt = departure.ArrivesAt + ((departure.ArrivesAt - departure.DepartsAt) * percent / 100) }
            : null;
}
