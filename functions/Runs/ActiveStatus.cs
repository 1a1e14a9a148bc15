using AgentFunctions.Planning;
using AgentFunctions.Storage;

namespace AgentFunctions.Runs;

/// <summary>What a run that goes on shows: planning until it has a plan, waiting while a step waits for a human, otherwise running.</summary>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="approvals">The approvals.</param>
public sealed class ActiveStatus(IRunStore runs, IRunJournal journal, IApprovalStore approvals)
{
    /// <summary>The status of a run as it was seen.</summary>
    /// <param name="run">The run.</param>
    /// <param name="answered">A step that waits no more.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RunPatch> OfAsync(RunRecord run, string? answered, CancellationToken cancellationToken)
    {
        if (run.Steps.LastOrDefault(step => IsWaiting(step) && step.Step.Id != answered) is not { } waiting)
        {
            return new RunPatch { Status = run.Steps.Count == 0 ? RunStatus.Planning : RunStatus.Running };
        }

        var approval = (await approvals.ListOfRunAsync(run.RunId, cancellationToken))
            .FirstOrDefault(each => each.Status == ApprovalStatus.Pending && each.StepId == waiting.Step.Id);
        return new RunPatch { Status = RunStatus.Waiting, Reason = approval?.Description };
    }

    /// <summary>Corrects a status that was overtaken: another step began or ceased to wait after the run was seen.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="key">The key of the commit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task CorrectAsync(string runId, string key, CancellationToken cancellationToken)
    {
        if (await runs.GetAsync(runId, cancellationToken) is not { } run
            || run.Status != (run.Steps.Any(IsWaiting) ? RunStatus.Running : RunStatus.Waiting))
        {
            return;
        }

        var patch = await OfAsync(run, answered: null, cancellationToken);
        await journal.CommitAsync(new RunCommit { RunId = runId, Key = key, Patch = patch }, cancellationToken);
    }

    private static bool IsWaiting(StepState step) => step.Status == StepStatus.Waiting;
}
