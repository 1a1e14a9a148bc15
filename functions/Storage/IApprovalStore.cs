using System.Text.Json.Nodes;

namespace AgentFunctions.Storage;

/// <summary>Pending and answered human decisions.</summary>
public interface IApprovalStore
{
    /// <summary>Adds a pending approval, or returns the one that has its id already, unchanged.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ApprovalRecord> CreateAsync(ApprovalRecord approval, CancellationToken cancellationToken);

    /// <summary>The approval, or <see langword="null"/>.</summary>
    /// <param name="approvalId">The id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ApprovalRecord?> GetAsync(string approvalId, CancellationToken cancellationToken);

    /// <summary>Approvals, oldest first.</summary>
    /// <param name="status">Only those in this status.</param>
    /// <param name="tenant">Only those of this tenant.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? tenant, CancellationToken cancellationToken);

    /// <summary>A run's approvals, oldest first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ApprovalRecord>> ListOfRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Answers a pending approval; one that is answered already stays as it is.</summary>
    /// <param name="approvalId">The id.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The approval as it is now; <see langword="null"/> where there is none.</returns>
    Task<ApprovalRecord?> AnswerAsync(string approvalId, ApprovalAnswer answer, CancellationToken cancellationToken);

    /// <summary>Marks what a run still waits for as withdrawn, because the run has ended.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task WithdrawAsync(string runId, CancellationToken cancellationToken);
}

/// <summary>Where an approval stands.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody has answered.</summary>
    Pending,

    /// <summary>Somebody has.</summary>
    Answered,

    /// <summary>The run ended before anybody did.</summary>
    Withdrawn,
}

/// <summary>One human decision, in the words of LangChain's agent inbox.</summary>
/// <param name="ApprovalId">The id.</param>
/// <param name="RunId">The run that waits.</param>
/// <param name="StepId">The step that waits.</param>
/// <param name="Tenant">The tenant that owns the thread.</param>
/// <param name="ActionRequest">What is to be decided on.</param>
/// <param name="Config">Which answers are allowed.</param>
/// <param name="Description">What the human is asked.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Answer">The answer, once there is one.</param>
public sealed record ApprovalRecord(
    string ApprovalId,
    string RunId,
    string StepId,
    string Tenant,
    ActionRequest ActionRequest,
    ApprovalConfig Config,
    string Description,
    DateTimeOffset CreatedAt,
    ApprovalStatus Status = ApprovalStatus.Pending,
    ApprovalAnswer? Answer = null);

/// <summary>What is to be decided on.</summary>
/// <param name="Action">Such as <c>plan</c> or the step's id.</param>
/// <param name="Args">What it would be done with; an <c>edit</c> replaces this.</param>
public sealed record ActionRequest(string Action, JsonObject Args);

/// <summary>Which answers are allowed.</summary>
/// <param name="AllowAccept">Go on.</param>
/// <param name="AllowEdit">Go on with other arguments.</param>
/// <param name="AllowRespond">Give a text back to the agent.</param>
/// <param name="AllowIgnore">Skip.</param>
public sealed record ApprovalConfig(bool AllowAccept, bool AllowEdit, bool AllowRespond, bool AllowIgnore);

/// <summary>What a human answers.</summary>
public enum ApprovalAnswerType
{
    /// <summary>Go on.</summary>
    Accept,

    /// <summary>Go on with the arguments of the answer.</summary>
    Edit,

    /// <summary>The text of the answer goes back to the agent.</summary>
    Response,

    /// <summary>Skip.</summary>
    Ignore,
}

/// <summary>An answer.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="Args">Changed arguments of an <c>edit</c>, or <c>{text}</c> of a <c>response</c>.</param>
/// <param name="By">Who answered.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">UTC.</param>
public sealed record ApprovalAnswer(ApprovalAnswerType Type, JsonObject? Args, string By, string? Reason, DateTimeOffset At);
