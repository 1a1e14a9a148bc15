using System.Globalization;
using AgentFunctions.Audit;

namespace AgentFunctions.Storage.Tables;

/// <summary>Finds the event that led to another one.</summary>
internal sealed class RunCauses(RunPartition partition)
{
    /// <summary>The id of the event that led to a new one, or <see langword="null"/> where nothing in any log did.</summary>
    /// <param name="head">The run before the commit.</param>
    /// <param name="key">The key of the commit.</param>
    /// <param name="draft">The new event.</param>
    /// <param name="before">The event before it in the same commit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<string?> FindAsync(RunHead head, string key, AuditDraft draft, string? before, CancellationToken cancellationToken) =>
        await NewestAsync(head, draft.CausedBy, cancellationToken)
        ?? before
        ?? await NewestAsync(head, [AuditCause.Before(key)], cancellationToken)
        ?? await NewestAsync(head, [AuditCause.Run(head.Run.RunId)], cancellationToken);

    /// <summary>The first cause that has an event; of causes within one run the newest.</summary>
    private async Task<string?> NewestAsync(RunHead head, IReadOnlyList<AuditCause> causes, CancellationToken cancellationToken)
    {
        foreach (var ofRun in causes.GroupBy(cause => cause.RunId ?? head.Run.RunId, StringComparer.Ordinal))
        {
            var run = ofRun.Key == head.Run.RunId ? head : await partition.FindHeadAsync(ofRun.Key, cancellationToken);
            var sequences = run is null
                ? []
                : await Task.WhenAll(ofRun.Select(cause => SequenceAsync(run, cause.Key, cancellationToken)));
            if (sequences.DefaultIfEmpty().Max() is > 0 and var newest)
            {
                return AuditEvent.EventId(ofRun.Key, newest);
            }
        }

        return null;
    }

    private async Task<long> SequenceAsync(RunHead run, string key, CancellationToken cancellationToken) => key switch
    {
        "" => run.Log.Sequence,
        [CommitRow.HiddenMark, .. var branch, '/'] => Newest(
            (await partition.ReadCommitsAsync(run.Run.RunId, cancellationToken))
                .Where(commit => !run.Shows(commit) && commit.Branch.ToString(CultureInfo.InvariantCulture) == branch)),
        [.., '/'] => Newest((await partition.FindBeginningAsync(run.Run.RunId, key, cancellationToken)).Where(run.Shows)),
        _ => (await partition.FindCommitAsync(run, key, cancellationToken))?.LastEvent ?? 0,
    };

    private static long Newest(IEnumerable<CommitRow> commits) => commits.Select(commit => commit.LastEvent).DefaultIfEmpty().Max();
}
