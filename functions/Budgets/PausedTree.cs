using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Budgets;

/// <summary>A supervisor is paused when all that it waits for is paused.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
public sealed class PausedTree(IRunStore runs, IRunJournal journal)
{
    /// <summary>Shows the supervisors of a tree as paused where none of the tree's workers runs any more.</summary>
    /// <param name="rootRunId">The root of the tree.</param>
    /// <param name="client">The durable client, which knows the budget.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ShowAsync(string rootRunId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        // Before the tree is read: while anything is held, something goes on, and hundreds of children may pause at once.
        if (await runs.GetAsync(rootRunId, cancellationToken) is not { } root || await IsHeldAsync(root, client, cancellationToken))
        {
            return;
        }

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

    /// <summary>A worker that was just woken shows as paused a moment longer, but its share is held for it already.</summary>
    private static async Task<bool> IsHeldAsync(RunRecord root, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var budget = await client.Entities.GetEntityAsync<BudgetState>(BudgetEntity.For(root.ThreadId), cancellationToken);
        return budget?.State.Holds.Values.Any(hold => hold.RootRunId == root.RunId) == true;
    }
}
