using LogisticsStorm.Network;

namespace LogisticsStorm.Dispatching;

/// <summary>
/// What must hold of a ledger, whoever wrote it: asked of the lines alone, and by other means than those that decided to write them.
/// </summary>
internal static class LedgerInvariants
{
    /// <summary>Everything that is wrong, one sentence each.</summary>
    /// <param name="lines">The ledger.</param>
    /// <param name="scenario">What it is about.</param>
    public static IReadOnlyList<string> Violations(IReadOnlyList<Dispatch> lines, StormScenario scenario) =>
    [
        .. DoubleDispatches(lines),
        .. Twice(lines, line => line.Key, "The call"),
        .. Twice(lines, line => line.CargoId, "The cargo"),
        .. Overloads(lines, scenario),
    ];

    /// <summary>Trucks that are in two places at once.</summary>
    /// <param name="lines">The ledger.</param>
    public static IEnumerable<string> DoubleDispatches(IReadOnlyList<Dispatch> lines) => lines
        .GroupBy(line => line.VehicleId, StringComparer.Ordinal)
        .SelectMany(vehicle => vehicle.OrderBy(line => line.BusyFrom).ThenBy(line => line.BusyUntil).Zip(vehicle.OrderBy(line => line.BusyFrom).ThenBy(line => line.BusyUntil).Skip(1)))
        .Where(pair => pair.Second.BusyFrom < pair.First.BusyUntil)
        .Select(pair => $"The truck {pair.First.VehicleId} was sent for {pair.First.CargoId} and {pair.Second.CargoId} at the same time.");

    private static IEnumerable<string> Twice(IReadOnlyList<Dispatch> lines, Func<Dispatch, string> what, string name) => lines
        .GroupBy(what, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{name} '{group.Key}' was dispatched {group.Count()} times.");

    private static IEnumerable<string> Overloads(IReadOnlyList<Dispatch> lines, StormScenario scenario) => lines
        .SelectMany(line => line.Departures.Select(id => (Id: id, line.Tonnes)))
        .GroupBy(load => load.Id, load => load.Tonnes, StringComparer.Ordinal)
        .Select(group => (Id: group.Key, Tonnes: group.Sum(), Capacity: scenario.Storm.Find(group.Key)?.CapacityTonnes ?? 0))
        .Where(load => load.Tonnes > load.Capacity)
        .Select(load => $"{load.Tonnes} tonnes were put on '{load.Id}', which takes {load.Capacity}.");
}
