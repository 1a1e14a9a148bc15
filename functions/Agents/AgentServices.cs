using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFunctions.Agents;

/// <summary>Registers the agents.</summary>
public static class AgentServices
{
    /// <summary>
    /// Adds <see cref="IAgentCatalog"/>. Needs <c>AddModels</c>, <c>AddTools</c>, <c>AddPolicies</c> and an <see cref="Storage.IAgentStore"/>.
    /// The packs' definitions are read and validated when the app starts; a wrong one ends the start with a <see cref="DefinitionException"/>.
    /// </summary>
    /// <param name="services">The app's services.</param>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddSingleton<IAgentCatalog, AgentCatalog>();
        services.AddHostedService<DefinitionCheck>();
        return services;
    }

    /// <summary>Creates the catalog at start, so that a wrong definition shows before the first request.</summary>
    private sealed class DefinitionCheck(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<IAgentCatalog>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
