using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Budgets;

/// <summary>A supervisor is paused when all that it waits for is paused.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
public sealed class PausedTree(IRunStore runs, IRunJournal journal)
{
    /// <summary>Shows the supervisors of a tree as paused where none of the tree's workers runs any more.</summary>
    /// <param name="rootRunId">The root of the tree.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ShowAsync(string rootRunId, CancellationToken cancellationToken)
    {
        var active = (await runs.ListTreeAsync(rootRunId, cancellationToken)).Where(run => !run.IsFinished).ToList();
        var supervisors = active.Select(run => run.ParentRunId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var workers = active.Where(run => !supervisors.Contains(run.RunId) && run.Status != RunStatus.Queued).ToList();
        if (workers.Count == 0 || workers.Exists(run => run.Status != RunStatus.Paused))
        {
            return;
        }

        foreach (var run in active.Where(run => supervisors.Contains(run.RunId) && run.Status == RunStatus.Running))
        {
            await journal.CommitAsync(
                new RunCommit
                {
                    RunId = run.RunId,
                    Key = PauseKeys.OfState(run),
                    Patch = new RunPatch { Status = RunStatus.Paused, Reason = workers[0].Reason },
                    Events = [new AuditDraft("run.paused", "runtime") { Reason = workers[0].Reason }],
                },
                cancellationToken);
        }
    }
}
