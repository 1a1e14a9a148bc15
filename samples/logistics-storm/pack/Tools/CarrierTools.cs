using System.ComponentModel;
using AgentFunctions;
using LogisticsStorm.Routing;

namespace LogisticsStorm.Tools;

/// <summary>Tools that talk to carriers and customers over HTTP.</summary>
/// <param name="world">The storm.</param>
/// <param name="desk">The carriers.</param>
public sealed class CarrierTools(StormWorld world, CarrierDesk desk)
{
    private const int MaxMessageCharacters = 500;

    /// <summary>Asks for the price of a route.</summary>
    /// <param name="cargoId">The cargo.</param>
    /// <param name="departures">The route.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The cargo cannot go this way, or the carrier fails.</exception>
    [Description("Asks the carrier what a route costs in this weather. dispatch_vehicle needs the quote.")]
    public Task<Quote> QuoteCostAsync(
        [Description("The cargo's id.")] string cargoId,
        [Description("The departures of compute_route.")] string[] departures,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        var cargo = world.CargoOf(cargoId, context.Tenant);
        return Itinerary.Problem(cargo, departures ?? [], world.Scenario.Storm) is { } problem
            ? throw new ToolFailureException(ToolFailureKind.InvalidArguments, problem)
            : desk.PostAsync<Quote>(context, "quotes", new { cargoId = cargo.Id, departures }, cancellationToken);
    }

    /// <summary>Tells the customer.</summary>
    /// <param name="cargoId">The cargo.</param>
    /// <param name="message">What is told.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The message is empty or too long, or it cannot be delivered.</exception>
    [Description("Tells the customer about the new route, once.")]
    public Task<Notified> NotifyCustomerAsync(
        [Description("The cargo's id.")] string cargoId,
        [Description("One or two sentences for the customer, 500 characters at most.")] string message,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        var cargo = world.CargoOf(cargoId, context.Tenant);
        return string.IsNullOrWhiteSpace(message) || message.Length > MaxMessageCharacters
            ? throw new ToolFailureException(ToolFailureKind.InvalidArguments, $"The message has 1 to {MaxMessageCharacters} characters.")
            : desk.PostAsync<Notified>(context, "notifications", new { cargoId = cargo.Id, message }, cancellationToken);
    }
}
