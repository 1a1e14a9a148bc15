using System.ComponentModel;
using AgentFunctions;
using LogisticsStorm.Network;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tools;

/// <summary>The tool that tells what an alert means for cargo.</summary>
/// <param name="world">The storm.</param>
public sealed class CargoTools(StormWorld world)
{
    private const int Shown = 20;

    /// <summary>Lists the tenant's cargo that an alert leaves without a working route.</summary>
    /// <param name="alertId">The alert.</param>
    /// <param name="context">The call.</param>
    /// <param name="cargoId">Asks for one cargo alone.</param>
    /// <exception cref="ToolFailureException">There is no such alert, or the tenant has no such cargo.</exception>
    [Description("Lists cargo whose booking a weather alert breaks, the most urgent 20 first, with the reason. With a cargo id, that cargo alone.")]
    public AffectedCargo FindAffectedCargo(
        [Description("The alert's id.")] string alertId,
        ToolContext context,
        [Description("A cargo's id.")] string? cargoId = null)
    {
        var scenario = world.Scenario;
        var alert = scenario.Alerts.FirstOrDefault(each => each.Id == alertId)
            ?? throw new ToolFailureException(ToolFailureKind.NotFound, "There is no alert of this id.");
        var only = cargoId is null ? null : world.CargoOf(cargoId, context.Tenant);
        var affected = scenario.AffectedBy[alert.Id]
            .Where(cargo => cargo.Tenant == context.Tenant && (only is null || only == cargo))
            .ToList();
        return new AffectedCargo(
            alert.Id, alert.PlaceId, alert.From, alert.Until, alert.SlowedPercent, affected.Count, [.. affected.Take(Shown).Select(Item)]);
    }

    private AffectedItem Item(Cargo cargo) => new(
        cargo.Id, cargo.Priority, cargo.From, cargo.To, cargo.Tonnes, cargo.Deadline,
        Itinerary.Problem(cargo, cargo.Booked, world.Scenario.Storm)!);
}
