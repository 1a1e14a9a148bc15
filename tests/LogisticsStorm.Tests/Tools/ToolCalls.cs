using AgentFunctions;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Driver.Carriers;
using LogisticsStorm.Network;
using LogisticsStorm.Tools;

namespace LogisticsStorm.Tests.Tools;

/// <summary>The pack's tools over a storm of their own, with the sample's simulated carriers behind real HTTP.</summary>
internal sealed class ToolCalls : IAsyncDisposable
{
    public const int Seed = 42;

    private readonly TempFolder folder = new();
    private readonly HttpClient http = new();
    private readonly SimulatedCarriers carriers;

    private ToolCalls(StormWorld world, SimulatedCarriers carriers)
    {
        this.carriers = carriers;
        World = world;
        Ledger = new DispatchLedger(folder.File("dispatches.jsonl"));
        var desk = new CarrierDesk(new StormSettings(Seed, 30, carriers.Address, Ledger.Path));
        Cargo = new CargoTools(world);
        Routes = new RouteTools(world, Ledger);
        Carriers = new CarrierTools(world, desk);
        Dispatching = new DispatchTools(world, desk, Ledger);
    }

    public StormWorld World { get; }

    public DispatchLedger Ledger { get; }

    public CargoTools Cargo { get; }

    public RouteTools Routes { get; }

    public CarrierTools Carriers { get; }

    public DispatchTools Dispatching { get; }

    public IReadOnlyList<string> Notifications => carriers.Notifications;

    /// <summary>Requests whose carriers neither fail nor are slow.</summary>
    public IEnumerable<ReplanningRequest> Smooth => World.Scenario.Requests.Where(request => Mood("quotes", request) && Mood("notifications", request));

    public static async Task<ToolCalls> StartAsync()
    {
        var world = new StormWorld(new StormSettings(Seed, 30, new Uri("http://127.0.0.1"), "unused"));
        return new ToolCalls(world, await SimulatedCarriers.StartAsync(world.Scenario, Seed, TestContext.Current.CancellationToken));
    }

    /// <summary>A call on behalf of the cargo's tenant.</summary>
    public ToolContext Call(Cargo cargo, string? key = null) => Call(cargo.Tenant, key);

    public ToolContext Call(string tenant, string? key = null) =>
        new(tenant, "thread", "run", "agent", key ?? Guid.NewGuid().ToString("N"), Attempt: 1, Files: null!) { Http = http };

    /// <summary>A cargo with its route and quote, ready to be dispatched.</summary>
    public async Task<(Cargo Cargo, ComputedRoute Route, Quote Quote)> QuotedAsync(int which = 0)
    {
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var cargo in Smooth.Select(request => request.Cargo).Skip(which))
        {
            try
            {
                var route = await Routes.ComputeRouteAsync(cargo.Id, Call(cargo), cancellation);
                return (cargo, route, await Carriers.QuoteCostAsync(cargo.Id, [.. route.Departures], Call(cargo), cancellation));
            }
            catch (ToolFailureException failure) when (failure.Kind == ToolFailureKind.NotFound)
            {
                // No route in time; the next one.
            }
        }

        throw new InvalidOperationException("No cargo of this storm finds a route.");
    }

    public async ValueTask DisposeAsync()
    {
        await carriers.DisposeAsync();
        http.Dispose();
        Ledger.Dispose();
        folder.Dispose();
    }

    private static bool Mood(string desk, ReplanningRequest request) =>
        new CarrierFaults(Seed).Of(desk, request.Cargo.Id) is { IsDown: false, Refusals: 0, SlowFirst: false };
}
