using AgentFunctions.Agents;
using AgentFunctions.Budgets;
using AgentFunctions.Planning;
using AgentFunctions.Queue;
using AgentFunctions.Schedules;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Runs;

/// <summary>One goal, from its start to its end.</summary>
public static class AgentRun
{
    /// <summary>The orchestrator. Its instance id is the run's id.</summary>
    /// <param name="context">The orchestration. Input: <see cref="RunInput"/>.</param>
    [Function(nameof(AgentRun))]
    public static async Task<RunReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<RunInput>()!;
        RunHeader run;
        try
        {
            run = await context.CallActivityAsync<RunHeader>(nameof(RunActivities.StartRun), input, Activities.Retried);
        }
        catch (TaskFailedException error)
        {
            return await NotStartedAsync(context, input, error);
        }

        if (run.Outcome is { } ended)
        {
            await FreeSlotAsync(context, input, actual: null);
            return new RunReport(ended, Amounts.None);
        }

        var budget = new RunBudget(context, run, input.Slice);
        var outcome = await budget.ServeAsync(ExecuteAsync(context, run, budget));
        var finished = await context.CallActivityAsync<RunFinished>(
            nameof(RunActivities.FinishRun), new RunEnd(run.RunId, outcome), Activities.Retried);
        if (run.IsRoot)
        {
            await SettleAsync(context, run, finished, budget.Spent.Seconds);
            await FreeSlotAsync(context, input, new ActualUse(finished.TreeSpent.ModelCalls, finished.TreeSpent.Tokens));
        }

        return new RunReport(finished.Outcome, budget.Spent);
    }

    /// <summary>Nothing was spent, so there is nothing to settle; but the record must not say forever that the run is queued.</summary>
    private static async Task<RunReport> NotStartedAsync(TaskOrchestrationContext context, RunInput input, TaskFailedException error)
    {
        var outcome = new RunOutcome(RunStatus.Failed, StepFailures.Reason(error), ResultHash: null, Failure: null);
        var finished = await context.CallActivityAsync<RunFinished>(
            nameof(RunActivities.FinishRun), new RunEnd(input.RunId, outcome), Activities.Retried);
        TellWhoWaits(context, input.RunId, finished);
        await FreeSlotAsync(context, input, actual: null);
        return new RunReport(finished.Outcome, Amounts.None);
    }

    private static async Task<RunOutcome> ExecuteAsync(TaskOrchestrationContext context, RunHeader run, RunBudget budget)
    {
        try
        {
            return run is { Mode: AgentMode.React, PlanHash: null }
                ? await LoopAsync(context, run, budget)
                : await new PlannedRun(context, run, budget).ExecuteAsync();
        }
        catch (PlanRefusedException refused)
        {
            return new RunOutcome(refused.Status, refused.Message, ResultHash: null, Failure: null);
        }
        catch (TaskFailedException error)
        {
            return new RunOutcome(RunStatus.Failed, StepFailures.Reason(error), ResultHash: null, Failure: null);
        }
    }

    /// <summary>An agent without a plan is one step.</summary>
    private static async Task<RunOutcome> LoopAsync(TaskOrchestrationContext context, RunHeader run, RunBudget budget)
    {
        await budget.BeginStepAsync(RunActivities.OnlyStepId);
        var end = await StepExecution.LoopAsync(context, run, RunActivities.OnlyStepId, budget);
        return end.Status switch
        {
            StepStatus.Completed => new RunOutcome(RunStatus.Completed, Reason: null, end.OutputHash, Failure: null),
            StepStatus.Skipped => new RunOutcome(RunStatus.Canceled, end.Reason, ResultHash: null, Failure: null),
            _ => new RunOutcome(RunStatus.Failed, end.Reason, ResultHash: null, end.Failure, end.LoopStop),
        };
    }

    private static async Task SettleAsync(TaskOrchestrationContext context, RunHeader run, RunFinished finished, long seconds)
    {
        await context.Entities.CallEntityAsync(
            BudgetEntity.For(run.ThreadId),
            BudgetEntity.Settle,
            new BudgetSettlement(run.RunId, finished.TreeSpent with { Seconds = seconds }, context.CurrentUtcDateTime));
        TellWhoWaits(context, run.RunId, finished);
    }

    /// <summary>A child works within its root's slot, and has none of its own to free.</summary>
    private static Task FreeSlotAsync(TaskOrchestrationContext context, RunInput input, ActualUse? actual) => input.Slice is null
        ? context.Entities.SignalEntityAsync(AdmissionEntity.Id, AdmissionEntity.End, new SlotEnd(input.RunId, actual))
        : Task.CompletedTask;

    private static void TellWhoWaits(TaskOrchestrationContext context, string runId, RunFinished finished)
    {
        if (finished.HasDeadline)
        {
            context.SendEvent(RunDeadlines.InstanceId(runId), RunEvents.RunEnded, payload: true);
        }

        ScheduleOwner.Tell(context, finished.ScheduleOwner);
    }
}
