using AgentFunctions.Agents;
using AgentFunctions.Storage.Journal;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableAgentStore(StorageAccount account, EntityTexts texts) : IAgentStore
{
    private const string Names = "names";
    private const string Row = "definition";
    private const string Record = "Record";
    private const string Hash = "Hash";
    private const string Name = "Name";

    public async Task KeepAsync(AgentSnapshot agent, CancellationToken cancellationToken)
    {
        // The same hash is the same definition: whoever writes it last changes nothing.
        var entity = new TableEntity(Partition(agent.Hash), Row) { [Name] = agent.Definition.Name };
        await texts.SetAsync(entity, Record, StoredJson.Write(agent), cancellationToken);
        await (await account.TableAsync(StoreTable.Definitions)).UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    public async Task AddAsync(AgentSnapshot agent, CancellationToken cancellationToken)
    {
        await KeepAsync(agent, cancellationToken);
        await (await account.TableAsync(StoreTable.Definitions)).UpsertEntityAsync(
            new TableEntity(Names, TableKeys.Encode(agent.Definition.Name)) { [Name] = agent.Definition.Name, [Hash] = agent.Hash },
            TableUpdateMode.Replace,
            cancellationToken);
    }

    public async Task<AgentSnapshot?> GetByHashAsync(string hash, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Definitions);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition(hash), Row, cancellationToken: cancellationToken);
        return found.HasValue ? StoredJson.Read<AgentSnapshot>(await texts.GetAsync(found.Value!, Record, cancellationToken)) : null;
    }

    public async Task<IReadOnlyList<AgentSnapshot>> ListAsync(CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Definitions);
        var agents = new List<Task<AgentSnapshot?>>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Names}"), cancellationToken: cancellationToken))
        {
            agents.Add(GetByHashAsync(row.GetString(Hash), cancellationToken));
        }

        return [.. (await Task.WhenAll(agents)).OfType<AgentSnapshot>().OrderBy(agent => agent.Definition.Name, StringComparer.Ordinal)];
    }

    private static string Partition(string hash) => TableKeys.Partition($"hash/{hash}");
}
