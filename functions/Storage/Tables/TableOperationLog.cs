using System.Globalization;
using AgentFunctions.Storage.Journal;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>What operators do is little: one partition holds all of it, each operation by its id (<c>o:</c>) and by its number (<c>n:</c>).</summary>
internal sealed class TableOperationLog(StorageAccount account, EntityTexts texts, HybridClock clock) : IOperationLog
{
    private const string Records = "o:";
    private const string Numbers = "n:";
    private const string Record = "Record";
    private const string Id = "OperationId";

    private static readonly string Partition = TableKeys.Partition("operation");

    public async Task<OperationRecord> BeginAsync(OperationRecord operation, CancellationToken cancellationToken)
    {
        var place = clock.Next();
        var row = new TableEntity(Partition, Row(operation.OperationId));
        await texts.SetAsync(row, Record, StoredJson.Write(operation), cancellationToken);
        try
        {
            await (await TableAsync()).SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.Add, row),
                    new(
                        TableTransactionActionType.Add,
                        new TableEntity(Partition, $"{Numbers}{TableKeys.Number(place)}.{TableKeys.Encode(operation.OperationId)}") { [Id] = operation.OperationId }),
                ],
                cancellationToken);
            return operation;
        }
        catch (RequestFailedException error) when (Optimism.IsConflict(error))
        {
            return (await FindAsync(operation.OperationId, cancellationToken))!;
        }
    }

    public Task<OperationRecord> CompleteAsync(string operationId, DateTimeOffset at, CancellationToken cancellationToken) => Optimism.TryAsync(
        async _ =>
        {
            var row = await RowAsync(operationId, cancellationToken) ?? throw new KeyNotFoundException($"There is no operation '{operationId}'.");
            var begun = await ReadAsync(row, cancellationToken);
            if (begun.CompletedAt is not null)
            {
                return begun;
            }

            var completed = begun with { CompletedAt = at };
            var after = new TableEntity(Partition, row.RowKey);
            await texts.SetAsync(after, Record, StoredJson.Write(completed), cancellationToken);
            await (await TableAsync()).UpdateEntityAsync(after, row.ETag, TableUpdateMode.Replace, cancellationToken);
            return completed;
        },
        cancellationToken);

    public async Task<OperationRecord?> FindAsync(string operationId, CancellationToken cancellationToken) =>
        await RowAsync(operationId, cancellationToken) is { } row ? await ReadAsync(row, cancellationToken) : null;

    public async Task<OperationPage> PageAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var (from, to) = ($"{Numbers}{TableKeys.Number(after)}~", TableKeys.Behind(Numbers));
        var page = new List<(OperationRecord Operation, long Number)>();
        await foreach (var row in (await TableAsync()).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from} and RowKey lt {to}"),
            Math.Min(limit + 1, 1000),
            cancellationToken: cancellationToken))
        {
            var number = long.Parse(row.RowKey.AsSpan(Numbers.Length, TableKeys.Number(0).Length), CultureInfo.InvariantCulture);
            if (page.Count >= limit && number != page[^1].Number)
            {
                return new OperationPage([.. page.Select(each => each.Operation)], page[^1].Number);
            }

            page.Add(((await FindAsync(row.GetString(Id), cancellationToken))!, number));
        }

        return new OperationPage([.. page.Select(each => each.Operation)], Cursor: null);
    }

    private static string Row(string operationId) => Records + TableKeys.Encode(operationId);

    private Task<TableClient> TableAsync() => account.TableAsync(StoreTable.Shared);

    private async Task<OperationRecord> ReadAsync(TableEntity row, CancellationToken cancellationToken) =>
        StoredJson.Read<OperationRecord>(await texts.GetAsync(row, Record, cancellationToken));

    private async Task<TableEntity?> RowAsync(string operationId, CancellationToken cancellationToken)
    {
        var found = await (await TableAsync()).GetEntityIfExistsAsync<TableEntity>(Partition, Row(operationId), cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
