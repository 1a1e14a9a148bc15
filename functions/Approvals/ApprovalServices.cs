using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Approvals;

/// <summary>Registers the approvals.</summary>
public static class ApprovalServices
{
    /// <summary>Adds the approvals with the agents' own rules; settings as <see cref="ApprovalSettings.Read"/> says.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static IServiceCollection AddApprovals(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(ApprovalSettings.Read(configuration))
        .AddSingleton<IApprovalRule, AgentToolRule>()
        .AddSingleton<ToolApprovals>()
        .AddSingleton<QuestionBuilder>()
        .AddSingleton<ApprovalClosing>()
        .AddSingleton<ApprovalAnnouncements>();
}
