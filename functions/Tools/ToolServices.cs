using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFunctions.Tools;

/// <summary>Registers the tools.</summary>
public static class ToolServices
{
    /// <summary>
    /// Adds <see cref="IToolCatalog"/> over every <see cref="ToolClass"/> that packs register. Settings:
    /// <c>Tools:TimeoutSeconds</c> (default 60), <c>Tools:Timeouts:NAME</c> (seconds, for one tool),
    /// <c>Tools:Faults:NAME</c> (0 to 1: part of the tool's calls that fail on purpose), <c>Tools:Seed</c> (which calls do; default 0),
    /// <c>Tools:Circuit:FailureRatio</c> (0.9), <c>:MinimumCalls</c> (20), <c>:SamplingSeconds</c> (30), <c>:BreakSeconds</c> (15).
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A setting is no number, or out of range.</exception>
    public static IServiceCollection AddTools(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        var settings = ToolSettings.Read(configuration);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Circuit);
        services.AddSingleton<ToolCircuits>();
        services.AddSingleton<IToolCatalog, ToolCatalog>();
        return services;
    }
}
