using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Policies.Data;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Runs;

/// <summary>How a run is to end.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Outcome">How.</param>
public sealed record RunEnd(string RunId, RunOutcome Outcome);

/// <summary>How a run did end.</summary>
/// <param name="Outcome">Its outcome; that of a cancellation where one came first.</param>
/// <param name="TreeSpent">What its whole tree has used; only for a root run.</param>
/// <param name="HasDeadline">Whether a deadline waits for its end.</param>
/// <param name="ScheduleOwner">Instance id of the schedule's owner that waits for its end, if one does.</param>
public sealed record RunFinished(RunOutcome Outcome, Amounts TreeSpent, bool HasDeadline, string? ScheduleOwner = null);

/// <summary>The beginning and the end of a run.</summary>
/// <param name="access">The runs.</param>
/// <param name="runs">The runs' records.</param>
/// <param name="prompt">What a planner is asked.</param>
/// <param name="caller">Estimates model calls.</param>
/// <param name="settings">How budgets work where nothing else is said.</param>
/// <param name="results">What may leave of results.</param>
/// <param name="catalogs">What runs find when they start.</param>
/// <param name="closing">Takes questions back.</param>
/// <param name="waiting">What waits to be admitted.</param>
/// <param name="time">The clock.</param>
public sealed class RunActivities(
    RunAccess access,
    IRunStore runs,
    PlannerPrompt prompt,
    ModelCaller caller,
    BudgetSettings settings,
    ResultGate results,
    RunCatalogs catalogs,
    ApprovalClosing closing,
    IWaitingList waiting,
    TimeProvider time)
{
    /// <summary>The step of a run whose agent works without a plan.</summary>
    public const string OnlyStepId = "agent";

    /// <summary>The key of a run's end.</summary>
    public const string FinishKey = "finish";

    /// <summary>Starts the run and returns what its orchestrator needs.</summary>
    /// <param name="input">The run.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(StartRun))]
    public async Task<RunHeader> StartRun([ActivityTrigger] RunInput input, CancellationToken cancellationToken)
    {
        const string Key = "start";
        if (input.AdmittedAt is not null)
        {
            // Not before it is admitted for good, and not later than it may end: then it would be admitted again.
            await waiting.RemoveAsync([input.RunId], cancellationToken);
        }

        if (await access.RememberedAsync<RunHeader>(input.RunId, Key, cancellationToken) is { } remembered)
        {
            return await OnBranchAsync(remembered, cancellationToken);
        }

        var run = await access.GetAsync(input.RunId, cancellationToken);
        var agent = await access.AgentAsync(run, cancellationToken);
        var plans = agent.Mode == AgentMode.Plan || run.PlanHash is not null;
        var header = new RunHeader(
            run.RunId,
            run.ThreadId,
            run.RootRunId,
            run.ParentRunId,
            run.Agent,
            agent.Mode,
            agent.Limits,
            run.PlanHash,
            plans ? await EstimatePlanAsync(run, agent, cancellationToken) : CallEstimate.None,
            run.NeedsPlanApproval(agent),
            await TermsAsync(run, agent, cancellationToken),
            EndBeforeStart(run),
            run.Branch)
        {
            ResultApproval = run.NeedsResultApproval(agent),
        };
        if (header.Outcome is not null)
        {
            return header;
        }

        return await access.CommitAsync(
            new RunCommit
            {
                RunId = run.RunId,
                Key = Key,
                Patch = new RunPatch
                {
                    Status = plans ? RunStatus.Planning : RunStatus.Running,
                    Steps = plans ? null : [OnlyStep(run)],
                    AdmittedAt = input.AdmittedAt,
                },
                Events =
                [
                    new AuditDraft("run.started", AuditActor.Runtime)
                    {
                        InputHash = run.InputHash,
                        Policy = AuditPolicy.Of(agent),
                        Data = new JsonObject
                        {
                            ["agent"] = run.Agent,
                            ["agentHash"] = run.AgentHash,
                            ["catalog"] = await catalogs.KeepAsync(cancellationToken),
                        },
                    },
                ],
            },
            header,
            cancellationToken);
    }

    /// <summary>A run whose deadline has passed while it was queued begins nothing; its deadline's own orchestration puts the end on record.</summary>
    private RunOutcome? EndBeforeStart(RunRecord run) =>
        run.IsFinished ? new RunOutcome(run.Status, run.Reason, run.ResultHash, Failure: null)
        : run.Deadline <= time.GetUtcNow() ? new RunOutcome(RunStatus.Expired, "Its deadline passed before it could start.", ResultHash: null, Failure: null)
        : null;

    /// <summary>Ends the run, unless it has ended already, and takes back what it still asks of humans.</summary>
    /// <param name="end">How.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(FinishRun))]
    public async Task<RunFinished> FinishRun(
        [ActivityTrigger] RunEnd end, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var run = await access.GetAsync(end.RunId, cancellationToken);
        if (!run.IsFinished)
        {
            var leaving = await results.CheckAsync(run, end.Outcome, cancellationToken);
            await access.CommitAsync(Commit(run, leaving), leaving.Outcome, cancellationToken);
            run = await access.GetAsync(end.RunId, cancellationToken);
        }

        await closing.CloseAsync(run.RunId, client, cancellationToken);

        // Someone may have ended it in this very moment; then its record says how, and nothing is remembered here.
        var outcome = await access.RememberedAsync<RunOutcome>(run.RunId, FinishKey, cancellationToken)
            ?? new RunOutcome(run.Status, run.Reason, run.ResultHash, Failure: null);
        if (run.RunId != run.RootRunId)
        {
            return new RunFinished(outcome, Amounts.None, run.Deadline is not null, run.Schedule?.OwnerId);
        }

        return new RunFinished(outcome, await SpentOfTreeAsync(run.RunId, cancellationToken), run.Deadline is not null, run.Schedule?.OwnerId);
    }

    /// <summary>What was known when the run started, on the branch on which it is now.</summary>
    private async Task<RunHeader> OnBranchAsync(RunHeader started, CancellationToken cancellationToken)
    {
        var run = await access.GetAsync(started.RunId, cancellationToken);
        return run.Branch == 0 ? started : started with
        {
            Branch = run.Branch,
            Begun = await BegunAsync(run, cancellationToken),
            Budget = await TermsAsync(run, await access.AgentAsync(run, cancellationToken), cancellationToken),
            Outcome = run.IsFinished ? new RunOutcome(run.Status, run.Reason, run.ResultHash, Failure: null) : null,
        };
    }

    private async Task<IReadOnlyList<string>> BegunAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var begun = new List<string>();
        foreach (var step in run.Steps.Where(step => step.Status is StepStatus.Running or StepStatus.Waiting).Select(step => step.Step.Id))
        {
            if (await access.IsRememberedAsync(run.RunId, RunAccess.StartKey(step), cancellationToken))
            {
                begun.Add(step);
            }
        }

        return begun;
    }

    private static StepState OnlyStep(RunRecord run) => new(
        new PlanStep { Id = OnlyStepId, Kind = StepKind.Agent, Agent = run.Agent }, StepStatus.Pending);

    private static RunCommit Commit(RunRecord run, CheckedOutcome leaving)
    {
        var outcome = leaving.Outcome;
        var open = OpenSteps.AtTheEndOf(run, outcome.Reason);
        return new RunCommit
        {
            RunId = run.RunId,
            Key = FinishKey,
            Patch = new RunPatch
            {
                Status = outcome.Status,
                Reason = outcome.Reason,
                ResultHash = outcome.ResultHash,
                StepChanges = open.Changes,
            },
            Events =
            [
                .. open.Events,
                .. leaving.Events,
                new AuditDraft(RunEndEvents.Type(outcome.Status), "runtime") { Reason = outcome.Reason, OutputHash = outcome.ResultHash },
            ],
            Checkpoint = new CheckpointDraft("run", "result", run.Agent, outcome.ResultHash),
        };
    }

    private async Task<Amounts> SpentOfTreeAsync(string rootRunId, CancellationToken cancellationToken) =>
        Amounts.UsedBy(await runs.ListTreeAsync(rootRunId, cancellationToken));

    private async Task<RunBudgetTerms> TermsAsync(RunRecord run, AgentDefinition agent, CancellationToken cancellationToken)
    {
        // A run that has spent before it starts is one that starts again, such as from a checkpoint.
        var spent = run.Usage == RunUsage.None
            ? Amounts.None
            : Amounts.UsedBy(RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken)));
        return new RunBudgetTerms(
            run.Limits, agent.Budget?.AlertAt ?? settings.AlertAt, agent.Budget?.PauseExpiry ?? settings.PauseExpiry, spent);
    }

    private async Task<CallEstimate> EstimatePlanAsync(RunRecord run, AgentDefinition agent, CancellationToken cancellationToken)
    {
        var messages = await prompt.MessagesAsync(
            run, agent, new PlanAsk(run.RunId, Generation: 0, Attempt: 1, [], PlanHash: null), cancellationToken);
        return caller.Estimate(agent, messages, new ChatOptions { MaxOutputTokens = PlanActivities.MaxPlanTokens });
    }
}
