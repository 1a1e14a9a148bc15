using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Turns what a durable task throws into the outcome of its step.</summary>
public static class StepFailures
{
    /// <summary>The outcome of the work; where a task of it failed for good, that failure, after it was put on record.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="work">The work of the step, which records its own outcome.</param>
    public static async Task<StepOutcome> RecordAsync(
        TaskOrchestrationContext context, string runId, string stepId, Func<Task<StepOutcome>> work)
    {
        try
        {
            return await work();
        }
        catch (TaskFailedException error)
        {
            return await FailAsync(context, runId, stepId, StepOutcome.Failed(Reason(error)));
        }
    }

    /// <summary>Puts a failure on record.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="outcome">The failure.</param>
    public static Task<StepOutcome> FailAsync(TaskOrchestrationContext context, string runId, string stepId, StepOutcome outcome) =>
        context.CallActivityAsync<StepOutcome>(
            nameof(StepActivities.FailStep), new FailedStep(runId, stepId, outcome), Activities.Retried);

    /// <summary>What a failed task tells an operator.</summary>
    /// <param name="error">The failure.</param>
    public static string Reason(TaskFailedException error)
    {
        var details = error.FailureDetails;
        while (details.InnerFailure is { } inner)
        {
            details = inner;
        }

        return $"{error.TaskName}: {details.ErrorMessage}";
    }
}
