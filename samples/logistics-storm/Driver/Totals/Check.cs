namespace LogisticsStorm.Driver.Totals;

/// <summary>Something that must hold in the end.</summary>
/// <param name="Name">What.</param>
/// <param name="Holds">Whether it does.</param>
/// <param name="Detail">The figures.</param>
internal sealed record Check(string Name, bool Holds, string Detail);
