using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Tools;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Executes one step of any kind. Orchestrator code; what a step throws becomes its recorded failure.</summary>
public static class StepExecution
{
    /// <summary>Executes a step.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="step">The step.</param>
    /// <param name="questions">The plan's approval steps.</param>
    /// <param name="budget">The run's budget.</param>
    public static Task<StepOutcome> RunAsync(
        TaskOrchestrationContext context, RunHeader run, PlanNode step, OpenQuestions questions, RunBudget budget) =>
        StepFailures.RecordAsync(context, run.RunId, step.Id, async () =>
        {
            await budget.BeginStepAsync(step.Id, step.Kind == StepKind.Tool ? Amounts.OneToolCall(step.CostUsd) : null);
            return await (step.Kind switch
            {
                StepKind.Tool => ToolAsync(context, run, step, questions, budget),
                StepKind.Agent => StartedAsync(run, step, questions, budget, () => LoopAsync(context, run, step.Id, budget)),
                StepKind.FanOut => StartedAsync(run, step, questions, budget, () => new FanOut(context, run, budget).RunAsync(step)),
                StepKind.Approval => ApproveAsync(run, step.Id, questions, budget),
                _ => throw new InvalidOperationException($"Unknown kind of step '{step.Kind}'."),
            });
        });

    /// <summary>The call says itself whether a human has to decide first, because only then its arguments are known.</summary>
    private static async Task<StepOutcome> ToolAsync(
        TaskOrchestrationContext context, RunHeader run, PlanNode node, OpenQuestions questions, RunBudget budget)
    {
        var (stepId, step) = (node.Id, new ToolStep(run.RunId, node.Id));
        var end = await CallAsync(context, step, budget);
        if (end.QuestionHash is not { } question)
        {
            return end.Outcome!;
        }

        await budget.RestAsync();
        var decision = await questions.DecideAsync(
            ApprovalAsk.OfCall(run.RunId, stepId, ToolStep.Key(stepId), context.InstanceId, question), nameof(DecisionActivities.DecideStart));
        if (decision.Outcome is { } outcome)
        {
            return outcome;
        }

        await budget.BeginCallAsync(stepId, Amounts.OneToolCall(node.CostUsd));
        return (await CallAsync(context, step with { IsDecided = true }, budget)).Outcome!;
    }

    private static async Task<ToolStepEnd> CallAsync(TaskOrchestrationContext context, ToolStep step, RunBudget budget)
    {
        ToolStepEnd? end = null;
        try
        {
            return end = await LeasedCalls.MakeAsync(
                context,
                step.RunId,
                lease => context.CallActivityAsync<ToolStepEnd>(nameof(ToolActivities.RunToolStep), step with { Lease = lease }, Activities.Retried),
                made => made.Lease);
        }
        finally
        {
            budget.EndCall(step.StepId, end?.Spent ?? Amounts.OneToolCall(0m));
        }
    }

    private static async Task<StepOutcome> StartedAsync(
        RunHeader run, PlanNode step, OpenQuestions questions, RunBudget budget, Func<Task<StepOutcome>> start)
    {
        if (!step.NeedsApproval)
        {
            return await start();
        }

        await budget.RestAsync();
        var decision = await questions.DecideAsync(ApprovalAsk.OfStep(run, step.Id), nameof(DecisionActivities.DecideStart));
        if (decision.Outcome is { } ended)
        {
            return ended;
        }

        await budget.WakeAsync();
        return await start();
    }

    private static async Task<StepOutcome> ApproveAsync(RunHeader run, string stepId, OpenQuestions questions, RunBudget budget)
    {
        await budget.RestAsync();
        return (await questions.DecideAsync(ApprovalAsk.OfStep(run, stepId), nameof(DecisionActivities.DecideStep))).Outcome!;
    }

    /// <summary>Runs an agent's loop as a sub-orchestration, with a slice of the run's budget.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="budget">The run's budget.</param>
    public static async Task<StepOutcome> LoopAsync(TaskOrchestrationContext context, RunHeader run, string stepId, RunBudget budget)
    {
        var instance = RunInstances.OfLoop(run, stepId);
        var spent = Amounts.None;
        try
        {
            var end = await context.CallSubOrchestratorAsync<LoopEnd>(
                nameof(AgentLoop),
                new LoopInput(run, stepId, budget.Slice(instance, RunBudgetTerms.Portion(run.Limits))),
                new SubOrchestrationOptions { InstanceId = instance });
            spent = end.Spent;
            return end.Outcome;
        }
        finally
        {
            budget.Close(instance, spent);
        }
    }
}
