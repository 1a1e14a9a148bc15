using System.Text.Json.Nodes;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;

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

    /// <summary>Approvals, oldest first, a page at a time.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ApprovalPage> PageAsync(ApprovalQuery query, CancellationToken cancellationToken);

    /// <summary>A run's approvals, oldest first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ApprovalRecord>> ListOfRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Changes an approval in one transaction: what another caller has changed before is seen, and nothing comes in between.</summary>
    /// <param name="approvalId">The id.</param>
    /// <param name="change">Gives the approval as it is to be; the same one where nothing is to change. May be called again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The approval as it is now; <see langword="null"/> where there is none.</returns>
    Task<ApprovalRecord?> UpdateAsync(string approvalId, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken);

    /// <summary>Marks what a run still waits for as withdrawn, because nobody needs to decide it any more.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The run's withdrawn approvals, those of earlier calls included, oldest first.</returns>
    Task<IReadOnlyList<ApprovalRecord>> WithdrawAsync(string runId, CancellationToken cancellationToken);
}

/// <summary>Which approvals to list; what is <see langword="null"/> does not filter.</summary>
/// <param name="Status">In this status.</param>
/// <param name="Tenant">Of this tenant.</param>
/// <param name="After">Where the page before ended; 0 for the first.</param>
/// <param name="Limit">Most approvals of one page.</param>
public sealed record ApprovalQuery(ApprovalStatus? Status, string? Tenant, long After, int Limit);

/// <summary>A page of approvals.</summary>
/// <param name="Approvals">The approvals.</param>
/// <param name="Cursor">Where the next page begins; <see langword="null"/> on the last one.</param>
public sealed record ApprovalPage(IReadOnlyList<ApprovalRecord> Approvals, long? Cursor);

/// <summary>Where an approval stands.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody has answered.</summary>
    Pending,

    /// <summary>Somebody has.</summary>
    Answered,

    /// <summary>Nobody needs to any more: the run ended, or its plan cannot go on.</summary>
    Withdrawn,

    /// <summary>Nobody has in time; its answer is the default outcome.</summary>
    Expired,
}

/// <summary>What is approved.</summary>
public enum ApprovalSubject
{
    /// <summary>A step of a plan.</summary>
    Step,

    /// <summary>A plan.</summary>
    Plan,

    /// <summary>A tool call: of an agent's loop, or a step of a plan.</summary>
    ToolCall,

    /// <summary>The final result of a run.</summary>
    Result,
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
    ApprovalAnswer? Answer = null)
{
    /// <summary>What is approved.</summary>
    public ApprovalSubject Subject { get; init; }

    /// <summary>On which terms.</summary>
    public ApprovalTerms Terms { get; init; } = new();

    /// <summary>The rules that demand it.</summary>
    public AuditPolicy? Policy { get; init; }

    /// <summary>The instance id of the orchestration that waits.</summary>
    public string WaiterId { get; init; } = RunId;

    /// <summary>UTC time from which no answer counts any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>UTC time at which the question was put again.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>UTC time at which it was escalated.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>1, and one more for each change of the arguments that waits for others to agree.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>The changed arguments; <see langword="null"/> while nobody has changed them.</summary>
    public JsonObject? Proposal { get; init; }

    /// <summary>Every answer that counted, oldest first.</summary>
    public IReadOnlyList<ApprovalVote> Votes { get; init; } = [];
}

/// <summary>One person's answer.</summary>
/// <param name="ApproverId">Tells people apart.</param>
/// <param name="By">Their name.</param>
/// <param name="Revision">What they agreed to.</param>
/// <param name="Type">What they decided.</param>
/// <param name="Args">Changed arguments of an <c>edit</c>, or <c>{text}</c> of a <c>response</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">UTC.</param>
public sealed record ApprovalVote(
    string ApproverId, string By, int Revision, ApprovalAnswerType Type, JsonObject? Args, string? Reason, DateTimeOffset At)
{
    /// <summary>The revision that the answer named.</summary>
    public int? SeenRevision { get; init; }

    /// <summary>Whether the platform vouches for who it was.</summary>
    public bool IsVerified { get; init; }
}

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
