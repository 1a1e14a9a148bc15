using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// A row that leads to a record elsewhere. It is written before what it leads to and removed after it, so that nothing is ever without
/// its rows, whenever the process dies; who reads it asks the record whether it is still so (<see cref="Fits"/>), and removes it if not.
/// </summary>
/// <param name="Partition">The partition key.</param>
/// <param name="Row">The row key, by which a partition is sorted.</param>
/// <param name="Id">The record.</param>
/// <param name="Number">The place at which the record was created.</param>
/// <param name="Place">The place since which the record is what the partition says; 0 where that never changes.</param>
/// <param name="Group">What else is filtered on.</param>
/// <param name="Written">UTC time at which the service has written it.</param>
internal sealed record IndexRow(
    string Partition, string Row, string Id, long Number, long Place, string Group = "", DateTimeOffset? Written = null)
{
    /// <summary>Longer than any commit is under way: what a row leads to is there by then, or never will be.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Whether its record is what it says.</summary>
    /// <param name="number">The record's number; <see langword="null"/> where there is none.</param>
    /// <param name="place">The place since which the record is what it is.</param>
    public bool Fits(long? number, long place) => number == Number && (Place == 0 || place == Place);

    /// <summary>Whether a row that does not fit can be removed: its record has moved on, or nothing has come of it in a long time.</summary>
    /// <param name="number">The record's number; <see langword="null"/> where there is none.</param>
    /// <param name="place">The place since which the record is what it is.</param>
    /// <param name="now">UTC.</param>
    public bool IsStale(long? number, long place, DateTimeOffset now) =>
        !Fits(number, place) && ((number == Number && place > Place) || Written < now - Grace);
}

/// <summary>The table of index rows.</summary>
internal sealed class IndexTable(StorageAccount account)
{
    private const int LargestPage = 1000;

    public async Task PutAsync(IEnumerable<IndexRow> rows, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Index);
        await Task.WhenAll(rows.Select(row => table.UpsertEntityAsync(Entity(row), TableUpdateMode.Replace, cancellationToken)));
    }

    public async Task DeleteAsync(IEnumerable<IndexRow> rows, CancellationToken cancellationToken)
    {
        // The client takes a row that is gone already for deleted.
        var table = await account.TableAsync(StoreTable.Index);
        await Task.WhenAll(rows.Select(row => table.DeleteEntityAsync(row.Partition, row.Row, ETag.All, cancellationToken)));
    }

    /// <summary>The rows of several partitions in the order of their row keys, read page by page as far as they are asked for.</summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="after">Only rows behind this key.</param>
    /// <param name="group">Only rows of this group.</param>
    /// <param name="count">How many rows are probably wanted.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async IAsyncEnumerable<IndexRow> ReadAsync(
        IReadOnlyList<string> partitions, string after, string? group, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Index);
        var readers = partitions
            .Select(partition => table
                .QueryAsync<TableEntity>(Filter(partition, after, group), Math.Min(count, LargestPage), cancellationToken: cancellationToken)
                .GetAsyncEnumerator(cancellationToken))
            .ToList();
        try
        {
            var hasRow = await Task.WhenAll(readers.Select(reader => reader.MoveNextAsync().AsTask()));
            var open = readers.Where((_, index) => hasRow[index]).ToList();
            while (open.Count > 0)
            {
                var first = open.MinBy(reader => reader.Current.RowKey, StringComparer.Ordinal)!;
                yield return Read(first.Current);
                if (!await first.MoveNextAsync())
                {
                    open.Remove(first);
                }
            }
        }
        finally
        {
            foreach (var reader in readers)
            {
                await reader.DisposeAsync();
            }
        }
    }

    /// <summary>How many rows a partition has: 1,000 by a request, without anything of them but their keys.</summary>
    public async Task<long> CountAsync(string partition, CancellationToken cancellationToken)
    {
        var table = await account.TableAsync(StoreTable.Index);
        return await table
            .QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), LargestPage, [nameof(TableEntity.RowKey)], cancellationToken)
            .LongCountAsync(cancellationToken);
    }

    private static string Filter(string partition, string after, string? group)
    {
        var rows = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after}");
        return group is null ? rows : $"{rows} and {TableClient.CreateQueryFilter($"Group eq {group}")}";
    }

    private static TableEntity Entity(IndexRow row) => new(row.Partition, row.Row)
    {
        [nameof(IndexRow.Id)] = row.Id,
        [nameof(IndexRow.Number)] = row.Number,
        [nameof(IndexRow.Place)] = row.Place,
        [nameof(IndexRow.Group)] = row.Group,
    };

    private static IndexRow Read(TableEntity entity) => new(
        entity.PartitionKey,
        entity.RowKey,
        entity.GetString(nameof(IndexRow.Id)),
        entity.GetInt64(nameof(IndexRow.Number))!.Value,
        entity.GetInt64(nameof(IndexRow.Place))!.Value,
        entity.GetString(nameof(IndexRow.Group)),
        entity.Timestamp);
}
