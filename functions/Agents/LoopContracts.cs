using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Agents;

/// <summary>Input of the agent loop.</summary>
/// <param name="Run">Its run.</param>
/// <param name="StepId">The step that it carries out.</param>
public sealed record LoopInput(RunHeader Run, string StepId);

/// <summary>Where a loop starts.</summary>
/// <param name="TranscriptHash">Content hash of the messages so far.</param>
/// <param name="EstimateUsd">What the first model call may cost at most, USD.</param>
/// <param name="MaxTurns">Most model calls.</param>
/// <param name="Guard">When the loop counts as stuck.</param>
/// <param name="AgentHash">Hash of the definition that the loop keeps.</param>
public sealed record LoopStart(string TranscriptHash, decimal EstimateUsd, int MaxTurns, LoopGuardLimits Guard, string AgentHash)
{
    /// <summary>The key under which the start of a step's loop is remembered.</summary>
    /// <param name="stepId">The step.</param>
    public static string Key(string stepId) => RunAccess.StartKey(stepId);
}

/// <summary>One turn of the model.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Turn">From 1.</param>
/// <param name="TranscriptHash">Content hash of the messages before the turn.</param>
/// <param name="Results">Results of the calls that the turn before asked for.</param>
/// <param name="LastFailure">The last failure of a tool in this loop.</param>
/// <param name="ToldHash">Content hash of the text that a human gave back to the agent instead of taking its answer.</param>
public sealed record ModelTurn(
    string RunId,
    string StepId,
    int Turn,
    string TranscriptHash,
    IReadOnlyList<ToolCallEnd> Results,
    ToolFailureKind? LastFailure,
    string? ToldHash = null)
{
    /// <summary>The key of a turn's commit.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="turn">From 1.</param>
    public static string Key(string stepId, int turn) => FormattableString.Invariant($"{stepId}/t{turn}");
}

/// <summary>What a turn of the model came to.</summary>
/// <param name="TranscriptHash">Content hash of the messages after the turn.</param>
/// <param name="CostUsd">What it cost, USD.</param>
/// <param name="NextEstimateUsd">What the next turn may cost at most, USD, without the results of the calls.</param>
/// <param name="Calls">How many tool calls it asks for.</param>
/// <param name="CallsHash">Hash of the calls with their arguments; <see langword="null"/> where there are none.</param>
/// <param name="IsPolling">Whether all calls are of tools that may be asked the same thing again.</param>
/// <param name="Outcome">How the step ended, where the turn ended it.</param>
/// <param name="RetryAfter">How long the provider asks to wait; then it has not answered, and nothing else is set.</param>
public sealed record ModelTurnEnd(
    string TranscriptHash, decimal CostUsd, decimal NextEstimateUsd, int Calls, string? CallsHash, bool IsPolling, StepOutcome? Outcome, TimeSpan? RetryAfter = null)
    : IMayRetryLater
{
    /// <summary>Content hash of the answer, where a human has to accept it before the step ends with it.</summary>
    public string? AnswerHash { get; init; }

    /// <summary>The provider asks to be asked later.</summary>
    /// <param name="transcriptHash">The transcript as it was.</param>
    /// <param name="wait">How long to wait.</param>
    public static ModelTurnEnd Later(string transcriptHash, TimeSpan wait) =>
        new(transcriptHash, 0m, 0m, 0, CallsHash: null, IsPolling: false, Outcome: null, wait);
}

/// <summary>One tool call that the model asked for; its name and arguments are in the transcript.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="Turn">The turn that asked for it.</param>
/// <param name="Index">Its place among the turn's calls, from 0.</param>
/// <param name="TranscriptHash">Content hash of the messages after the turn.</param>
/// <param name="IsDecided">Whether a human was asked, and has answered.</param>
public sealed record ToolCall(string RunId, string StepId, int Turn, int Index, string TranscriptHash, bool IsDecided = false)
{
    /// <summary>The key of the call in its run.</summary>
    public string Key() => KeyOf(StepId, Turn, Index);

    /// <summary>The key of a call in its run.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="turn">The turn that asked for it.</param>
    /// <param name="index">Its place among the turn's calls, from 0.</param>
    public static string KeyOf(string stepId, int turn, int index) => FormattableString.Invariant($"{stepId}/t{turn}/c{index}");
}

/// <summary>How a tool call ended.</summary>
/// <param name="CallId">The model's id of the call.</param>
/// <param name="ResultHash">Content hash of its result.</param>
/// <param name="PromptUsd">What the result costs as input of the next turn, USD.</param>
/// <param name="Failure">Why it failed, if it did.</param>
public sealed record ToolCallEnd(string CallId, string ResultHash, decimal PromptUsd, ToolFailureKind? Failure)
{
    /// <summary>Content hash of what a human has to be asked first; then the call was not made, and nothing else is set.</summary>
    public string? QuestionHash { get; init; }

    /// <summary>Content hash of what a human answers to the agent instead; a human's words are no data.</summary>
    public string? ToldHash { get; init; }

    /// <summary>A human has to be asked first.</summary>
    /// <param name="callId">The model's id of the call.</param>
    /// <param name="questionHash">Content hash of the question.</param>
    public static ToolCallEnd Question(string callId, string questionHash) =>
        new(callId, ResultHash: "", PromptUsd: 0m, Failure: null) { QuestionHash = questionHash };
}

/// <summary>The call of a tool step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="IsDecided">Whether a human was asked, and lets it go on.</param>
public sealed record ToolStep(string RunId, string StepId, bool IsDecided = false)
{
    /// <summary>The key of the call in its run.</summary>
    /// <param name="stepId">The step.</param>
    public static string Key(string stepId) => $"{stepId}/call";
}

/// <summary>What the call of a tool step came to.</summary>
/// <param name="Outcome">How the step ended; <see langword="null"/> where a human has to be asked first.</param>
/// <param name="QuestionHash">Content hash of what a human has to be asked first.</param>
public sealed record ToolStepEnd(StepOutcome? Outcome, string? QuestionHash = null);
