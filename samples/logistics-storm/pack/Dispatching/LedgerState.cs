using System.Collections.Immutable;
using AgentFunctions;

namespace LogisticsStorm.Dispatching;

/// <summary>What the lines of a ledger come to. Immutable, so that routes are computed on it while others dispatch.</summary>
public sealed record LedgerState
{
    /// <summary>No line.</summary>
    public static LedgerState Empty { get; } = new();

    private ImmutableDictionary<string, Dispatch> ByKey { get; init; } = ImmutableDictionary.Create<string, Dispatch>(StringComparer.Ordinal);

    private ImmutableDictionary<string, Dispatch> ByCargo { get; init; } = ImmutableDictionary.Create<string, Dispatch>(StringComparer.Ordinal);

    private ImmutableDictionary<string, int> Tonnes { get; init; } = ImmutableDictionary.Create<string, int>(StringComparer.Ordinal);

    private ImmutableDictionary<string, ImmutableList<(int From, int Until)>> Windows { get; init; } =
        ImmutableDictionary.Create<string, ImmutableList<(int, int)>>(StringComparer.Ordinal);

    /// <summary>Tonnes that were taken on a departure.</summary>
    /// <param name="departureId">The departure.</param>
    public int TonnesOn(string departureId) => Tonnes.GetValueOrDefault(departureId);

    /// <summary>The line of a call; <see langword="null"/> where it has not dispatched.</summary>
    /// <param name="key">Its idempotency key.</param>
    public Dispatch? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>Whether a truck is free all the time from a minute up to another.</summary>
    /// <param name="vehicleId">The truck.</param>
    /// <param name="from">The first minute.</param>
    /// <param name="until">The minute after the last.</param>
    public bool IsFree(string vehicleId, int from, int until) =>
        !Windows.GetValueOrDefault(vehicleId, []).Exists(window => window.From < until && from < window.Until);

    /// <summary>The state with one more line. Whether the line was right to write is not its business.</summary>
    /// <param name="line">The line.</param>
    public LedgerState With(Dispatch line) => new()
    {
        ByKey = ByKey.SetItem(line.Key, line),
        ByCargo = ByCargo.SetItem(line.CargoId, line),
        Tonnes = line.Departures.Aggregate(Tonnes, (sum, id) => sum.SetItem(id, sum.GetValueOrDefault(id) + line.Tonnes)),
        Windows = Windows.SetItem(line.VehicleId, Windows.GetValueOrDefault(line.VehicleId, []).Add((line.BusyFrom, line.BusyUntil))),
    };

    /// <summary>The line that an order comes to: the one of its key where there is one, else a new one.</summary>
    /// <param name="order">The order.</param>
    /// <param name="capacityOf">Tonnes that a departure can take.</param>
    /// <exception cref="ToolFailureException">
    /// <see cref="ToolFailureKind.Denied"/>: the cargo was dispatched by another call. <see cref="ToolFailureKind.NotFound"/>: a departure is
    /// full, or no truck is free; another route may do.
    /// </exception>
    public (Dispatch Line, bool IsNew) Decide(DispatchOrder order, Func<string, int> capacityOf)
    {
        if (ByKey.TryGetValue(order.Key, out var known))
        {
            return (known, IsNew: false);
        }

        if (ByCargo.ContainsKey(order.CargoId))
        {
            throw new ToolFailureException(ToolFailureKind.Denied, $"The cargo '{order.CargoId}' was dispatched already, by another call.");
        }

        if (order.Departures.FirstOrDefault(id => TonnesOn(id) + order.Tonnes > capacityOf(id)) is { } full)
        {
            throw new ToolFailureException(ToolFailureKind.NotFound, $"There is no room for {order.Tonnes} tonnes on '{full}' any more.");
        }

        return order.Vehicles.FirstOrDefault(id => IsFree(id, order.BusyFrom, order.BusyUntil)) is { } vehicle
            ? (Dispatch.Of(order, vehicle), IsNew: true)
            : throw new ToolFailureException(ToolFailureKind.NotFound, "None of the trucks is free at that time any more.");
    }
}
