using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Runs;
using AgentFunctions.Tools;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>The tool calls of one turn, those that need it after a human has decided on them. Orchestrator code.</summary>
public static class ApprovedCalls
{
    /// <summary>Makes the calls in parallel, and notes what they spend. While humans decide on some of them, nothing runs and nothing of the budget is held.</summary>
    /// <param name="context">The orchestration that waits.</param>
    /// <param name="budget">Its budget, which holds enough for all calls.</param>
    /// <param name="calls">The calls.</param>
    public static async Task<ToolCallEnd[]> MakeAsync(TaskOrchestrationContext context, LoopBudget budget, IReadOnlyList<ToolCall> calls)
    {
        var ends = await Task.WhenAll(calls.Select(call => CallAsync(context, call)));
        budget.Spend(ends.Aggregate(Amounts.None, (sum, end) => sum + end.Spent));
        if (!Array.Exists(ends, end => end.QuestionHash is not null))
        {
            return ends;
        }

        budget.Release();
        var room = new CallRoom(budget, calls[0].TranscriptHash, ends.Count(end => end.QuestionHash is not null));
        return await Task.WhenAll(calls.Select((call, index) => ends[index].QuestionHash is { } question
            ? DecidedAsync(context, room, call, question, ends[index].SpentUsd)
            : Task.FromResult(ends[index])));
    }

    private static async Task<ToolCallEnd> DecidedAsync(TaskOrchestrationContext context, CallRoom room, ToolCall call, string question, decimal usd)
    {
        var ask = ApprovalAsk.OfCall(call.RunId, call.StepId, call.Key(), context.InstanceId, question);
        var decision = await HumanDecision.DecideAsync<CallDecision>(context, ask, nameof(DecisionActivities.DecideCall));
        var need = Amounts.OneToolCall(decision.IsMade ? usd : 0m);
        await room.EnterAsync(need);
        var spent = Amounts.None;
        try
        {
            var end = await CallAsync(context, call with { IsDecided = true });
            spent = end.Spent;
            return end;
        }
        finally
        {
            room.Leave(need, spent);
        }
    }

    private static Task<ToolCallEnd> CallAsync(TaskOrchestrationContext context, ToolCall call) => LeasedCalls.MakeAsync(
        context,
        call.RunId,
        lease => context.CallActivityAsync<ToolCallEnd>(nameof(ToolActivities.CallTool), call with { Lease = lease }, Activities.Retried),
        end => end.Lease);
}
