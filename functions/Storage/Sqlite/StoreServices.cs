using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>The stores that keep everything in one SQLite file.</summary>
internal static class SqliteStores
{
    /// <summary>Adds all stores over <c>{DataDirectory}/agents.db</c>; the setting's default is <c>.agentfunctions</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => AgentDatabase.Open(StoreSettings.Read(configuration).DatabasePath));
        services.AddSingleton<IBlobStore, SqliteBlobStore>();
        services.AddSingleton<IThreadStore, SqliteThreadStore>();
        services.AddSingleton<IMemoryStore, SqliteMemoryStore>();
        services.AddSingleton<IScheduleStore, SqliteScheduleStore>();
        services.AddSingleton<IRunStore, SqliteRunStore>();
        services.AddSingleton<IRunJournal, SqliteRunJournal>();
        services.AddSingleton<IRunHistory, SqliteRunHistory>();
        services.AddSingleton<IAuditLog, SqliteAuditLog>();
        services.AddSingleton<IApprovalStore, SqliteApprovalStore>();
        services.AddSingleton<IWaitingList, SqliteWaitingList>();
        services.AddSingleton<IOperationLog, SqliteOperationLog>();
        services.AddSingleton<IAgentStore, SqliteAgentStore>();
        services.AddSingleton<IToolCircuitStore, SqliteToolCircuitStore>();
        services.AddSingleton<IDeploymentStore, SqliteDeploymentStore>();
        return services;
    }
}
