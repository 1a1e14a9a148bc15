using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Budgets;

/// <summary>Shows runs as paused while they wait for budget.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="status">What a run that goes on shows.</param>
/// <param name="tree">The tree's own view.</param>
public sealed class PauseActivities(IRunStore runs, IRunJournal journal, ActiveStatus status, PausedTree tree)
{
    /// <summary>The run waits for budget.</summary>
    /// <param name="pause">The wait.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(PauseForBudget))]
    public async Task PauseForBudget(
        [ActivityTrigger] RunPause pause, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await journal.CommitAsync(
            new RunCommit
            {
                RunId = pause.RunId,
                Key = $"pause/{pause.PauseId}",
                Patch = new RunPatch { Status = RunStatus.Paused, Reason = pause.Reason },
                Events = [new AuditDraft("run.paused", "runtime") { Reason = pause.Reason }],
            },
            cancellationToken);
        await tree.ShowAsync(pause.RootRunId, client, cancellationToken);
    }

    /// <summary>The run has budget again.</summary>
    /// <param name="pause">The wait that ended.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(ResumeWithBudget))]
    public async Task ResumeWithBudget([ActivityTrigger] RunPause pause, CancellationToken cancellationToken)
    {
        for (string? runId = pause.RunId; runId is not null;)
        {
            var run = await runs.GetAsync(runId, cancellationToken);
            if (run is { Status: RunStatus.Paused })
            {
                await journal.CommitAsync(
                    new RunCommit
                    {
                        RunId = runId,
                        Key = PauseKeys.OfState(run),
                        Patch = await status.OfAsync(run, answered: null, cancellationToken),
                        Events = [new AuditDraft("run.resumed", "runtime") { Reason = "There is budget again." }],
                    },
                    cancellationToken);
            }

            runId = run?.ParentRunId;
        }
    }
}
