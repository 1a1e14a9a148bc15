using System.Globalization;
using System.Runtime.CompilerServices;
using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// Lists runs by the index. Its rows say where to look; what a run is, its own row says. A cursor is the place at which the last run of
/// the page was created: it stays right whatever is added or removed meanwhile.
/// </summary>
internal sealed class RunListing(RunPartition partition, IndexTable index, TimeProvider time)
{
    /// <summary>Runs, newest first, a page at a time.</summary>
    public async Task<RunPage> PageAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        var page = new List<RunHead>();
        await foreach (var head in ReadAsync(query, before, cancellationToken))
        {
            // Runs that two processes have created in the same microsecond are not parted.
            if (page.Count >= query.PageSize && head.Number != page[^1].Number)
            {
                return new RunPage([.. page.Select(each => each.Run)], page[^1].Number.ToString(CultureInfo.InvariantCulture));
            }

            page.Add(head);
        }

        return new RunPage([.. page.Select(each => each.Run)], Cursor: null);
    }

    /// <summary>The rows of the index of root runs that have not ended, counted by status.</summary>
    public async Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(RunRecord.Unfinished.Select(async status =>
        {
            var partitions = await Task.WhenAll(RunIndex.Partitions(new RunQuery(Status: status))
                .Select(each => index.CountAsync(each, cancellationToken)));
            return partitions.Sum();
        }));
        return RunRecord.Unfinished.Zip(counts).Where(each => each.Second > 0).ToDictionary(each => each.First, each => each.Second);
    }

    /// <summary>The runs that a query asks for, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="before">Only those before that place.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="without">Runs that are not read.</param>
    public async IAsyncEnumerable<RunHead> ReadAsync(
        RunQuery query,
        long before,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        IReadOnlySet<string>? without = null)
    {
        var rows = index.ReadAsync(
            RunIndex.Partitions(query), RunIndex.Before(before), query.Agent, query.PageSize + 1, cancellationToken);
        await foreach (var chunk in ChunksAsync(rows.Where(row => without?.Contains(row.Id) != true), query.PageSize + 1))
        {
            var heads = (await partition.FindHeadsAsync([.. chunk.Select(row => row.Id).Distinct()], cancellationToken))
                .ToDictionary(head => head.Run.RunId, StringComparer.Ordinal);
            await index.DeleteAsync(
                chunk.Where(row => heads.GetValueOrDefault(row.Id) is var head && row.IsStale(head?.Number, head?.StatusPlace ?? 0, time.GetUtcNow())),
                cancellationToken);
            foreach (var row in chunk)
            {
                if (heads.GetValueOrDefault(row.Id) is { } head && row.Fits(head.Number, head.StatusPlace) && RunIndex.Fits(head.Run, query))
                {
                    yield return head;
                }
            }
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<IndexRow>> ChunksAsync(IAsyncEnumerable<IndexRow> rows, int size)
    {
        var chunk = new List<IndexRow>();
        await foreach (var row in rows)
        {
            chunk.Add(row);
            if (chunk.Count == size)
            {
                yield return chunk;
                chunk = [];
            }
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }
}
