using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>Small records that all processes share and change with optimistic concurrency: a row for each, by its kind and name.</summary>
internal sealed class SharedRecords(StorageAccount account, EntityTexts texts)
{
    private const string Record = "Record";
    private const string Name = "Name";
    private const string Version = "Version";

    /// <summary>The record with its version, or <see langword="null"/>.</summary>
    public async Task<(string Json, long Version)?> FindAsync(string kind, string name, CancellationToken cancellationToken) =>
        await RowAsync(kind, name, cancellationToken) is { } row
            ? (await texts.GetAsync(row, Record, cancellationToken), row.GetInt64(Version)!.Value)
            : null;

    /// <summary>All records of a kind, ordered by name (ordinal).</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string kind, CancellationToken cancellationToken)
    {
        var records = new List<(string Name, string Json)>();
        var partition = TableKeys.Partition(kind);
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken))
        {
            records.Add((row.GetString(Name), await texts.GetAsync(row, Record, cancellationToken)));
        }

        return [.. records.OrderBy(record => record.Name, StringComparer.Ordinal).Select(record => record.Json)];
    }

    /// <summary>Replaces a record, unless somebody else has changed it since it had the version before.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="json">The new record.</param>
    /// <param name="version">Its version: one more than that of the record that it replaces; 1 for a new one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it was replaced.</returns>
    public async Task<bool> TryPutAsync(string kind, string name, string json, long version, CancellationToken cancellationToken)
    {
        var before = await RowAsync(kind, name, cancellationToken);
        if ((before?.GetInt64(Version) ?? 0) != version - 1)
        {
            return false;
        }

        var row = new TableEntity(TableKeys.Partition(kind), TableKeys.Encode(name)) { [Name] = name, [Version] = version };
        await texts.SetAsync(row, Record, json, cancellationToken);
        try
        {
            var table = await TableAsync();
            await (before is null
                ? table.AddEntityAsync(row, cancellationToken)
                : table.UpdateEntityAsync(row, before.ETag, TableUpdateMode.Replace, cancellationToken));
            return true;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return false;
        }
    }

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Shared);

    private async Task<TableEntity?> RowAsync(string kind, string name, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(
            TableKeys.Partition(kind), TableKeys.Encode(name), cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
