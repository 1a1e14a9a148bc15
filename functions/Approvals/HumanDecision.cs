using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask;

namespace AgentFunctions.Approvals;

/// <summary>Waits for a human as an external event: nothing runs and nothing is billed meanwhile.</summary>
public static class HumanDecision
{
    /// <summary>Puts the question up and waits for its answer.</summary>
    /// <param name="context">The orchestration; its instance id is the run's id.</param>
    /// <param name="ask">The question.</param>
    public static async Task<(string ApprovalId, ApprovalAnswer Answer)> WaitAsync(TaskOrchestrationContext context, ApprovalAsk ask)
    {
        var approvalId = await AskAsync(context, ask);
        return (approvalId, await AnswerAsync(context, approvalId));
    }

    /// <summary>Puts the question up and returns the approval's id.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="ask">The question.</param>
    public static Task<string> AskAsync(TaskOrchestrationContext context, ApprovalAsk ask) =>
        context.CallActivityAsync<string>(nameof(ApprovalActivities.RequestApproval), ask, Activities.Retried);

    /// <summary>Waits for the answer.</summary>
    /// <param name="context">The orchestration; its instance id is the run's id.</param>
    /// <param name="approvalId">The approval.</param>
    public static Task<ApprovalAnswer> AnswerAsync(TaskOrchestrationContext context, string approvalId) =>
        context.WaitForExternalEvent<ApprovalAnswer>(RunEvents.ApprovalAnswered(approvalId));
}
