using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Plan, then execute: makes a plan, executes its ready steps in parallel, and replans where a step failed. Orchestrator code.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="run">Its run.</param>
/// <param name="lease">Its budget.</param>
public sealed class PlannedRun(TaskOrchestrationContext context, RunHeader run, BudgetLease lease)
{
    private readonly PlanMaking planning = new(context, run, lease);
    private readonly PlanProgress progress = new();
    private readonly OpenQuestions questions = new(context, run.RunId);

    /// <summary>Carries the run out.</summary>
    /// <exception cref="PlanRefusedException">There is no plan to go on with.</exception>
    public async Task<RunOutcome> ExecuteAsync()
    {
        for (var generation = 0; ; generation++)
        {
            var plan = await planning.MakeAsync(generation);
            progress.Begin(plan);
            var failure = await ExecutePlanAsync(generation < run.Limits.MaxReplans);
            if (failure is null)
            {
                return Result(plan);
            }

            if (!failure.MayReplan)
            {
                return new RunOutcome(RunStatus.Failed, failure.Reason, ResultHash: null, failure.Failure);
            }
        }
    }

    /// <summary>Executes until every step has ended, or until one failed so that the plan cannot go on; then what runs is let end.</summary>
    private async Task<PlanFailure?> ExecutePlanAsync(bool mayReplan)
    {
        var running = new Dictionary<Task<StepOutcome>, PlanNode>();
        PlanFailure? failure = null;
        while (true)
        {
            foreach (var step in failure is null ? progress.TakeReady() : [])
            {
                running.Add(StepExecution.RunAsync(context, run, step, questions), step);
            }

            if (running.Count == 0)
            {
                return failure;
            }

            var ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out var node);
            var next = Worse(failure, progress.End(node!, await ended, mayReplan));
            if (failure is null && next is not null)
            {
                await GiveUpQuestionsAsync(running, next, mayReplan);
            }

            failure = next;
        }
    }

    /// <summary>A plan that cannot go on waits for no human any more.</summary>
    private async Task GiveUpQuestionsAsync(Dictionary<Task<StepOutcome>, PlanNode> running, PlanFailure failure, bool mayReplan)
    {
        var open = running.Where(each => each.Value.Kind == StepKind.Approval).ToList();
        var withdrawn = await questions.WithdrawAsync([.. open.Select(each => each.Value.Id)], failure.Reason);
        foreach (var (task, step) in open.Where(each => withdrawn.Contains(each.Value.Id, StringComparer.Ordinal)))
        {
            running.Remove(task);
            progress.End(step, new StepOutcome(StepStatus.Skipped, failure.Reason), mayReplan);
        }
    }

    /// <summary>A failure that ends the run outweighs one that a replan may heal.</summary>
    private static PlanFailure? Worse(PlanFailure? one, PlanFailure? other) =>
        one is null || other is { MayReplan: false } ? other ?? one : one;

    private RunOutcome Result(PlanMade plan)
    {
        var last = progress.OutcomeOf(plan.ResultStepId!);
        return last is { Status: StepStatus.Completed }
            ? new RunOutcome(RunStatus.Completed, Reason: null, last.OutputHash, Failure: null)
            : new RunOutcome(RunStatus.Failed, last?.Reason ?? "The last step was not reached.", ResultHash: null, last?.Failure);
    }
}
