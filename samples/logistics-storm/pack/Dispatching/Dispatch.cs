namespace LogisticsStorm.Dispatching;

/// <summary>What is to be dispatched.</summary>
/// <param name="Key">The idempotency key of the call that asks for it.</param>
/// <param name="Tenant">Whose cargo it is.</param>
/// <param name="RunId">The run that asks for it.</param>
/// <param name="CargoId">The cargo.</param>
/// <param name="Tonnes">What it weighs.</param>
/// <param name="Vehicles">Trucks that would do, the best first.</param>
/// <param name="BusyFrom">From when on the truck is needed, minutes after the scenario's start.</param>
/// <param name="BusyUntil">The minute after which it is free again.</param>
/// <param name="Departures">The route, ids of departures in order.</param>
/// <param name="QuoteId">The quote that the price is by.</param>
/// <param name="AmountUsd">The price, USD.</param>
public sealed record DispatchOrder(
    string Key,
    string Tenant,
    string RunId,
    string CargoId,
    int Tonnes,
    IReadOnlyList<string> Vehicles,
    int BusyFrom,
    int BusyUntil,
    IReadOnlyList<string> Departures,
    string QuoteId,
    decimal AmountUsd);

/// <summary>A line of the ledger: one truck was sent for one cargo, and room was taken on every departure of its route.</summary>
/// <param name="Key">The idempotency key of the call that did it.</param>
/// <param name="Tenant">Whose cargo it is.</param>
/// <param name="RunId">The run that did it.</param>
/// <param name="CargoId">The cargo.</param>
/// <param name="Tonnes">What it weighs.</param>
/// <param name="VehicleId">The truck.</param>
/// <param name="BusyFrom">From when on the truck is taken, minutes after the scenario's start.</param>
/// <param name="BusyUntil">The minute after which it is free again.</param>
/// <param name="Departures">The route, ids of departures in order.</param>
/// <param name="QuoteId">The quote that the price is by.</param>
/// <param name="AmountUsd">The price, USD.</param>
public sealed record Dispatch(
    string Key,
    string Tenant,
    string RunId,
    string CargoId,
    int Tonnes,
    string VehicleId,
    int BusyFrom,
    int BusyUntil,
    IReadOnlyList<string> Departures,
    string QuoteId,
    decimal AmountUsd)
{
    internal static Dispatch Of(DispatchOrder order, string vehicle) => new(
        order.Key, order.Tenant, order.RunId, order.CargoId, order.Tonnes, vehicle, order.BusyFrom, order.BusyUntil, order.Departures,
        order.QuoteId, order.AmountUsd);
}
