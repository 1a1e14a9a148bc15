using AgentFunctions;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Routing;
using LogisticsStorm.Tools;

namespace LogisticsStorm.Tests.Tools;

public sealed class StormToolsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_alert_to_dispatch_the_tools_do_what_they_say()
    {
        await using var tools = await ToolCalls.StartAsync();
        var (cargo, route, quote) = await tools.QuotedAsync();
        var alert = tools.World.Scenario.Requests.First(request => request.Cargo == cargo).AlertId;
        var affected = tools.Cargo.FindAffectedCargo(alert, tools.Call(cargo), cargo.Id);
        var sent = await DispatchAsync(tools, cargo.Id, route, quote, tools.Call(cargo));
        await tools.Carriers.NotifyCustomerAsync(cargo.Id, "It comes later.", tools.Call(cargo), Cancellation);

        Assert.Equal(cargo.Id, Assert.Single(affected.Cargo).CargoId);
        Assert.Null(Itinerary.Problem(cargo, route.Departures, tools.World.Scenario.Storm));
        Assert.True(quote.AmountUsd >= route.FreightUsd);
        Assert.Equal((route.VehicleIds[0], quote.AmountUsd), (sent.VehicleId, sent.AmountUsd));
        Assert.Equal(cargo.Id, Assert.Single(DispatchLedger.ReadLines(tools.Ledger.Path)).CargoId);
        Assert.Equal([cargo.Id], tools.Notifications);
    }

    [Fact]
    public async Task A_call_that_is_made_again_after_a_crash_has_its_effect_once()
    {
        await using var tools = await ToolCalls.StartAsync();
        var (cargo, route, quote) = await tools.QuotedAsync();
        var first = await DispatchAsync(tools, cargo.Id, route, quote, tools.Call(cargo, "dispatch"));
        var again = await DispatchAsync(tools, cargo.Id, route, quote with { QuoteId = "quote-that-has-run-out" }, tools.Call(cargo, "dispatch"));
        await tools.Carriers.NotifyCustomerAsync(cargo.Id, "Late.", tools.Call(cargo, "notify"), Cancellation);
        await tools.Carriers.NotifyCustomerAsync(cargo.Id, "Late.", tools.Call(cargo, "notify"), Cancellation);

        Assert.Equal(first.VehicleId, again.VehicleId);
        Assert.Single(DispatchLedger.ReadLines(tools.Ledger.Path));
        Assert.Single(tools.Notifications);
    }

    [Fact]
    public async Task A_tenant_sees_and_moves_nobody_elses_cargo()
    {
        await using var tools = await ToolCalls.StartAsync();
        var (cargo, route, quote) = await tools.QuotedAsync();
        var other = tools.Call(tools.World.Scenario.Cargo.Values.First(each => each.Tenant != cargo.Tenant).Tenant);
        var alert = tools.World.Scenario.Requests.First(request => request.Cargo == cargo).AlertId;

        Assert.DoesNotContain(tools.Cargo.FindAffectedCargo(alert, other).Cargo, item => item.CargoId == cargo.Id);
        await FailsAsync(ToolFailureKind.NotFound, () => Task.FromResult(tools.Cargo.FindAffectedCargo(alert, other, cargo.Id)));
        await FailsAsync(ToolFailureKind.NotFound, () => tools.Routes.ComputeRouteAsync(cargo.Id, other, Cancellation));
        await FailsAsync(ToolFailureKind.NotFound, () => tools.Carriers.QuoteCostAsync(cargo.Id, [.. route.Departures], other, Cancellation));
        await FailsAsync(ToolFailureKind.NotFound, () => DispatchAsync(tools, cargo.Id, route, quote, other));
        await FailsAsync(ToolFailureKind.NotFound, () => tools.Carriers.NotifyCustomerAsync(cargo.Id, "x", other, Cancellation));
        Assert.Empty(DispatchLedger.ReadLines(tools.Ledger.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cargo-0")]
    [InlineData("../../etc/passwd")]
    [InlineData("cargo-1'; drop table runs; --")]
    [InlineData(null)]
    public async Task Ids_that_a_model_has_made_up_are_told_to_be_unknown(string? id)
    {
        await using var tools = await ToolCalls.StartAsync();
        var call = tools.Call("atlas");
        await FailsAsync(ToolFailureKind.NotFound, () => Task.FromResult(tools.Cargo.FindAffectedCargo(id!, call)));
        await FailsAsync(ToolFailureKind.NotFound, () => tools.Routes.ComputeRouteAsync(id!, call, Cancellation));
        await FailsAsync(ToolFailureKind.NotFound, () => tools.Carriers.QuoteCostAsync(id!, [], call, Cancellation));
    }

    [Fact]
    public async Task Routes_trucks_and_prices_that_were_not_computed_and_quoted_dispatch_nothing()
    {
        await using var tools = await ToolCalls.StartAsync();
        var (cargo, route, quote) = await tools.QuotedAsync();
        var (other, otherRoute, otherQuote) = await tools.QuotedAsync(which: 5);
        var elsewhere = tools.World.Scenario.Network.Vehicles.First(truck => truck.PlaceId != cargo.From).Id;
        var call = tools.Call(cargo);

        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { Departures = [] }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { Departures = ["flight-to-nowhere@1"] }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { Departures = null! }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { VehicleIds = [] }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { VehicleIds = [elsewhere] }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route with { VehicleIds = [null!] }, quote, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route, quote with { AmountUsd = 0.01m }, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => DispatchAsync(tools, cargo.Id, route, otherQuote, call));
        await FailsAsync(ToolFailureKind.NotFound, () => DispatchAsync(tools, cargo.Id, route, quote with { QuoteId = "../quotes/x" }, call));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => tools.Carriers.NotifyCustomerAsync(cargo.Id, new string('x', 501), call, Cancellation));
        await FailsAsync(ToolFailureKind.InvalidArguments, () => tools.Carriers.NotifyCustomerAsync(cargo.Id, " ", call, Cancellation));
        Assert.NotEqual(cargo.Id, other.Id);
        Assert.NotEmpty(otherRoute.Departures);
        Assert.Empty(DispatchLedger.ReadLines(tools.Ledger.Path));
    }

    [Fact]
    public async Task What_was_dispatched_is_no_longer_offered_to_others()
    {
        await using var tools = await ToolCalls.StartAsync();
        var (cargo, route, quote) = await tools.QuotedAsync();
        var sent = await DispatchAsync(tools, cargo.Id, route, quote, tools.Call(cargo));
        var again = await tools.Routes.ComputeRouteAsync(cargo.Id, tools.Call(cargo), Cancellation);
        Assert.True(again.Departures[0] != route.Departures[0] || !again.VehicleIds.Contains(sent.VehicleId));
        await FailsAsync(ToolFailureKind.Denied, () => DispatchAsync(tools, cargo.Id, again, quote with { }, tools.Call(cargo)), alsoOk: ToolFailureKind.InvalidArguments);
    }

    [Fact]
    public async Task A_carrier_that_fails_is_told_as_unavailable_and_answers_later_attempts_of_the_same_call()
    {
        await using var tools = await ToolCalls.StartAsync();
        var faults = new Driver.Carriers.CarrierFaults(ToolCalls.Seed);
        var cargo = tools.World.Scenario.Cargo.Values.First(each => faults.Of("notifications", each.Id) is { IsDown: false, Refusals: 1 });
        var call = tools.Call(cargo);
        await FailsAsync(ToolFailureKind.Unavailable, () => tools.Carriers.NotifyCustomerAsync(cargo.Id, "Late.", call, Cancellation));
        await tools.Carriers.NotifyCustomerAsync(cargo.Id, "Late.", call, Cancellation);
        Assert.Equal([cargo.Id], tools.Notifications);
    }

    private static Task<DispatchedVehicle> DispatchAsync(ToolCalls tools, string cargoId, ComputedRoute route, Quote quote, ToolContext call) =>
        tools.Dispatching.DispatchVehicleAsync(
            cargoId, route.Departures is null ? null! : [.. route.Departures], [.. route.VehicleIds], quote.QuoteId, quote.AmountUsd, call, Cancellation);

    private static async Task FailsAsync<T>(ToolFailureKind kind, Func<Task<T>> call, ToolFailureKind? alsoOk = null)
    {
        var failure = await Assert.ThrowsAsync<ToolFailureException>(call);
        Assert.True(failure.Kind == kind || failure.Kind == alsoOk, $"{failure.Kind}: {failure.Message}");
        Assert.True(failure.Message.Length < 300);
    }
}
