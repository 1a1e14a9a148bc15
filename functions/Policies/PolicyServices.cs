using AgentFunctions.Agents;
using AgentFunctions.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFunctions.Policies;

/// <summary>Registers the policies.</summary>
public static class PolicyServices
{
    /// <summary>
    /// Adds <see cref="IPolicyCatalog"/> over <c>policies/*.yaml</c> of the app and its packs. They are read and validated when the
    /// app starts; a wrong one ends the start with a <see cref="DefinitionException"/>. Settings: <c>Policies:Folder</c> (the app's own
    /// definitions), <c>Policies:Default</c> (the policy of agents that name none).
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    public static IServiceCollection AddPolicies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(PolicySettings.Read(configuration));
        services.AddSingleton<PolicyCatalog>();
        services.AddSingleton<IPolicyCatalog>(provider => provider.GetRequiredService<PolicyCatalog>());
        services.AddSingleton<PolicyGate>();
        services.AddHostedService<PolicyCheck>();
        return services;
    }

    /// <summary>Refuses rules about tools and agents that do not exist, which would silently do nothing.</summary>
    private sealed class PolicyCheck(PolicyCatalog policies, IToolCatalog tools, IAgentCatalog agents) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var policy in policies.Read)
            {
                if (policy.Tools.FirstOrDefault(tool => tools.Find(tool.Text()) is null) is { } unknownTool)
                {
                    throw unknownTool.Error($"There is no tool '{unknownTool.Text()}'.");
                }

                foreach (var agent in policy.Agents)
                {
                    if (await agents.FindAsync(agent.Text(), cancellationToken) is null)
                    {
                        throw agent.Error($"There is no agent '{agent.Text()}'; for agents that are added later, use a wildcard.");
                    }
                }
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
