using System.Text.Json.Serialization;
using AgentFunctions.Budgets;
using AgentFunctions.Leases;
using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Planning;
using AgentFunctions.Runs;

namespace AgentFunctions.Agents;

/// <summary>Input of the agent loop.</summary>
/// <param name="Run">Its run.</param>
/// <param name="StepId">The step that it carries out.</param>
/// <param name="Slice">What its run hands to it of its budget.</param>
public sealed record LoopInput(RunHeader Run, string StepId, BudgetSlice Slice);

/// <summary>Output of the agent loop.</summary>
/// <param name="Outcome">How its step ended.</param>
/// <param name="Spent">What it has spent.</param>
public sealed record LoopEnd(StepOutcome Outcome, Amounts Spent);

/// <summary>Where a loop starts.</summary>
/// <param name="TranscriptHash">Content hash of the messages so far.</param>
/// <param name="Estimate">What the first model call may cost.</param>
/// <param name="MaxTurns">Most model calls.</param>
/// <param name="Guard">When the loop counts as stuck.</param>
/// <param name="AgentHash">Hash of the definition that the loop keeps.</param>
/// <param name="TellsBudget">Whether the model is told what is left of the budget.</param>
/// <param name="WrapsUp">Whether the model gets one turn to sum up before a pause.</param>
public sealed record LoopStart(
    string TranscriptHash, CallEstimate Estimate, int MaxTurns, LoopGuardLimits Guard, string AgentHash, bool TellsBudget, bool WrapsUp)
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
/// <param name="MaxOutputTokens">Most tokens that the budget pays for; <see langword="null"/> where the agent's own bounds count.</param>
/// <param name="Left">What is left of the budget, where the model is told.</param>
/// <param name="WrapUp">From 1: the model is to sum up before a pause, and the turn itself comes after it; 0 for the turn itself.</param>
public sealed record ModelTurn(
    string RunId,
    string StepId,
    int Turn,
    string TranscriptHash,
    IReadOnlyList<ToolCallEnd> Results,
    ToolFailureKind? LastFailure,
    string? ToldHash = null,
    int? MaxOutputTokens = null,
    BudgetLimits? Left = null,
    int WrapUp = 0)
    : IAsksModel
{
    /// <summary>What the call was given to take along when it was made to wait.</summary>
    public ModelPlace? Place { get; init; }

    /// <inheritdoc />
    public IAsksModel At(ModelPlace? place) => this with { Place = place };

    /// <summary>The key of a turn's commit.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="turn">From 1.</param>
    /// <param name="wrapUp">From 1 for a turn in which the model sums up.</param>
    public static string Key(string stepId, int turn, int wrapUp = 0) => wrapUp == 0
        ? FormattableString.Invariant($"{stepId}/t{turn}")
        : FormattableString.Invariant($"{stepId}/t{turn}/wrapUp{wrapUp}");
}

/// <summary>What a turn of the model came to.</summary>
/// <param name="TranscriptHash">Content hash of the messages after the turn.</param>
/// <param name="Spent">What it has used.</param>
/// <param name="Next">What the next turn may cost, without the results of the calls.</param>
/// <param name="Calls">How many tool calls it asks for.</param>
/// <param name="CallsHash">Hash of the calls with their arguments; <see langword="null"/> where there are none.</param>
/// <param name="IsPolling">Whether all calls are of tools that may be asked the same thing again.</param>
/// <param name="Outcome">How the step ended, where the turn ended it.</param>
/// <param name="RetryAfter">How long to wait; then the model has not answered, and nothing but <see cref="Place"/> is set.</param>
/// <param name="IsCut">Whether the answer was cut off by what the budget had left: the next one is not to be shortened again.</param>
public sealed record ModelTurnEnd(
    string TranscriptHash,
    Amounts Spent,
    CallEstimate Next,
    int Calls,
    string? CallsHash,
    bool IsPolling,
    StepOutcome? Outcome,
    TimeSpan? RetryAfter = null,
    bool IsCut = false)
    : IMayRetryLater, IHasCost<ModelTurnEnd>
{
    /// <summary>What the tools declare that the calls cost, USD.</summary>
    public decimal CallsUsd { get; init; }

    /// <summary>Content hash of the answer, where a human has to accept it before the step ends with it.</summary>
    public string? AnswerHash { get; init; }

    /// <inheritdoc />
    public ModelPlace? Place { get; init; }

    /// <inheritdoc />
    public ModelTurnEnd Paid() => this with { Spent = Amounts.None };

    /// <summary>The model is to be asked later.</summary>
    /// <param name="transcriptHash">The transcript as it was.</param>
    /// <param name="later">When.</param>
    public static ModelTurnEnd Later(string transcriptHash, RetryLaterException later) =>
        new(transcriptHash, Amounts.None, CallEstimate.None, 0, CallsHash: null, IsPolling: false, Outcome: null, later.Wait) { Place = later.Place };
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
    /// <summary>The lease under which it is made, where its tool needs one.</summary>
    public CallLease? Lease { get; init; }

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
/// <param name="Prompt">What the result costs as input of the next turn.</param>
/// <param name="Failure">Why it failed, if it did.</param>
public sealed record ToolCallEnd(string CallId, string ResultHash, Amounts Prompt, ToolFailureKind? Failure) : IHasCost<ToolCallEnd>
{
    /// <summary>Content hash of what a human has to be asked first; then the call was not made, and nothing else is set.</summary>
    public string? QuestionHash { get; init; }

    /// <summary>The lease that is needed first; then the call was not made, and nothing else is set.</summary>
    public LeaseNeed? Lease { get; init; }

    /// <summary>Content hash of what a human answers to the agent instead; a human's words are no data.</summary>
    public string? ToldHash { get; init; }

    /// <summary>What the call has cost with all its attempts, USD; of a call that was not made yet, what its tool declares.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>Whether it was made, and counted, on a branch before the present one.</summary>
    public bool IsPaid { get; init; }

    /// <summary>What the call has used.</summary>
    [JsonIgnore]
    public Amounts Spent => QuestionHash is null && Lease is null && !IsPaid ? Amounts.OneToolCall(SpentUsd) : Amounts.None;

    /// <inheritdoc />
    public ToolCallEnd Paid() => this with { IsPaid = true };

    /// <summary>A lease is needed first.</summary>
    /// <param name="callId">The model's id of the call.</param>
    /// <param name="need">The lease.</param>
    public static ToolCallEnd Leased(string callId, LeaseNeed need) => new(callId, ResultHash: "", Amounts.None, Failure: null) { Lease = need };

    /// <summary>A human has to be asked first.</summary>
    /// <param name="callId">The model's id of the call.</param>
    /// <param name="questionHash">Content hash of the question.</param>
    /// <param name="declaredUsd">What the tool declares that the call costs, USD.</param>
    public static ToolCallEnd Question(string callId, string questionHash, decimal declaredUsd) =>
        new(callId, ResultHash: "", Amounts.None, Failure: null) { QuestionHash = questionHash, SpentUsd = declaredUsd };
}

/// <summary>The call of a tool step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StepId">The step.</param>
/// <param name="IsDecided">Whether a human was asked, and lets it go on.</param>
public sealed record ToolStep(string RunId, string StepId, bool IsDecided = false)
{
    /// <summary>The lease under which it is made, where its tool needs one.</summary>
    public CallLease? Lease { get; init; }

    /// <summary>The key of the call in its run.</summary>
    /// <param name="stepId">The step.</param>
    public static string Key(string stepId) => $"{stepId}/call";
}

/// <summary>What the call of a tool step came to.</summary>
/// <param name="Outcome">How the step ended; <see langword="null"/> where a human has to be asked first.</param>
/// <param name="QuestionHash">Content hash of what a human has to be asked first.</param>
public sealed record ToolStepEnd(StepOutcome? Outcome, string? QuestionHash = null) : IHasCost<ToolStepEnd>
{
    /// <summary>The lease that is needed first; then the call was not made, and nothing else is set.</summary>
    public LeaseNeed? Lease { get; init; }

    /// <summary>What the call has cost with all its attempts, USD.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>Whether it was made, and counted, on a branch before the present one.</summary>
    public bool IsPaid { get; init; }

    /// <summary>What the call has used.</summary>
    [JsonIgnore]
    public Amounts Spent => QuestionHash is null && !IsPaid ? Amounts.OneToolCall(SpentUsd) : Amounts.None;

    /// <inheritdoc />
    public ToolStepEnd Paid() => this with { IsPaid = true };
}
