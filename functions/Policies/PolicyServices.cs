using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Policies.Data;
using AgentFunctions.Policies.Http;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Policies;

/// <summary>Registers the policies.</summary>
public static class PolicyServices
{
    /// <summary>
    /// Adds <see cref="IPolicyCatalog"/> over <c>policies/*.yaml</c> of the app and its packs. They are read and validated when the
    /// app starts; a wrong one ends the start with a <see cref="DefinitionException"/>. Settings: <c>Policies:Folder</c> (the app's own
    /// definitions), <c>Policies:Default</c> (the policy of agents that name none),
    /// <c>Tools:Http:TimeoutSeconds</c> (30) and <c>Tools:Http:MaxResponseBytes</c> (1 MB) of HTTP tools.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    public static IServiceCollection AddPolicies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(PolicySettings.Read(configuration));
        services.AddSingleton<PolicyCatalog>();
        services.AddSingleton<IPolicyCatalog>(provider => provider.GetRequiredService<PolicyCatalog>());
        services.AddSingleton<PolicyGate>();
        services.AddSingleton(HttpToolSettings.Read(configuration));
        services.AddSingleton<HttpGuards>();
        services.AddSingleton<RunPolicies>();
        services.AddSingleton<IApprovalRule, SpendApprovals>();
        services.AddSingleton<PromptData>();
        services.AddSingleton<ResultGate>();
        services.AddSingleton<AuditRedaction>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, RedactingLoggerFactory>());
        services.Decorate<IRunJournal>((journal, provider) => new RedactingJournal(
            journal, provider.GetRequiredService<IRunStore>(), provider.GetRequiredService<AuditRedaction>()));
        services.Decorate<IRunStore>((runs, provider) => new RedactingRunStore(runs, provider.GetRequiredService<AuditRedaction>()));
        services.Decorate<IRunHistory>((history, provider) => new RedactingRunHistory(
            history, provider.GetRequiredService<IRunStore>(), provider.GetRequiredService<AuditRedaction>()));
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
