using AgentFunctions.Files;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Views;
using AgentFunctions.Queue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFunctions.Http;

/// <summary>Registers what the HTTP API needs besides the stores, agents and tools.</summary>
public static class HttpServices
{
    /// <summary>Adds the HTTP API's services, the file intake and the queue.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    public static IServiceCollection AddHttpApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(HttpLimits.From(configuration));
        services.AddSingleton(FileLimits.From(configuration));
        services.AddSingleton<FileIntake>();
        services.AddSingleton<ThreadFilesFactory>();
        services.AddSingleton<RunViews>();
        services.AddSingleton<RunAdmission>();
        services.AddSingleton<RunSuspension>();
        services.AddSingleton(PrincipalSettings.From(configuration));
        services.AddSingleton(TenantSettings.From(configuration));
        services.AddSingleton<Callers>();
        services.AddSingleton<RecentHealth>();
        services.AddSingleton<ApprovalEdits>();
        return services.AddQueue(configuration);
    }
}
