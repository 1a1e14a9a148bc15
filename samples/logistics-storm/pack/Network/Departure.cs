namespace LogisticsStorm.Network;

/// <summary>How a leg is travelled.</summary>
public enum LegMode
{
    /// <summary>By air, between hubs.</summary>
    Flight,

    /// <summary>By road.</summary>
    Truck,

    /// <summary>By sea, between ports.</summary>
    Ship,
}

/// <summary>A connection in one direction that is served by a schedule.</summary>
/// <param name="Id">Such as <c>flight-hub-1-hub-4</c>.</param>
/// <param name="Mode">How it is travelled.</param>
/// <param name="From">The place it leaves.</param>
/// <param name="To">The place it reaches.</param>
/// <param name="TravelMinutes">In fair weather.</param>
/// <param name="EveryMinutes">Time between two departures.</param>
/// <param name="CapacityTonnes">Of each departure.</param>
/// <param name="CentsPerTonne">Freight, US cents for a tonne.</param>
public sealed record Leg(
    string Id, LegMode Mode, string From, string To, int TravelMinutes, int EveryMinutes, int CapacityTonnes, int CentsPerTonne);

/// <summary>One departure of a leg.</summary>
/// <param name="Id">The leg's id and the minute of departure, such as <c>flight-hub-1-hub-4@360</c>.</param>
/// <param name="LegId">The leg.</param>
/// <param name="From">The place it leaves.</param>
/// <param name="To">The place it reaches.</param>
/// <param name="DepartsAt">Minutes after the scenario's start.</param>
/// <param name="ArrivesAt">Minutes after the scenario's start.</param>
/// <param name="CapacityTonnes">What it can take.</param>
/// <param name="CentsPerTonne">Freight, US cents for a tonne.</param>
public sealed record Departure(
    string Id, string LegId, string From, string To, int DepartsAt, int ArrivesAt, int CapacityTonnes, int CentsPerTonne);
