using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Approvals;

/// <summary>The steps of one plan that wait for a human. Orchestrator code.</summary>
/// <param name="context">The orchestration; its instance id is the run's id.</param>
/// <param name="runId">The run.</param>
public sealed class OpenQuestions(TaskOrchestrationContext context, string runId)
{
    private readonly Dictionary<string, Task<ApprovalAsked>> open = new(StringComparer.Ordinal);

    /// <summary>Whether a step waits for a human.</summary>
    /// <param name="stepId">The step.</param>
    public bool IsOpen(string stepId) => open.ContainsKey(stepId);

    /// <summary>Asks about a step and applies the answer.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="decide">The activity that applies the answer.</param>
    public async Task<StepDecision> DecideAsync(ApprovalAsk ask, string decide)
    {
        open[ask.StepId] = HumanDecision.AskAsync(context, ask);
        try
        {
            return await HumanDecision.AnsweredAsync<StepDecision>(context, ask, await open[ask.StepId], decide);
        }
        finally
        {
            open.Remove(ask.StepId);
        }
    }

    /// <summary>Withdraws what nobody has answered yet, and returns the steps for which no answer will come.</summary>
    /// <param name="stepIds">The steps that wait.</param>
    /// <param name="reason">Why nobody needs to answer any more.</param>
    public async Task<IReadOnlyList<string>> WithdrawAsync(IReadOnlyList<string> stepIds, string reason)
    {
        var waiting = new List<string>();
        foreach (var stepId in stepIds)
        {
            if (await IsAskedAsync(stepId))
            {
                waiting.Add(stepId);
            }
        }

        return await context.CallActivityAsync<string[]>(
            nameof(QuestionActivities.WithdrawQuestions), new ApprovalWithdrawal(runId, waiting, reason), Activities.Retried);
    }

    private async Task<bool> IsAskedAsync(string stepId)
    {
        try
        {
            return open.TryGetValue(stepId, out var asked) && await asked is not null;
        }
        catch (TaskFailedException)
        {
            // The question could not be asked; its step ends with that failure by itself.
            return false;
        }
    }
}
