using System.Globalization;
using AgentFunctions.Runs;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableRunStore(RunPartition partition, RunWriter writer, RunListing listing, TreeTable trees) : IRunStore
{
    public async Task<(RunRecord Run, bool Created)> CreateAsync(RunRecord run, AuditDraft created, CancellationToken cancellationToken)
    {
        if (await partition.FindHeadAsync(run.RunId, cancellationToken) is { } existing)
        {
            await RequireParentAsync(existing, existing.Run, cancellationToken);
            return (existing.Run, false);
        }

        await RequireParentAsync(null, run, cancellationToken);
        var (head, isNew) = await writer.CreateAsync(run, created, cancellationToken);

        // The parent lies in another partition. Whoever ends it or rolls it back writes that first and then looks for its children;
        // here the child is written first. One of both sees the other.
        await RequireParentAsync(head, head.Run, cancellationToken);
        return (head.Run, isNew);
    }

    public async Task<RunRecord?> GetAsync(string runId, CancellationToken cancellationToken) =>
        (await partition.FindHeadAsync(runId, cancellationToken))?.Run;

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => listing.PageAsync(query, cancellationToken);

    public Task<IReadOnlyDictionary<RunStatus, long>> CountUnfinishedAsync(CancellationToken cancellationToken) => listing.CountUnfinishedAsync(cancellationToken);

    public async Task<IReadOnlyList<RunRecord>> ListTreeAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var ids = (await trees.ReadAsync(rootRunId, cancellationToken)).Keys.Order(StringComparer.Ordinal);
        return [.. (await partition.FindHeadsAsync([.. ids], cancellationToken)).Select(head => head.Run)];
    }

    /// <exception cref="UnretryableException">The parent has ended or was rolled back; a child that is there already and has not begun ends.</exception>
    private async Task RequireParentAsync(RunHead? child, RunRecord run, CancellationToken cancellationToken)
    {
        var hasBegun = child is not null && child.Log.Sequence > 1;
        if (hasBegun || run.ParentRunId is not { } parentId
            || (await partition.FindHeadAsync(parentId, cancellationToken))?.Run is not { } parent
            || (!parent.IsFinished && parent.RollingBackTo is null && parent.Branch == run.Branch))
        {
            return;
        }

        var reason = $"The run '{parentId}' has ended or was rolled back: it spawns no more.";
        if (child is not null)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"refused/{run.Branch}");
            var patch = new RunPatch { Status = RunStatus.Canceled, Reason = reason };
            await writer.ChangeAsync(
                run.RunId,
                (head, now) => Task.FromResult(head.Run.IsFinished || head.Log.Sequence > 1 ? null : new RunChange(key, head.Run.Branch, head.Run.Apply(patch, now))
                {
                    Patch = patch,
                    Events = [new AuditDraft(RunEndEvents.Type(RunStatus.Canceled), "runtime") { Reason = reason }],
                }),
                cancellationToken);
        }

        throw new UnretryableException(reason);
    }
}
