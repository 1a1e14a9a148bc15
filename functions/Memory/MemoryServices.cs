using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Memory;

/// <summary>Registers shared memory.</summary>
public static class MemoryServices
{
    /// <summary>Adds shared memory and its tools. Settings: see <see cref="MemorySettings"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    public static IServiceCollection AddMemory(this IServiceCollection services, IConfiguration configuration)
    {
        new PackBuilder(services).AddTools<MemoryTools>();
        return services
            .AddSingleton(MemorySettings.From(configuration))
            .AddSingleton<MemoryWriter>()
            .AddSingleton<SharedMemory>();
    }
}
