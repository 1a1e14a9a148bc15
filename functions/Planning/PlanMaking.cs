using AgentFunctions.Approvals;
using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Gets a plan that can be executed: asks, feeds problems back, lets a human accept. Orchestrator code.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="run">Its run.</param>
/// <param name="budget">Its budget.</param>
public sealed class PlanMaking(TaskOrchestrationContext context, RunHeader run, RunBudget budget)
{
    private const string Holder = "plan:";
    private const int MaxUnusable = 3;

    /// <summary>The plan of a generation.</summary>
    /// <param name="generation">0 for the first plan.</param>
    /// <param name="planHash">Content hash of a plan to be taken instead of asking for one.</param>
    /// <param name="told">What the planner is told.</param>
    /// <exception cref="PlanRefusedException">There is none.</exception>
    public async Task<PlanMade> MakeAsync(int generation, string? planHash, IReadOnlyList<string> told)
    {
        var problems = told;
        var mayBeCut = true;
        for (int attempt = 1, unusable = 0; ; attempt++)
        {
            var made = await AskAsync(new PlanAsk(run.RunId, generation, attempt, problems, planHash), mayBeCut);
            if (made.IsCut)
            {
                // Nobody's fault but the budget's: the same is asked again, once there is enough for all of it.
                mayBeCut = false;
                continue;
            }

            (problems, planHash) = (made.Problems, null);
            if (problems.Count > 0)
            {
                if (++unusable == MaxUnusable)
                {
                    throw new PlanRefusedException(
                        RunStatus.Failed, $"No plan could be used after {MaxUnusable} attempts: {string.Join(" ", problems)}");
                }

                continue;
            }

            if (!run.PlanApproval)
            {
                return made;
            }

            var decision = await ApprovedAsync(generation, attempt);
            switch (decision.Type)
            {
                case ApprovalAnswerType.Accept:
                    return made;
                case ApprovalAnswerType.Edit:
                    planHash = decision.PlanHash;
                    break;
                case ApprovalAnswerType.Response:
                    problems = [decision.Text ?? "A human asks for another plan."];
                    break;
                case ApprovalAnswerType.Ignore:
                    throw new PlanRefusedException(RunStatus.Canceled, decision.Reason ?? "A human refused the plan.");
                default:
                    throw new InvalidOperationException($"Unknown answer '{decision.Type}'.");
            }

            // A human may ask for changes as often as it takes; answers that cannot be used are counted, and those that nobody gave.
            unusable = decision.IsByNobody ? unusable + 1 : 0;
            if (unusable == MaxUnusable)
            {
                throw new PlanRefusedException(RunStatus.Failed, $"Nobody decided on {MaxUnusable} plans in a row.");
            }
        }
    }

    private async Task<PlanMade> AskAsync(PlanAsk ask, bool mayBeCut)
    {
        if (ask.PlanHash is not null)
        {
            return await ModelPatience.CallAsync<PlanMade>(context, nameof(PlanActivities.MakePlan), ask);
        }

        var estimate = await EstimateAsync(ask);
        var held = await budget.HoldAsync(Holder, mayBeCut ? estimate.Least : estimate.Most, use: estimate.Most);
        var affordable = estimate.AffordableTokens(held);
        PlanMade? made = null;
        try
        {
            made = await ModelPatience.CallAsync<PlanMade>(
                context,
                nameof(PlanActivities.MakePlan),
                affordable < estimate.MaxOutputTokens ? ask with { MaxOutputTokens = affordable } : ask);
        }
        finally
        {
            budget.Close(Holder, made?.Spent ?? Amounts.None);
        }

        if (made.RetryAfter is not null)
        {
            throw new PlanRefusedException(RunStatus.Failed, ModelPatience.Lost);
        }

        return made;
    }

    /// <summary>The first question was estimated when the run started; later ones carry problems and the failure history.</summary>
    private Task<CallEstimate> EstimateAsync(PlanAsk ask) => ask is { Generation: 0, Attempt: 1 }
        ? Task.FromResult(run.PlanEstimate)
        : context.CallActivityAsync<CallEstimate>(nameof(PlanActivities.EstimatePlan), ask, Activities.Retried);

    private async Task<PlanDecision> ApprovedAsync(int generation, int attempt)
    {
        // A human may take days: nothing of the thread's budget, and no slot, is kept from other runs meanwhile.
        await budget.RestAsync();
        return await HumanDecision.DecideAsync<PlanDecision>(
            context, ApprovalAsk.OfPlan(run, generation, attempt), nameof(DecisionActivities.DecidePlan));
    }
}

/// <summary>There is no plan to go on with.</summary>
/// <param name="status">How the run ends.</param>
/// <param name="message">Why.</param>
public sealed class PlanRefusedException(RunStatus status, string message) : Exception(message)
{
    /// <summary>How the run ends.</summary>
    public RunStatus Status { get; } = status;
}
