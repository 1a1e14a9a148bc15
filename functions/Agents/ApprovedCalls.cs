using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using AgentFunctions.Tools;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>The tool calls of one turn, those that need it after a human has decided on them. Orchestrator code.</summary>
public static class ApprovedCalls
{
    /// <summary>Makes the calls in parallel. While humans decide on some of them, nothing runs and nothing of the budget is held.</summary>
    /// <param name="context">The orchestration that waits.</param>
    /// <param name="budget">Its budget.</param>
    /// <param name="calls">The calls.</param>
    public static async Task<ToolCallEnd[]> MakeAsync(TaskOrchestrationContext context, LoopBudget budget, IReadOnlyList<ToolCall> calls)
    {
        var ends = await Task.WhenAll(calls.Select(call => CallAsync(context, call)));
        if (!Array.Exists(ends, end => end.QuestionHash is not null))
        {
            return ends;
        }

        budget.Release(new Amounts { ToolCalls = calls.Count });
        return await Task.WhenAll(calls.Select((call, index) => ends[index].QuestionHash is { } question
            ? DecidedAsync(context, call, question)
            : Task.FromResult(ends[index])));
    }

    private static async Task<ToolCallEnd> DecidedAsync(TaskOrchestrationContext context, ToolCall call, string question)
    {
        var ask = ApprovalAsk.OfCall(call.RunId, call.StepId, call.Key(), context.InstanceId, question);
        await HumanDecision.DecideAsync<CallDecision>(context, ask, nameof(DecisionActivities.DecideCall));
        return await CallAsync(context, call with { IsDecided = true });
    }

    private static Task<ToolCallEnd> CallAsync(TaskOrchestrationContext context, ToolCall call) =>
        context.CallActivityAsync<ToolCallEnd>(nameof(ToolActivities.CallTool), call, Activities.Retried);
}
