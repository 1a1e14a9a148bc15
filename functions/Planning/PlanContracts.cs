using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Runs;
using AgentFunctions.Tools;

namespace AgentFunctions.Planning;

/// <summary>Asks for a plan.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">0 for the first plan, and one more for each replan.</param>
/// <param name="Attempt">From 1; one more after each answer that could not be used.</param>
/// <param name="Problems">What was wrong with the answer before.</param>
/// <param name="PlanHash">Content hash of a plan to be used instead of asking a model.</param>
/// <param name="MaxOutputTokens">Most tokens that the budget pays for; <see langword="null"/> where only the bounds of a plan count.</param>
public sealed record PlanAsk(
    string RunId, int Generation, int Attempt, IReadOnlyList<string> Problems, string? PlanHash, int? MaxOutputTokens = null)
    : IAsksModel
{
    /// <summary>What the call was given to take along when it was made to wait.</summary>
    public ModelPlace? Place { get; init; }

    /// <inheritdoc />
    public IAsksModel At(ModelPlace? place) => this with { Place = place };
}

/// <summary>What asking came to.</summary>
/// <param name="Steps">The plan's steps; empty where there are problems.</param>
/// <param name="ResultStepId">The step whose output is the run's result.</param>
/// <param name="Problems">What is wrong with the plan.</param>
/// <param name="Spent">What it has used.</param>
/// <param name="RetryAfter">How long to wait; then the model has not answered, and nothing but <see cref="Place"/> is set.</param>
public sealed record PlanMade(
    IReadOnlyList<PlanNode> Steps, string? ResultStepId, IReadOnlyList<string> Problems, Amounts Spent, TimeSpan? RetryAfter = null)
    : IMayRetryLater, IHasCost<PlanMade>
{
    /// <summary>Whether the answer was cut off by what the budget had left: the next one is not to be shortened again.</summary>
    public bool IsCut { get; init; }

    /// <inheritdoc />
    public ModelPlace? Place { get; init; }

    /// <inheritdoc />
    public PlanMade Paid() => this with { Spent = Amounts.None };

    /// <summary>The model is to be asked later.</summary>
    /// <param name="later">When.</param>
    public static PlanMade Later(RetryLaterException later) => new([], ResultStepId: null, [], Amounts.None, later.Wait) { Place = later.Place };
}

/// <summary>What the orchestrator needs to know of a step; the rest stays in the run's record.</summary>
/// <param name="Id">The step's id.</param>
/// <param name="Kind">What it does.</param>
/// <param name="DependsOn">Ids of the steps before it.</param>
/// <param name="OnFailure">What a failure means.</param>
/// <param name="NeedsApproval">Whether an agent step or a fan-out waits for a human before it starts.</param>
/// <param name="CostUsd">What its tool declares that the call costs, USD.</param>
public sealed record PlanNode(
    string Id, StepKind Kind, IReadOnlyList<string> DependsOn, FailureMode OnFailure, bool NeedsApproval = false, decimal CostUsd = 0m)
{
    /// <summary>What an orchestrator needs to know of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="tools">The tools.</param>
    public static PlanNode Of(PlanStep step, IToolCatalog tools) => new(
        step.Id,
        step.Kind,
        step.DependsOn,
        step.OnFailure,
        step is { Approval: not null, Kind: StepKind.Agent or StepKind.FanOut },
        step is { Kind: StepKind.Tool, Tool: { } tool } ? tools.CostUsd(tool) : 0m);
}

/// <summary>A step that has ended.</summary>
/// <param name="Node">The step.</param>
/// <param name="Outcome">How.</param>
public sealed record EndedStep(PlanNode Node, StepOutcome Outcome);

/// <summary>Where a branch of a run goes on.</summary>
/// <param name="Generation">The generation of the plan to go on with, or to be made.</param>
/// <param name="Plan">The plan to go on with; <see langword="null"/> where one is to be made.</param>
/// <param name="PlanHash">Content hash of the plan to be taken instead of asking for one.</param>
/// <param name="Before">Steps of earlier plans that have ended, oldest first.</param>
/// <param name="Ended">Steps of this plan that have ended.</param>
/// <param name="MostReplans">The last generation that the run may reach.</param>
public sealed record PlanResume(
    int Generation, PlanMade? Plan, string? PlanHash, IReadOnlyList<EndedStep> Before, IReadOnlyList<EndedStep> Ended, int MostReplans);
