using AgentFunctions.Budgets;
using AgentFunctions.Agents;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Tools;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Planning;

/// <summary>Tells the orchestration of a new branch where its run stands.</summary>
/// <param name="access">The runs.</param>
/// <param name="tools">The tools.</param>
public sealed class ResumeActivities(RunAccess access, IToolCatalog tools)
{
    /// <summary>Where the run's plan goes on.</summary>
    /// <param name="input">The run.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(ResumePlan))]
    public async Task<PlanResume> ResumePlan([ActivityTrigger] RunInput input, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(input.RunId, cancellationToken);
        var agent = await access.AgentAsync(run, cancellationToken);
        var start = await access.RememberedAsync<BranchStart>(run.RunId, BranchStart.Key(run.Branch), cancellationToken);
        return Of(run, start ?? new BranchStart(PlanHash: null, Replans: false), agent);
    }

    /// <summary>Where a run's plan goes on.</summary>
    /// <param name="run">The run as it was at its checkpoint.</param>
    /// <param name="start">What its branch begins with.</param>
    /// <param name="agent">Its agent.</param>
    private PlanResume Of(RunRecord run, BranchStart start, AgentDefinition agent)
    {
        var maxReplans = agent.Limits.MaxReplans;
        var newest = run.Steps.Where(step => step.Generation == run.Replans).ToList();
        if (newest.Count == 0)
        {
            return new PlanResume(Generation: 0, Plan: null, start.PlanHash ?? run.PlanHash, [], [], maxReplans);
        }

        var ended = run.Steps.Select(Ended).OfType<EndedStep>().ToList();
        if (start.Replans)
        {
            // What a human has changed begins anew, with all the replans that its agent has.
            return new PlanResume(run.Replans + 1, Plan: null, start.PlanHash, ended, [], run.Replans + 1 + maxReplans);
        }

        var ids = newest.Select(step => step.Step.Id).ToHashSet(StringComparer.Ordinal);
        var (now, before) = (ended.Where(step => ids.Contains(step.Node.Id)).ToList(), ended.Where(step => !ids.Contains(step.Node.Id)).ToList());
        return run.NeedsPlanApproval(agent) && newest.TrueForAll(step => step.Status == StepStatus.Pending)
            // The plan is remembered; that it is made again only asks for its approval, unless there is an answer already.
            ? new PlanResume(run.Replans, Plan: null, run.Replans == 0 ? run.PlanHash : null, before, [], maxReplans)
            : new PlanResume(run.Replans, Made(newest), PlanHash: null, before, now, Math.Max(maxReplans, run.Replans));
    }

    private PlanMade Made(List<StepState> steps)
    {
        var plan = new Plan([.. steps.Select(step => step.Step)]);
        return new PlanMade([.. plan.Steps.Select(step => PlanNode.Of(step, tools))], PlanGraph.Sink(plan).Id, [], Amounts.None);
    }

    private EndedStep? Ended(StepState state) => state.Status switch
    {
        StepStatus.Completed or StepStatus.Skipped => new(PlanNode.Of(state.Step, tools), new StepOutcome(state.Status, state.Reason, state.OutputHash)),
        StepStatus.Failed => new(PlanNode.Of(state.Step, tools), new StepOutcome(StepStatus.Failed, state.Reason, state.OutputHash)),
        StepStatus.Replaced when PlanHistory.HasFailed(state) => new(PlanNode.Of(state.Step, tools), new StepOutcome(StepStatus.Failed, state.Reason, state.OutputHash)),
        _ => null,
    };
}
