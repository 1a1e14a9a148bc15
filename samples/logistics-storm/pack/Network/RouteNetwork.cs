namespace LogisticsStorm.Network;

/// <summary>Where cargo can go: places, legs with their departures, and trucks.</summary>
/// <param name="Places">Ports and hubs.</param>
/// <param name="Legs">Connections.</param>
/// <param name="Departures">Every departure of every leg, as scheduled.</param>
/// <param name="Vehicles">Trucks.</param>
public sealed record RouteNetwork(
    IReadOnlyList<Place> Places, IReadOnlyList<Leg> Legs, IReadOnlyList<Departure> Departures, IReadOnlyList<Vehicle> Vehicles)
{
    /// <summary>The last minute of the schedule: ten days.</summary>
    public const int Horizon = 10 * 24 * 60;
}
