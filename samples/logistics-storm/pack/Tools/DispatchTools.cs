using System.ComponentModel;
using AgentFunctions;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tools;

/// <summary>The tool that sends a truck and takes room on the route.</summary>
/// <param name="world">The storm.</param>
/// <param name="desk">The carriers, who know what they have quoted.</param>
/// <param name="ledger">What was dispatched.</param>
public sealed class DispatchTools(StormWorld world, CarrierDesk desk, DispatchLedger ledger)
{
    private const int MaxVehicles = 20;

    /// <summary>Dispatches once: the same call again answers what it did.</summary>
    /// <param name="cargoId">The cargo.</param>
    /// <param name="departures">The route.</param>
    /// <param name="vehicleIds">Trucks that would do.</param>
    /// <param name="quoteId">The quote.</param>
    /// <param name="amountUsd">The quote's price, USD. It is an argument of its own so that a policy can put what is expensive before a human.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">
    /// <see cref="ToolFailureKind.InvalidArguments"/>: route, trucks or price are not as computed and quoted.
    /// <see cref="ToolFailureKind.NotFound"/>: room or trucks are gone, or the quote is. <see cref="ToolFailureKind.Denied"/>: it was dispatched before.
    /// </exception>
    [Description("Takes room on every departure of a route and sends the first of the trucks that is still free. When it fails as notFound, compute the route again.")]
    public async Task<DispatchedVehicle> DispatchVehicleAsync(
        [Description("The cargo's id.")] string cargoId,
        [Description("The departures of compute_route.")] string[] departures,
        [Description("The vehicleIds of compute_route.")] string[] vehicleIds,
        [Description("The quoteId of quote_cost.")] string quoteId,
        [Description("The amountUsd of quote_cost.")] decimal amountUsd,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        var cargo = world.CargoOf(cargoId, context.Tenant);
        if ((await ledger.ReadAsync(cancellationToken)).Find(context.IdempotencyKey) is { } done)
        {
            // An earlier attempt was cut off after its effect. What has changed since, such as a quote that has run out, is not its business.
            return Answer(done);
        }

        if (Itinerary.Problem(cargo, departures ?? [], world.Scenario.Storm) is { } problem)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, problem);
        }

        RequireTrucks(cargo, vehicleIds ?? []);
        await RequireQuoteAsync(cargo, departures!, quoteId ?? "", amountUsd, context, cancellationToken);
        var (from, until) = Vehicle.Window(world.Scenario.Storm.Find(departures![0])!);
        var line = await ledger.DispatchAsync(
            new DispatchOrder(
                context.IdempotencyKey, context.Tenant, context.RunId, cargo.Id, cargo.Tonnes, vehicleIds!, from, until, departures, quoteId!, amountUsd),
            id => world.Scenario.Storm.Find(id)!.CapacityTonnes,
            cancellationToken);
        return Answer(line);
    }

    private static DispatchedVehicle Answer(Dispatch line) => new(line.CargoId, line.VehicleId, line.Departures, line.AmountUsd);

    private void RequireTrucks(Cargo cargo, IReadOnlyList<string> vehicleIds)
    {
        if (vehicleIds.Count is 0 or > MaxVehicles)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, $"vehicleIds names 1 to {MaxVehicles} trucks.");
        }

        foreach (var id in vehicleIds)
        {
            if (id is null || !world.Scenario.Vehicles.TryGetValue(id, out var truck)
                || truck.PlaceId != cargo.From || truck.CapacityTonnes < cargo.Tonnes)
            {
                throw new ToolFailureException(
                    ToolFailureKind.InvalidArguments, $"'{Itinerary.Shown(id ?? "null")}' is no truck at {cargo.From} for {cargo.Tonnes} tonnes.");
            }
        }
    }

    /// <summary>A price that nobody has quoted could slip under what a policy puts before a human.</summary>
    private async Task RequireQuoteAsync(
        Cargo cargo, string[] departures, string quoteId, decimal amountUsd, ToolContext context, CancellationToken cancellationToken)
    {
        var quote = await desk.GetAsync<Quote>(context, $"quotes/{Uri.EscapeDataString(quoteId)}", cancellationToken);
        if (quote.CargoId != cargo.Id || !quote.Departures.SequenceEqual(departures, StringComparer.Ordinal) || quote.AmountUsd != amountUsd)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, "Cargo, departures and amount must be those of the quote.");
        }
    }
}
