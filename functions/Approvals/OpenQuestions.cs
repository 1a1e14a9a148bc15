using AgentFunctions.Planning;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Approvals;

/// <summary>The approval steps of one plan. Orchestrator code.</summary>
/// <param name="context">The orchestration; its instance id is the run's id.</param>
/// <param name="runId">The run.</param>
public sealed class OpenQuestions(TaskOrchestrationContext context, string runId)
{
    private readonly Dictionary<string, Task<string>> asked = new(StringComparer.Ordinal);

    /// <summary>Asks a step's question and applies the answer.</summary>
    /// <param name="stepId">The step.</param>
    public async Task<StepOutcome> ApproveAsync(string stepId)
    {
        var ask = new ApprovalAsk(runId, stepId, Generation: null);
        asked[stepId] = HumanDecision.AskAsync(context, ask);
        var approvalId = await asked[stepId];
        var answer = await HumanDecision.AnswerAsync(context, approvalId);
        return await context.CallActivityAsync<StepOutcome>(
            nameof(ApprovalActivities.DecideStep), new ApprovalDecision(ask, approvalId, answer), Activities.Retried);
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

        return waiting.Count == 0 ? [] : await context.CallActivityAsync<string[]>(
            nameof(ApprovalActivities.WithdrawQuestions), new ApprovalWithdrawal(runId, waiting, reason), Activities.Retried);
    }

    private async Task<bool> IsAskedAsync(string stepId)
    {
        try
        {
            await asked[stepId];
            return true;
        }
        catch (TaskFailedException)
        {
            // The question could not be asked; its step ends with that failure by itself.
            return false;
        }
    }
}
