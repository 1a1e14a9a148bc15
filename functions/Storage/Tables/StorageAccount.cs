using System.Collections.Concurrent;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace AgentFunctions.Storage.Tables;

/// <summary>The tables of the stores; their names are these behind <see cref="StorageSettings.TablePrefix"/>.</summary>
internal enum StoreTable
{
    /// <summary>A partition for each run: its head, commits, events and checkpoints.</summary>
    Runs,

    /// <summary>A partition for each tree of runs: a row for each of its runs.</summary>
    Trees,

    /// <summary>What runs and approvals are listed by.</summary>
    Index,

    /// <summary>A partition for each thread: its record, and the list of its files.</summary>
    Threads,

    /// <summary>A partition for each thread: its shared memory.</summary>
    Memory,

    /// <summary>A partition for each approval.</summary>
    Approvals,

    /// <summary>A partition for each schedule: its record and its events.</summary>
    Schedules,

    /// <summary>Runs that wait to be admitted: a partition for each run, for each lane and for each tenant.</summary>
    Waiting,

    /// <summary>Agent definitions by hash and by name.</summary>
    Definitions,

    /// <summary>Small records that all processes share, by kind and name.</summary>
    Shared,
}

/// <summary>The storage account: its tables and its container, which are created when they are used first.</summary>
internal sealed class StorageAccount(StorageSettings settings, TableClientOptions tableOptions, BlobClientOptions blobOptions)
{
    private readonly ConcurrentDictionary<StoreTable, Task<TableClient>> tables = [];
    private readonly Lazy<TableServiceClient> tableService = new(() => Tables(settings, tableOptions));
    private BlobContainerClient? container;

    /// <summary>How clients talk to the tables: what fails for a moment is tried again, with growing pauses.</summary>
    public static TableClientOptions DefaultTableOptions() => Patient(new TableClientOptions());

    /// <summary>The same for blobs.</summary>
    public static BlobClientOptions DefaultBlobOptions() => Patient(new BlobClientOptions());

    /// <summary>A table.</summary>
    public async Task<TableClient> TableAsync(StoreTable table)
    {
        var opening = tables.GetOrAdd(table, CreateAsync);
        try
        {
            return await opening;
        }
        catch
        {
            // The next caller tries again.
            tables.TryRemove(KeyValuePair.Create(table, opening));
            throw;
        }
    }

    /// <summary>The container of payloads.</summary>
    public async Task<BlobContainerClient> ContainerAsync(CancellationToken cancellationToken)
    {
        if (container is { } known)
        {
            return known;
        }

        var opened = Blobs().GetBlobContainerClient(settings.Container);
        await opened.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return container = opened;
    }

    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        options.Retry.MaxRetries = 6;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        return options;
    }

    private static TableServiceClient Tables(StorageSettings settings, TableClientOptions options) => settings.ConnectionString is { } text
        ? new TableServiceClient(text, options)
        : new TableServiceClient(settings.TableServiceUri!, Identity(settings), options);

    private static TokenCredential Identity(StorageSettings settings) => settings switch
    {
        { UsesManagedIdentity: true, ClientId: { } id } => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id)),
        { UsesManagedIdentity: true } => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
        { ClientId: { } id } => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = id }),
        _ => new DefaultAzureCredential(),
    };

    private BlobServiceClient Blobs() => settings.ConnectionString is { } text
        ? new BlobServiceClient(text, blobOptions)
        : new BlobServiceClient(settings.BlobServiceUri!, Identity(settings), blobOptions);

    private async Task<TableClient> CreateAsync(StoreTable table)
    {
        var client = tableService.Value.GetTableClient($"{settings.TablePrefix}{table}");
        await client.CreateIfNotExistsAsync();
        return client;
    }
}
