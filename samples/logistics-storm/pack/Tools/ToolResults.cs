using LogisticsStorm.Network;

namespace LogisticsStorm.Tools;

/// <summary>What find_affected_cargo answers.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="PlaceId">The place that it is over.</param>
/// <param name="From">Its first minute after the start.</param>
/// <param name="Until">The minute after its last.</param>
/// <param name="SlowedPercent">By how much longer legs take; absent where they are closed.</param>
/// <param name="Affected">How much cargo has to be planned anew because of it.</param>
/// <param name="Cargo">The most urgent of it.</param>
public sealed record AffectedCargo(
    string AlertId, string PlaceId, int From, int Until, int? SlowedPercent, int Affected, IReadOnlyList<AffectedItem> Cargo);

/// <summary>Cargo that has to be planned anew.</summary>
/// <param name="CargoId">The cargo.</param>
/// <param name="Priority">How soon it has to be looked after.</param>
/// <param name="From">Where it is.</param>
/// <param name="To">Where it has to be.</param>
/// <param name="Tonnes">What it weighs.</param>
/// <param name="Deadline">Minutes after the start.</param>
/// <param name="Problem">Why its booking no longer holds.</param>
public sealed record AffectedItem(
    string CargoId, CargoPriority Priority, string From, string To, int Tonnes, int Deadline, string Problem);

/// <summary>What compute_route answers.</summary>
/// <param name="CargoId">The cargo.</param>
/// <param name="Departures">Ids of departures, in order.</param>
/// <param name="PickupAt">When the truck comes, minutes after the start.</param>
/// <param name="ArrivesAt">When the cargo is unloaded, minutes after the start.</param>
/// <param name="Deadline">Minutes after the start.</param>
/// <param name="FreightUsd">By tariff, USD; a carrier quotes what it asks.</param>
/// <param name="VehicleIds">Trucks that are free for the pickup, the best first.</param>
public sealed record ComputedRoute(
    string CargoId,
    IReadOnlyList<string> Departures,
    int PickupAt,
    int ArrivesAt,
    int Deadline,
    decimal FreightUsd,
    IReadOnlyList<string> VehicleIds);

/// <summary>A carrier's offer.</summary>
/// <param name="QuoteId">Names it.</param>
/// <param name="CargoId">The cargo.</param>
/// <param name="Departures">The route that it is for.</param>
/// <param name="AmountUsd">The price, USD.</param>
public sealed record Quote(string QuoteId, string CargoId, IReadOnlyList<string> Departures, decimal AmountUsd);

/// <summary>What dispatch_vehicle answers.</summary>
/// <param name="CargoId">The cargo.</param>
/// <param name="VehicleId">The truck that was sent.</param>
/// <param name="Departures">The departures on which room was taken.</param>
/// <param name="AmountUsd">The price, USD.</param>
public sealed record DispatchedVehicle(string CargoId, string VehicleId, IReadOnlyList<string> Departures, decimal AmountUsd);

/// <summary>What notify_customer answers.</summary>
/// <param name="NotificationId">Names the notification, the same for every attempt at it.</param>
public sealed record Notified(string NotificationId);
