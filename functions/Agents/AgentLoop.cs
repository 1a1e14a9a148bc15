using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Agents;

/// <summary>Reason and act: the model asks for tools, the tools answer, until the model answers or a bound is reached.</summary>
public static class AgentLoop
{
    /// <summary>The orchestrator. Its instance id is <c>{runId}.{stepId}</c>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="LoopInput"/>.</param>
    [Function(nameof(AgentLoop))]
    public static async Task<LoopEnd> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<LoopInput>()!;
        var budget = new LoopBudget(context, input.Run, input.StepId, input.Slice);
        var outcome = await StepFailures.RecordAsync(
            context, input.Run.RunId, input.StepId, () => TurnsAsync(context, input, budget));
        return new LoopEnd(outcome, budget.Spent);
    }

    private static async Task<StepOutcome> TurnsAsync(TaskOrchestrationContext context, LoopInput input, LoopBudget budget)
    {
        var (runId, stepId) = (input.Run.RunId, input.StepId);
        var start = await context.CallActivityAsync<LoopStart>(
            nameof(LoopActivities.PrepareLoop), new StepAddress(runId, stepId), Activities.Retried);
        var transcript = start.TranscriptHash;
        var room = new TurnRoom(context, start, budget);
        ToolCallEnd[] results = [];
        ToolFailureKind? lastFailure = null;
        string? told = null;
        var guard = new LoopGuard(start.Guard);
        for (var turn = 1; turn <= start.MaxTurns; turn++)
        {
            var asked = new ModelTurn(runId, stepId, turn, transcript, results, lastFailure, told);
            var end = await ModelPatience.CallAsync<ModelTurnEnd>(
                context, nameof(ModelActivities.CallModel), await room.MakeAsync(asked));
            if (end.RetryAfter is not null)
            {
                return await StepFailures.FailAsync(context, runId, stepId, StepOutcome.Failed(ModelPatience.Lost, lastFailure));
            }

            budget.Spend(end.Spent);
            if (end.Outcome is { } outcome)
            {
                return outcome;
            }

            (transcript, told) = (end.TranscriptHash, null);
            if (end.AnswerHash is { } answer)
            {
                budget.Release();
                var decision = await HumanDecision.DecideAsync<ResultDecision>(
                    context,
                    ApprovalAsk.OfResult(runId, stepId, FormattableString.Invariant($"t{turn}"), context.InstanceId, answer),
                    nameof(DecisionActivities.DecideResult));
                if (decision.Outcome is { } accepted)
                {
                    return accepted;
                }

                (results, told) = ([], decision.TextHash);
                room.Expect(end, results);
                continue;
            }

            await room.MakeAsync(asked with { TranscriptHash = transcript, Results = [], ToldHash = null }, end.Calls, end.CallsUsd);
            results = await ApprovedCalls.MakeAsync(
                context, budget, [.. Enumerable.Range(0, end.Calls).Select(index => new ToolCall(runId, stepId, turn, index, transcript))]);
            lastFailure = results.LastOrDefault(result => result.Failure is not null)?.Failure ?? lastFailure;
            room.Expect(end, results);
            var state = new LoopState(end.CallsHash, string.Concat(results.Select(result => result.ResultHash)), end.IsPolling);
            if (guard.Observe(state) is { } stop)
            {
                var stuck = StepOutcome.Failed(guard.Reason(stop), lastFailure) with { LoopStop = stop };
                return await StepFailures.FailAsync(context, runId, stepId, stuck);
            }
        }

        return await StepFailures.FailAsync(
            context, runId, stepId, StepOutcome.Failed($"The agent did not come to an answer in {start.MaxTurns} turns.", lastFailure));
    }
}
