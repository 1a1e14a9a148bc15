using AgentFunctions.Audit;
using AgentFunctions.Storage.Journal;
using AgentFunctions.Storage.Sqlite;
using AgentFunctions.Storage.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFunctions.Storage;

/// <summary>Registers the stores.</summary>
public static class StoreServices
{
    /// <summary>
    /// Adds all stores: over the tables and blobs of a storage account where one is configured (<see cref="StorageSettings"/>), and over
    /// <c>{DataDirectory}/agents.db</c> otherwise; that setting's default is <c>.agentfunctions</c>.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong, or there is a store that cannot be kept in a storage account.</exception>
    public static IServiceCollection AddStores(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = StorageSettings.From(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new HostIdentity(Guid.CreateVersion7().ToString("N")));
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton(AuditSigner.From(configuration));
        if (!settings.IsConfigured)
        {
            return services.AddSqliteStores(configuration);
        }

        services.AddTableStores(settings);
        return Missing(services, configuration) is [var first, ..]
            ? throw new InvalidOperationException($"There is no {first} over a storage account: without the settings 'Storage…' everything is kept in SQLite.")
            : services;
    }

    /// <summary>Stores that there are over SQLite only. Nothing is kept partly here and partly there.</summary>
    private static IReadOnlyList<string> Missing(IServiceCollection services, IConfiguration configuration) =>
    [
        .. new ServiceCollection().AddSqliteStores(configuration)
            .Select(service => service.ServiceType)
            .Where(type => type.IsInterface && services.All(service => service.ServiceType != type))
            .Select(type => type.Name),
    ];
}
