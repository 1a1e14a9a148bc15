using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Budgets;

/// <summary>Shows runs as paused while they wait for budget, and ends those for which nobody raised it in time.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="status">What a run that goes on shows.</param>
public sealed class PauseActivities(IRunStore runs, IRunJournal journal, ActiveStatus status)
{
    /// <summary>The run waits for budget: a checkpoint of each step that waits, and the limit with its numbers.</summary>
    /// <param name="pause">The wait.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(PauseForBudget))]
    public async Task PauseForBudget([ActivityTrigger] RunPause pause, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(pause.RunId, cancellationToken);
        if (run is not { Status: RunStatus.Running or RunStatus.Planning })
        {
            // It waits for a human as well, or was suspended: that is what it shows.
            return;
        }

        foreach (var step in pause.Steps.Skip(1))
        {
            await journal.CommitAsync(
                new RunCommit { RunId = run.RunId, Key = $"pause/{pause.PauseId}/{step.StepId}", Checkpoint = Checkpoint(run, step) },
                cancellationToken);
        }

        await journal.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = $"pause/{pause.PauseId}",
                Patch = new RunPatch
                {
                    Status = RunStatus.Paused,
                    Reason = pause.Shortage.Reason,
                    Shortage = RunShortage.From(pause.Shortage, pause.ExpiresAt),
                },
                Events = [new AuditDraft("run.paused", AuditActor.Runtime) { Reason = pause.Shortage.Reason, Data = pause.Shortage.ToData() }],
                Checkpoint = Checkpoint(run, pause.Steps.Count > 0 ? pause.Steps[0] : new PausedStep("run", StateHash: null)),
            },
            cancellationToken);
    }

    /// <summary>The run has budget again.</summary>
    /// <param name="pause">The wait that ended.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(ResumeWithBudget))]
    public async Task ResumeWithBudget([ActivityTrigger] RunPause pause, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(pause.RunId, cancellationToken) is { Status: RunStatus.Paused } run)
        {
            await journal.CommitAsync(
                new RunCommit
                {
                    RunId = run.RunId,
                    Key = $"pause/{pause.PauseId}/resumed",
                    Patch = await status.OfAsync(run, answered: null, cancellationToken),
                    Events = [new AuditDraft("run.resumed", AuditActor.Runtime) { Reason = "There is budget again." }],
                },
                cancellationToken);
        }
    }

    /// <summary>Ends the run and all its descendants as expired.</summary>
    /// <param name="pause">The wait that lasted too long.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(ExpirePausedRun))]
    public static Task ExpirePausedRun(
        [ActivityTrigger] RunPause pause, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) => client.StartOnceAsync(
            Orchestrations.EndRun,
            RunEnding.InstanceId(pause.RunId, RunStatus.Expired),
            new EndRunRequest(
                pause.RunId,
                RunStatus.Expired,
                EndRunRequest.Runtime,
                FormattableString.Invariant($"The limit was not raised until {pause.ExpiresAt:O}. {pause.Shortage.Reason}")),
            isInTheWay: _ => true,
            cancellationToken);

    private static CheckpointDraft Checkpoint(RunRecord run, PausedStep step) => new(step.StepId, "budget", run.Agent, step.StateHash);
}
