using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Planning;

/// <summary>A step of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
public sealed record StepAddress(string RunId, string StepId);

/// <summary>A step that failed outside its own activities.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Outcome">How.</param>
public sealed record FailedStep(string RunId, string StepId, StepOutcome Outcome);

/// <summary>Puts the end of steps on record that did not come to record it themselves.</summary>
/// <param name="access">The runs.</param>
public sealed class StepActivities(RunAccess access)
{
    /// <summary>Records a failure; where the step recorded its end already, that stays.</summary>
    /// <param name="failed">The failure.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(FailStep))]
    public async Task<StepOutcome> FailStep([ActivityTrigger] FailedStep failed, CancellationToken cancellationToken)
    {
        var outcome = failed.Outcome;
        return await access.CommitAsync(
            new RunCommit
            {
                RunId = failed.RunId,
                Key = $"{failed.StepId}/end",
                Patch = new RunPatch { StepChanges = [StepChange.Of(failed.StepId, outcome)] },
                Events = [StepEvents.Ended(failed.StepId, "runtime", outcome)],
            },
            outcome,
            cancellationToken);
    }
}
