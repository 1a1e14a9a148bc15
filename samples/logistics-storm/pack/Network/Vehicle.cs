namespace LogisticsStorm.Network;

/// <summary>A truck that brings cargo from its warehouse to the first departure of its route.</summary>
/// <param name="Id">Such as <c>port-3-truck-2</c>.</param>
/// <param name="PlaceId">Where it is stationed.</param>
/// <param name="CapacityTonnes">What it can take.</param>
public sealed record Vehicle(string Id, string PlaceId, int CapacityTonnes)
{
    /// <summary>How long before a departure its truck is needed, in minutes.</summary>
    public const int LoadingMinutes = 90;

    /// <summary>When a truck that serves a departure is taken: from its first minute up to, but not including, its second.</summary>
    /// <param name="departure">The first departure of a route.</param>
    public static (int From, int Until) Window(Departure departure) => (departure.DepartsAt - LoadingMinutes, departure.DepartsAt);
}
