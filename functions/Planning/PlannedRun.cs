using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Rollback;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Plan, then execute: makes a plan, executes its ready steps in parallel, and replans where a step failed. Orchestrator code.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="run">Its run.</param>
/// <param name="budget">Its budget.</param>
public sealed class PlannedRun(TaskOrchestrationContext context, RunHeader run, RunBudget budget)
{
    private readonly PlanMaking planning = new(context, run, budget);
    private readonly PlanProgress progress = new();
    private readonly OpenQuestions questions = new(context, run.RunId);

    /// <summary>Carries the run out.</summary>
    /// <exception cref="PlanRefusedException">There is no plan to go on with.</exception>
    public async Task<RunOutcome> ExecuteAsync()
    {
        var resume = await ResumeAsync();
        progress.Remember(resume.Before);
        IReadOnlyList<string> told = [];
        var most = resume.MostReplans;
        for (var (generation, plan, planHash) = (resume.Generation, resume.Plan, resume.PlanHash); ; generation++, plan = null, planHash = null)
        {
            var mayReplan = generation < most;
            PlanFailure? failure = null;
            if (plan is null)
            {
                plan = await planning.MakeAsync(generation, planHash, told);
                progress.Begin(plan);
            }
            else
            {
                failure = progress.GoOn(plan, resume.Ended, mayReplan);
            }

            failure ??= await ExecutePlanAsync(mayReplan);
            if (failure is null)
            {
                var (result, text, isByNobody) = await ApprovedAsync(Result(plan), generation);
                if (text is null || (isByNobody && !mayReplan))
                {
                    return result;
                }

                // A human may ask for another result as often as it takes; what nobody decided counts as a failure.
                (told, most) = ([text], isByNobody ? most : most + 1);
                continue;
            }

            told = [];
            if (!failure.MayReplan)
            {
                return new RunOutcome(RunStatus.Failed, failure.Reason, ResultHash: null, failure.Failure);
            }

            var tooDear = await context.CallActivityAsync<string>(
                nameof(ReplanActivities.CheckReplan), new RunInput(run.RunId), Activities.Retried);
            if (tooDear.Length > 0)
            {
                return new RunOutcome(RunStatus.Failed, $"{failure.Reason} {tooDear}", ResultHash: null, failure.Failure);
            }
        }
    }

    /// <summary>The first branch begins with its first plan; every other one where its checkpoint was.</summary>
    private Task<PlanResume> ResumeAsync() => run.Branch == 0
        ? Task.FromResult(new PlanResume(Generation: 0, Plan: null, run.PlanHash, [], [], run.Limits.MaxReplans))
        : context.CallActivityAsync<PlanResume>(nameof(ResumeActivities.ResumePlan), new RunInput(run.RunId), Activities.Retried);

    /// <summary>Executes until every step has ended, or until one failed so that the plan cannot go on; then what runs is let end.</summary>
    private async Task<PlanFailure?> ExecutePlanAsync(bool mayReplan)
    {
        var running = new Dictionary<Task<StepOutcome>, PlanNode>();
        PlanFailure? failure = null;
        while (true)
        {
            foreach (var step in failure is null ? progress.TakeReady() : [])
            {
                running.Add(StepExecution.RunAsync(context, run, step, questions, budget), step);
            }

            if (running.Count == 0)
            {
                return failure;
            }

            if (running.Values.All(step => questions.IsOpen(step.Id)))
            {
                // A human may take days: nothing of the budget, and no slot, is kept from others meanwhile.
                await budget.RestAsync();
            }
            else
            {
                await budget.RestWithOthersAsync();
            }

            var ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out var node);
            var outcome = await ended;
            var next = Worse(failure, await RolledBackAsync(node!, outcome, progress.End(node!, outcome, mayReplan)));
            if (failure is null && next is not null)
            {
                await GiveUpQuestionsAsync(running, next, mayReplan);
            }

            failure = next;
        }
    }

    /// <summary>
    /// Has the run rolled back where the failure asks for it: then this orchestration is ended, and the run goes on as another one.
    /// Where it cannot be, the failure says so and is dealt with as any other.
    /// </summary>
    private async Task<PlanFailure?> RolledBackAsync(PlanNode step, StepOutcome outcome, PlanFailure? failure)
    {
        if (failure is not { RollsBack: true })
        {
            return failure;
        }

        var problem = await context.CallActivityAsync<string>(
            nameof(RollbackActivities.RequestStepRollback), new StepRollback(run.RunId, step.Id, outcome), Activities.Retried);
        if (problem.Length == 0)
        {
            await context.WaitForExternalEvent<bool>(RunEvents.Never);
        }

        return failure with { RollsBack = false, Reason = $"{failure.Reason} It could not be rolled back: {problem}" };
    }

    /// <summary>A plan that cannot go on waits for no human any more, neither on what was asked nor on what steps at work will ask yet.</summary>
    private async Task GiveUpQuestionsAsync(Dictionary<Task<StepOutcome>, PlanNode> running, PlanFailure failure, bool mayReplan)
    {
        var open = running.Where(each => questions.IsOpen(each.Value.Id)).ToList();
        if (open.Count == 0 && running.Values.All(step => step is { Kind: StepKind.FanOut, NeedsApproval: false }))
        {
            return;
        }

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

    /// <summary>The result as a human leaves it; with a text for the planner where the human asks for another one.</summary>
    private async Task<(RunOutcome Outcome, string? Text, bool IsByNobody)> ApprovedAsync(RunOutcome outcome, int generation)
    {
        if (!run.ResultApproval || outcome.Status != RunStatus.Completed)
        {
            return (outcome, null, false);
        }

        var ask = ApprovalAsk.OfResult(
            run.RunId, ApprovalAsk.ResultStepId, FormattableString.Invariant($"g{generation}"), context.InstanceId, outcome.ResultHash);
        await budget.RestAsync();
        var decision = await HumanDecision.DecideAsync<ResultDecision>(context, ask, nameof(DecisionActivities.DecideResult));
        return decision.Type switch
        {
            ApprovalAnswerType.Accept or ApprovalAnswerType.Edit => (outcome with { ResultHash = decision.ResultHash }, null, false),
            ApprovalAnswerType.Ignore => (new RunOutcome(RunStatus.Canceled, decision.Reason ?? "A human refused the result.", ResultHash: null, Failure: null), null, false),
            ApprovalAnswerType.Response => (
                new RunOutcome(RunStatus.Failed, decision.Text, ResultHash: null, Failure: null), decision.Text ?? "A human asks for another result.", decision.IsByNobody),
            _ => throw new InvalidOperationException($"Unknown answer '{decision.Type}'."),
        };
    }

    private RunOutcome Result(PlanMade plan)
    {
        var last = progress.OutcomeOf(plan.ResultStepId!);
        return last is { Status: StepStatus.Completed }
            ? new RunOutcome(RunStatus.Completed, Reason: null, last.OutputHash, Failure: null)
            : new RunOutcome(RunStatus.Failed, last?.Reason ?? "The last step was not reached.", ResultHash: null, last?.Failure);
    }
}
