using AgentFunctions.Runs;

namespace AgentFunctions.Storage.Tables;

/// <summary>
/// The runs that wait. Each has a row of its own, and by that one in its lane and one under its tenant, both in the order of ranks; a
/// directory names the lanes and tenants that there are. The rows that lead to a run are written before its own and removed after it.
/// </summary>
internal sealed class TableWaitingList(WaitingRows rows, IndexTable index, RunListing listing) : IWaitingList
{
    public Task AddAsync(IReadOnlyCollection<WaitingRun> waiting, CancellationToken cancellationToken) =>
        Task.WhenAll(waiting.Select(run => rows.PutAsync(run, cancellationToken)));

    public Task RemoveAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        Task.WhenAll(runIds.Select(runId => rows.RemoveAsync(runId, cancellationToken)));

    public async Task<IReadOnlyList<WaitingRun>> HeadsAsync(int perLane, CancellationToken cancellationToken)
    {
        var lanes = await Task.WhenAll((await rows.LanesAsync(cancellationToken)).Select(lane => rows.OfLaneAsync(lane, behind: null, perLane, cancellationToken)));
        return [.. lanes.SelectMany(runs => runs)];
    }

    public Task<IReadOnlyList<WaitingRun>> BehindAsync(WaitingRun last, int count, CancellationToken cancellationToken) =>
        rows.OfLaneAsync(last.Lane, last, count, cancellationToken);

    public async Task<WaitingPlace?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await rows.FindAsync(runId, cancellationToken) is { } run
            ? new WaitingPlace(run, await rows.CountBeforeAsync(run, cancellationToken) + 1)
            : null;

    public async Task<IReadOnlyList<WaitingCount>> CountAsync(CancellationToken cancellationToken)
    {
        var all = await rows.OfTenantsAsync(cancellationToken);
        return
        [
            .. all.GroupBy(row => (row.Tenant, row.Priority))
                .Select(group => new WaitingCount(group.Key.Tenant, group.Key.Priority, group.Count(), group.Min(row => row.Since)))
                .OrderBy(count => count.Tenant, StringComparer.Ordinal)
                .ThenBy(count => count.Priority),
        ];
    }

    public async Task<int> DepthAsync(string tenant, int most, IReadOnlyCollection<string> without, CancellationToken cancellationToken)
    {
        var query = new RunQuery(Tenant: tenant, Status: RunStatus.Queued, PageSize: Math.Clamp(most, 1, 1000));
        var count = 0;
        await foreach (var row in index.ReadAsync(RunIndex.Partitions(query), "", group: null, most, cancellationToken))
        {
            count += without.Contains(row.Id) ? 0 : 1;
            if (count >= most)
            {
                // Rows may be left over from a process that died: before a run is refused for them, each is looked at.
                return await ExactDepthAsync(query, most, without, cancellationToken);
            }
        }

        return count;
    }

    public async Task<IReadOnlyList<RunRecord>> UnlistedAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        var listed = (await rows.OfTenantsAsync(cancellationToken)).Select(row => row.RunId).ToHashSet(StringComparer.Ordinal);
        var unlisted = new List<RunRecord>();
        await foreach (var head in listing.ReadAsync(new RunQuery(Status: RunStatus.Queued), long.MaxValue, cancellationToken, without: listed))
        {
            if (head.Run.CreatedAt < before)
            {
                unlisted.Add(head.Run);
            }
        }

        // The index has the newest first.
        return [.. Enumerable.Reverse(unlisted).Take(most)];
    }

    private async Task<int> ExactDepthAsync(
        RunQuery query, int most, IReadOnlyCollection<string> without, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var head in listing.ReadAsync(query, long.MaxValue, cancellationToken))
        {
            count += without.Contains(head.Run.RunId) ? 0 : 1;
            if (count >= most)
            {
                break;
            }
        }

        return count;
    }
}
