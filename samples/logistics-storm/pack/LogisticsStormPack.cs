using AgentFunctions;
using LogisticsStorm.Dispatching;
using LogisticsStorm.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LogisticsStorm;

/// <summary>
/// The storm: agents that find cargo a new route when weather closes or slows legs of a network, ask a carrier for its price, dispatch a
/// truck and tell the customer. The network is generated from a seed; see <see cref="StormSettings"/>.
/// </summary>
public sealed class LogisticsStormPack : IPack
{
    /// <inheritdoc/>
    public void Configure(PackBuilder pack)
    {
        pack.Services.AddSingleton(services => StormSettings.Read(services.GetRequiredService<IConfiguration>()));
        pack.Services.AddSingleton(services => new DispatchLedger(services.GetRequiredService<StormSettings>().Ledger));
        pack.Services.AddSingleton(services => new CarrierDesk(services.GetRequiredService<StormSettings>()));
        pack.Services.AddSingleton(services => new StormWorld(services.GetRequiredService<StormSettings>()));
        pack.AddTools<CargoTools>()
            .AddTools<RouteTools>()
            .AddTools<CarrierTools>()
            .AddTools<DispatchTools>()
            .AddDefinitions("packs/logistics-storm");
    }
}
