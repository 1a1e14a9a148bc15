using System.Text.Json.Nodes;
using AgentFunctions.Approvals;

namespace AgentFunctions.Planning;

/// <summary>A DAG of steps. Made by a planner or sent with the run, and validated before anything is spent on tools.</summary>
/// <param name="Steps">The steps, in the planner's order; execution follows <see cref="PlanStep.DependsOn"/>.</param>
public sealed record Plan(IReadOnlyList<PlanStep> Steps);

/// <summary>What a step does.</summary>
public enum StepKind
{
    /// <summary>Calls one tool.</summary>
    Tool,

    /// <summary>Runs one agent's reason-act loop inside this run.</summary>
    Agent,

    /// <summary>Spawns one child run for each item of a list.</summary>
    FanOut,

    /// <summary>Waits for a human.</summary>
    Approval,
}

/// <summary>What a failed step means for its run.</summary>
public enum FailureMode
{
    /// <summary>The run replans with the failure history while it may; after that it fails.</summary>
    Replan,

    /// <summary>The run replans while it may; after that it goes on, and its result names the step as failed.</summary>
    ReplanThenContinue,

    /// <summary>The run goes on at once, and its result names the step as failed.</summary>
    Continue,

    /// <summary>The run fails.</summary>
    Fail,

    /// <summary>
    /// The run is rolled back to the checkpoint before the step began: files return, effects are compensated. Then it replans as with
    /// <see cref="Replan"/>.
    /// </summary>
    Rollback,
}

/// <summary>One node of a plan.</summary>
/// <remarks>
/// Texts and arguments may refer to what is known when the step starts: <c>${input.path}</c> (the run's input),
/// <c>${goal}</c>, <c>${steps.ID.path}</c> (the output of a completed step), and in a fan-out <c>${item.path}</c>.
/// A string that is one reference becomes the JSON value; inside a longer string it becomes text.
/// </remarks>
public sealed record PlanStep
{
    /// <summary>Unique in the plan, 1–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>Ids of the steps that must have ended well before this one starts.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>What a failure of it means. Default <see cref="FailureMode.Replan"/>.</summary>
    public FailureMode OnFailure { get; init; } = FailureMode.Replan;

    /// <summary>The tool of a <see cref="StepKind.Tool"/> step.</summary>
    public string? Tool { get; init; }

    /// <summary>The arguments of a <see cref="StepKind.Tool"/> step.</summary>
    public JsonObject? Args { get; init; }

    /// <summary>The agent of a <see cref="StepKind.Agent"/> or <see cref="StepKind.FanOut"/> step.</summary>
    public string? Agent { get; init; }

    /// <summary>The goal that the agent is given.</summary>
    public string? Goal { get; init; }

    /// <summary>The input that the agent is given; in a fan-out by default the item.</summary>
    public JsonNode? Input { get; init; }

    /// <summary>The list of a <see cref="StepKind.FanOut"/> step: a reference, or a literal array.</summary>
    public JsonNode? Items { get; init; }

    /// <summary>What the human of an <see cref="StepKind.Approval"/> step, or of one with <see cref="Approval"/>, is asked.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// On which terms a human decides before the step starts; <see langword="null"/> where nobody needs to. An
    /// <see cref="StepKind.Approval"/> step waits for a human in any case.
    /// </summary>
    public ApprovalTerms? Approval { get; init; }
}

/// <summary>Where a step stands.</summary>
public enum StepStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Started.</summary>
    Running,

    /// <summary>Waits for a human.</summary>
    Waiting,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>Ended with a failure.</summary>
    Failed,

    /// <summary>Will not be run: a human said so, or a step that it depends on failed.</summary>
    Skipped,

    /// <summary>A replan put other steps in its place.</summary>
    Replaced,
}

/// <summary>A step as the run's status shows it.</summary>
/// <param name="Step">The step of the plan.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it failed or was skipped.</param>
/// <param name="OutputHash">Content hash of its output.</param>
/// <param name="Generation">0 for the first plan, and one more for each replan.</param>
/// <param name="Failure">The tool failure that it rests on, if it failed for one.</param>
/// <param name="ArgsHash">Content hash of the arguments that a human put in place of the plan's.</param>
public sealed record StepState(
    PlanStep Step,
    StepStatus Status,
    string? Reason = null,
    string? OutputHash = null,
    int Generation = 0,
    ToolFailureKind? Failure = null,
    string? ArgsHash = null);
