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
        var approvalId = await context.CallActivityAsync<string>(
            nameof(ApprovalActivities.RequestApproval), ask, Activities.Retried);
        return (approvalId, await context.WaitForExternalEvent<ApprovalAnswer>(RunEvents.ApprovalAnswered(approvalId)));
    }
}
