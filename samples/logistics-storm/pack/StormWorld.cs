using AgentFunctions;
using LogisticsStorm.Network;

namespace LogisticsStorm;

/// <summary>The storm as the tools see it: each tenant its own cargo. Made at the first look, because most apps never look.</summary>
/// <param name="settings">Which storm it is.</param>
public sealed class StormWorld(StormSettings settings)
{
    private readonly Lazy<StormScenario> scenario = new(() => StormScenario.Generate(settings.Seed, settings.Requests, TenantShare.Sample));

    /// <summary>The storm.</summary>
    public StormScenario Scenario => scenario.Value;

    /// <summary>A cargo of a tenant.</summary>
    /// <param name="cargoId">Its id.</param>
    /// <param name="tenant">Whose it must be; that of others is as good as none.</param>
    /// <exception cref="ToolFailureException">The tenant has no such cargo.</exception>
    public Cargo CargoOf(string? cargoId, string tenant) =>
        cargoId is not null && Scenario.Cargo.TryGetValue(cargoId, out var cargo) && cargo.Tenant == tenant
            ? cargo
            : throw new ToolFailureException(ToolFailureKind.NotFound, "There is no cargo of this id.");
}
