using System.ComponentModel;
using AgentFunctions;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tools;

/// <summary>The tool that finds routes.</summary>
/// <param name="world">The storm.</param>
/// <param name="ledger">What was dispatched so far.</param>
public sealed class RouteTools(StormWorld world, DispatchLedger ledger)
{
    private const int OfferedVehicles = 5;

    /// <summary>Finds the cheapest route in time, in this weather, with the room and the trucks that are left.</summary>
    /// <param name="cargoId">The cargo.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The tenant has no such cargo, or no route arrives in time.</exception>
    [Description("Computes the cheapest route that brings cargo to its destination before its deadline in the present weather, with room and trucks that are left. Room is not held until dispatch_vehicle.")]
    public async Task<ComputedRoute> ComputeRouteAsync(
        [Description("The cargo's id.")] string cargoId, ToolContext context, CancellationToken cancellationToken)
    {
        var cargo = world.CargoOf(cargoId, context.Tenant);
        var state = await ledger.ReadAsync(cancellationToken);
        var trucks = Trucks(cargo);
        var route = RouteFinder.Find(
            world.Scenario.Storm,
            new RouteQuery(cargo.From, cargo.To, cargo.ReadyAt, cargo.Deadline),
            departure => state.TonnesOn(departure.Id) + cargo.Tonnes <= departure.CapacityTonnes
                && (departure.From != cargo.From || trucks.Exists(truck => IsFree(state, truck, departure))));
        return route is null
            ? throw new ToolFailureException(
                ToolFailureKind.NotFound,
                $"No route from {cargo.From} to {cargo.To} with room for {cargo.Tonnes} tonnes and a free truck arrives before the deadline at minute {cargo.Deadline}.")
            : new ComputedRoute(
                cargo.Id,
                [.. route.Departures.Select(departure => departure.Id)],
                Vehicle.Window(route.Departures[0]).From,
                route.ArrivesAt,
                cargo.Deadline,
                Money.Freight(route.CentsPerTonne, cargo.Tonnes),
                [.. trucks.Where(truck => IsFree(state, truck, route.Departures[0])).Take(OfferedVehicles).Select(truck => truck.Id)]);
    }

    private static bool IsFree(LedgerState state, Vehicle truck, Departure departure)
    {
        var (from, until) = Vehicle.Window(departure);
        return state.IsFree(truck.Id, from, until);
    }

    /// <summary>Trucks that are large enough. Each cargo begins at another one, so that cargo of one hour does not ask for the same truck.</summary>
    private List<Vehicle> Trucks(Cargo cargo)
    {
        var trucks = world.Scenario.Network.Vehicles
            .Where(truck => truck.PlaceId == cargo.From && truck.CapacityTonnes >= cargo.Tonnes)
            .ToList();
        var first = trucks.Count == 0 ? 0 : cargo.Id.Sum(letter => letter) % trucks.Count;
        return [.. trucks[first..], .. trucks[..first]];
    }
}
