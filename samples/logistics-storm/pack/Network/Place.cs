namespace LogisticsStorm.Network;

/// <summary>What a place is.</summary>
public enum PlaceKind
{
    /// <summary>A sea port: ships call here, trucks come and go.</summary>
    Port,

    /// <summary>A hub: flights land here, trucks come and go.</summary>
    Hub,
}

/// <summary>A place of the network.</summary>
/// <param name="Id">Such as <c>port-3</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="X">Kilometres east of the map's corner.</param>
/// <param name="Y">Kilometres north of the map's corner.</param>
public sealed record Place(string Id, PlaceKind Kind, int X, int Y)
{
    /// <summary>Kilometres in a straight line, rounded up.</summary>
    /// <param name="other">The other place.</param>
    public int DistanceTo(Place other) => (int)Math.Ceiling(Math.Sqrt(Math.Pow(X - other.X, 2) + Math.Pow(Y - other.Y, 2)));
}
