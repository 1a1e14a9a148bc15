using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>Asks a human.</summary>
/// <param name="RunId">The run that waits.</param>
/// <param name="StepId">The step that waits; <see cref="PlanStepId"/> or <see cref="ResultStepId"/> where it is the run itself.</param>
/// <param name="Subject">What is asked about.</param>
/// <param name="Key">The key of the question in its run.</param>
/// <param name="WaiterId">The instance id of the orchestration that waits.</param>
/// <param name="ContentHash">Content hash of the <see cref="ApprovalQuestion"/> of a tool call, or of the result that is asked about.</param>
public sealed record ApprovalAsk(
    string RunId, string StepId, ApprovalSubject Subject, string Key, string WaiterId, string? ContentHash = null)
{
    /// <summary>Stands in an approval for the plan itself.</summary>
    public const string PlanStepId = "plan";

    /// <summary>Stands in an approval for the result of a plan.</summary>
    public const string ResultStepId = "result";

    /// <summary>Ends the key of a question.</summary>
    public const string AskedEnding = "/asked";

    /// <summary>Ends the key of its answer.</summary>
    public const string AnsweredEnding = "/answered";

    /// <summary>The approval's id. What was asked on an abandoned branch of the run is another question.</summary>
    public string ApprovalId => RunInstances.BranchOf(WaiterId) is > 0 and var branch
        ? Identifiers.Derive("apr", RunId, Key, branch.ToString(CultureInfo.InvariantCulture))
        : Identifiers.Derive("apr", RunId, Key);

    /// <summary>The key under which the question is committed.</summary>
    public string AskedKey => $"{Key}{AskedEnding}";

    /// <summary>The key under which the answer is committed.</summary>
    public string AnsweredKey => AnsweredKeyOf(Key);

    /// <summary>About a plan.</summary>
    /// <param name="run">The run, whose orchestration waits.</param>
    /// <param name="generation">Which plan.</param>
    /// <param name="attempt">Which attempt at it.</param>
    public static ApprovalAsk OfPlan(RunHeader run, int generation, int attempt) => new(
        run.RunId,
        PlanStepId,
        ApprovalSubject.Plan,
        FormattableString.Invariant($"{PlanStepId}/g{generation}.{attempt}/approval"),
        RunInstances.Of(run));

    /// <summary>About a step, before it starts.</summary>
    /// <param name="run">The run, whose orchestration waits.</param>
    /// <param name="stepId">The step.</param>
    public static ApprovalAsk OfStep(RunHeader run, string stepId) =>
        new(run.RunId, stepId, ApprovalSubject.Step, $"{stepId}/approval", RunInstances.Of(run));

    /// <summary>About a tool call.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="callKey">The key of the call.</param>
    /// <param name="waiterId">The orchestration that waits.</param>
    /// <param name="questionHash">Content hash of the question.</param>
    public static ApprovalAsk OfCall(string runId, string stepId, string callKey, string waiterId, string questionHash) =>
        new(runId, stepId, ApprovalSubject.ToolCall, KeyOfCall(callKey), waiterId, questionHash);

    /// <summary>About a final result.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">The step whose agent gives it; <see cref="ResultStepId"/> for that of a plan.</param>
    /// <param name="place">Which of the run's answers it is.</param>
    /// <param name="waiterId">The orchestration that waits.</param>
    /// <param name="resultHash">Content hash of the result.</param>
    public static ApprovalAsk OfResult(string runId, string stepId, string place, string waiterId, string? resultHash) =>
        new(runId, stepId, ApprovalSubject.Result, $"{stepId}/{place}/result/approval", waiterId, resultHash);

    /// <summary>The key under which the answer about a tool call is committed.</summary>
    /// <param name="callKey">The key of the call.</param>
    public static string AnsweredKeyOfCall(string callKey) => AnsweredKeyOf(KeyOfCall(callKey));

    private static string KeyOfCall(string callKey) => $"{callKey}/approval";

    private static string AnsweredKeyOf(string key) => $"{key}{AnsweredEnding}";
}

/// <summary>What a human is asked about a tool call. Kept by content hash.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Args">The arguments.</param>
/// <param name="Terms">On which terms it may be called.</param>
/// <param name="Policy">The rules that demand it.</param>
/// <param name="Agent">Whose call it is.</param>
public sealed record ApprovalQuestion(string Tool, JsonObject Args, ApprovalTerms Terms, AuditPolicy? Policy, string Agent);

/// <summary>A question that was put.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="IsWatched">Whether somebody watches for its reminder, escalation and expiry.</param>
/// <param name="IsAnswered">Whether it was answered before: the run was rolled back to when it was.</param>
public sealed record ApprovalAsked(string ApprovalId, bool IsWatched, bool IsAnswered = false);

/// <summary>An answer, to be applied; it is in the store.</summary>
/// <param name="Ask">What was asked.</param>
/// <param name="ApprovalId">The approval.</param>
public sealed record ApprovalDecision(ApprovalAsk Ask, string ApprovalId);

/// <summary>Withdraws questions of a plan that cannot go on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepIds">The steps that wait.</param>
/// <param name="Reason">Why.</param>
public sealed record ApprovalWithdrawal(string RunId, IReadOnlyList<string> StepIds, string Reason);

/// <summary>What an answer means for a plan.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="Text">What the planner is told, for a <c>response</c>.</param>
/// <param name="PlanHash">Content hash of the changed plan, for an <c>edit</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsByNobody">Whether it is the default outcome.</param>
public sealed record PlanDecision(ApprovalAnswerType Type, string? Text, string? PlanHash, string? Reason, bool IsByNobody = false);

/// <summary>What an answer means for a step that waits to start.</summary>
/// <param name="Outcome">How the step ended by it; <see langword="null"/> where it starts now.</param>
public sealed record StepDecision(StepOutcome? Outcome);

/// <summary>What an answer means for a tool call of an agent.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="ArgsHash">Content hash of the arguments that a human put in place of the agent's, for an <c>edit</c>.</param>
/// <param name="Text">What the agent is told instead of a value, for a <c>response</c> or <c>ignore</c>.</param>
public sealed record CallDecision(ApprovalAnswerType Type, string? ArgsHash, string? Text)
{
    /// <summary>Whether the call is made.</summary>
    public bool IsMade => Type is ApprovalAnswerType.Accept or ApprovalAnswerType.Edit;
}

/// <summary>What an answer means for a final result.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="ResultHash">Content hash of the result as it is now, for <c>accept</c> and <c>edit</c>.</param>
/// <param name="Text">What the planner is told, for a <c>response</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsByNobody">Whether it is the default outcome.</param>
public sealed record ResultDecision(ApprovalAnswerType Type, string? ResultHash, string? Text, string? Reason, bool IsByNobody)
{
    /// <summary>How the step ended by it, where the result is that of a loop; <see langword="null"/> for a <c>response</c>.</summary>
    public StepOutcome? Outcome { get; init; }

    /// <summary>Content hash of what the loop's agent is told, for a <c>response</c>.</summary>
    public string? TextHash { get; init; }
}
