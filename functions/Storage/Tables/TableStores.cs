using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFunctions.Storage.Tables;

/// <summary>The stores over the tables and blobs of a storage account; docs/storage.md shows how they are laid out.</summary>
internal static class TableStores
{
    /// <summary>Adds all stores. How the clients talk can be given beside as <see cref="TableClientOptions"/> and <see cref="BlobClientOptions"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="settings">The account.</param>
    public static IServiceCollection AddTableStores(this IServiceCollection services, StorageSettings settings)
    {
        services.AddLogging();
        services.TryAddSingleton(StorageAccount.DefaultTableOptions());
        services.TryAddSingleton(StorageAccount.DefaultBlobOptions());
        services.AddSingleton(settings);
        services.AddSingleton<StorageAccount>();
        services.AddSingleton<EntityTexts>();
        services.AddSingleton<HybridClock>();
        services.AddSingleton<IndexTable>();
        services.AddSingleton<TreeTable>();
        services.AddSingleton<TreeWatch>();
        services.AddSingleton<RunPartition>();
        services.AddSingleton<RunCauses>();
        services.AddSingleton<RunWriter>();
        services.AddSingleton<RunListing>();
        services.AddSingleton<RunWriters>();
        services.AddSingleton<RollbackSearch>();
        services.AddSingleton<RollbackNotes>();
        services.AddSingleton<ThreadWorkspace>();
        services.AddSingleton<MemoryPartition>();
        services.AddSingleton<SharedRecords>();
        services.AddSingleton<WaitingRows>();
        services.AddSingleton<IBlobStore, AzureBlobStore>();
        services.AddSingleton<IThreadStore, TableThreadStore>();
        services.AddSingleton<IMemoryStore, TableMemoryStore>();
        services.AddSingleton<IScheduleStore, TableScheduleStore>();
        services.AddSingleton<IRunStore, TableRunStore>();
        services.AddSingleton<IRunJournal, TableRunJournal>();
        services.AddSingleton<IRunHistory, TableRunHistory>();
        services.AddSingleton<IAuditLog, TableAuditLog>();
        services.AddSingleton<IApprovalStore, TableApprovalStore>();
        services.AddSingleton<IWaitingList, TableWaitingList>();
        services.AddSingleton<IOperationLog, TableOperationLog>();
        services.AddSingleton<IAgentStore, TableAgentStore>();
        services.AddSingleton<IToolCircuitStore, TableToolCircuitStore>();
        services.AddSingleton<IDeploymentStore, TableDeploymentStore>();
        return services;
    }
}
