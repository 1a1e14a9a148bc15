using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// The runs of each tree. A run's row is written before the run, so that no run is ever missing; it also tells the place of the run's
/// newest commit to those who watch from other processes.
/// </summary>
internal sealed class TreeTable(StorageAccount account)
{
    private const string Place = "Place";

    /// <summary>Adds a run, or notes that something was committed to it.</summary>
    public async Task PutAsync(string rootRunId, string runId, long place, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Trees);
        await table.UpsertEntityAsync(
            new TableEntity(TableKeys.Partition(rootRunId), TableKeys.Encode(runId)) { ["RunId"] = runId, [Place] = place },
            TableUpdateMode.Replace,
            cancellationToken);
    }

    /// <summary>The ids of the tree's runs with the places of their newest commits.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Trees);
        var partition = TableKeys.Partition(rootRunId);
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken))
        {
            places[row.GetString("RunId")] = row.GetInt64(Place)!.Value;
        }

        return places;
    }
}
