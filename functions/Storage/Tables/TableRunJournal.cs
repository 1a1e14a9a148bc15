using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage.Journal;

namespace AgentFunctions.Storage.Tables;

internal sealed class TableRunJournal(RunPartition partition, RunWriter writer, TreeTable trees, TreeWatch watch) : IRunJournal
{
    public async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        var branch = commit.Branch ?? InvocationBranch.Of(commit.RunId);
        var isOfPresent = true;
        var after = await writer.ChangeAsync(
            commit.RunId,
            (head, now) =>
            {
                var change = Change(head, commit, branch ?? head.Run.Branch, now);
                isOfPresent = change?.IsAbandoned != true;
                return Task.FromResult(change);
            },
            cancellationToken);
        return after is not null && isOfPresent;
    }

    public async Task<CommittedResult?> FindAsync(string runId, string key, CancellationToken cancellationToken) =>
        await partition.FindHeadAsync(runId, cancellationToken) is { } head
        && await partition.FindCommitAsync(head, key, cancellationToken) is { } commit
            ? new CommittedResult(await partition.ResultAsync(commit, cancellationToken), commit.Branch)
            : null;

    public async Task<IReadOnlyList<AuditEvent>> ReadEventsAsync(string runId, long afterSequence, CancellationToken cancellationToken) =>
        [.. (await partition.ReadEventsAsync(runId, afterSequence, cancellationToken)).Select(stored => EventRecord.Read(stored.Json))];

    public Task<IReadOnlyList<Checkpoint>> ReadCheckpointsAsync(string runId, CancellationToken cancellationToken) =>
        partition.ReadCheckpointsAsync(runId, cancellationToken);

    public async Task<AuditHead?> ReadHeadAsync(string runId, CancellationToken cancellationToken) =>
        (await partition.FindHeadAsync(runId, cancellationToken))?.Log;

    public async Task<IReadOnlyList<CheckpointCount>> CountCheckpointsAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var heads = await partition.FindHeadsAsync([.. (await trees.ReadAsync(rootRunId, cancellationToken)).Keys], cancellationToken);
        return
        [
            .. heads
                .SelectMany(head => head.Hosts.Select(host => new CheckpointCount(head.Run.RunId, host.Key, host.Value)))
                .OrderBy(count => count.RunId, StringComparer.Ordinal)
                .ThenBy(count => count.Host, StringComparer.Ordinal),
        ];
    }

    public Task WaitForChangeAsync(string rootRunId, CancellationToken cancellationToken) => watch.WaitAsync(rootRunId, cancellationToken);

    private static RunChange? Change(RunHead head, RunCommit commit, int branch, DateTimeOffset now)
    {
        var run = head.Run;
        if (run.IsFinished && commit.Patch is { Status: { } status, AddUsage: null } && RunRecord.IsFinal(status))
        {
            return null;
        }

        // What an abandoned branch has still done is on record and counted, and changes nothing of the present branch.
        return branch != run.Branch
            ? new RunChange(commit.Key, branch, run.Apply(commit.Patch?.AddUsage is { } used ? new RunPatch { AddUsage = used } : null, now))
            {
                IsAbandoned = true,
                Result = commit.Result,
                Events = commit.Events,
            }
            : new RunChange(commit.Key, branch, run.Apply(commit.Patch, now))
            {
                Result = commit.Result,
                Patch = commit.Patch,
                Events = commit.Events,
                Checkpoint = commit.Checkpoint,
            };
    }
}
