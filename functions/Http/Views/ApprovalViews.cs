using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>A page of approvals, oldest first.</summary>
/// <param name="Approvals">The approvals.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record ApprovalList(IReadOnlyList<ApprovalView> Approvals, string? Cursor);

/// <summary>An approval, with the field names of LangChain's agent inbox where that has a word for it.</summary>
/// <param name="ApprovalId">The id.</param>
/// <param name="RunId">The run that waits.</param>
/// <param name="StepId">The step that waits.</param>
/// <param name="Tenant">Who owns the thread.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="ActionRequest">What is to be decided on.</param>
/// <param name="Config">Which answers are allowed.</param>
/// <param name="Description">What the human is asked.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Answer">The answer, once there is one.</param>
public sealed record ApprovalView(
    string ApprovalId,
    string RunId,
    string StepId,
    string Tenant,
    ApprovalStatus Status,
    [property: JsonPropertyName("action_request")] ActionRequestView ActionRequest,
    ApprovalConfigView Config,
    string Description,
    DateTimeOffset CreatedAt,
    ApprovalAnswer? Answer)
{
    /// <summary>What is approved.</summary>
    public required ApprovalSubject Subject { get; init; }

    /// <summary>Groups whose members may answer now; empty for everybody.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>How many different people must agree.</summary>
    public required int Approvers { get; init; }

    /// <summary>The revision of the arguments; an answer may name the one that it is about.</summary>
    public required int Revision { get; init; }

    /// <summary>Changed arguments that wait for others to agree.</summary>
    public JsonObject? Proposal { get; init; }

    /// <summary>The answers that counted so far, oldest first.</summary>
    public required IReadOnlyList<VoteView> Votes { get; init; }

    /// <summary>UTC time from which no answer counts any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What counts as the answer then.</summary>
    public ApprovalAnswerType? OnExpiry { get; init; }

    /// <summary>UTC time at which the question was put again.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>UTC time from which further groups may answer.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>The rules that demand it.</summary>
    public AuditPolicy? Policy { get; init; }

    internal static ApprovalView Of(ApprovalRecord approval) => new(
        approval.ApprovalId,
        approval.RunId,
        approval.StepId,
        approval.Tenant,
        approval.Status,
        new ActionRequestView(approval.ActionRequest.Action, approval.ActionRequest.Args),
        new ApprovalConfigView(
            approval.Config.AllowAccept, approval.Config.AllowEdit, approval.Config.AllowRespond, approval.Config.AllowIgnore),
        approval.Description,
        approval.CreatedAt,
        approval.Answer)
    {
        Subject = approval.Subject,
        Groups = ApprovalRules.GroupsOf(approval),
        Approvers = approval.Terms.Approvers,
        Revision = approval.Revision,
        Proposal = approval.Proposal,
        Votes = [.. approval.Votes.Select(vote => new VoteView(vote.By, vote.Type, vote.Revision, vote.Reason, vote.At))],
        ExpiresAt = approval.ExpiresAt,
        OnExpiry = approval.ExpiresAt is null ? null : approval.Terms.OnExpiry,
        RemindedAt = approval.RemindedAt,
        EscalatedAt = approval.EscalatedAt,
        Policy = approval.Policy,
    };
}

/// <summary>An answer that counted.</summary>
/// <param name="By">Who.</param>
/// <param name="Type">What they decided.</param>
/// <param name="Revision">On which revision of the arguments.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">UTC.</param>
public sealed record VoteView(string By, ApprovalAnswerType Type, int Revision, string? Reason, DateTimeOffset At);

/// <summary>What is to be decided on.</summary>
/// <param name="Action">Such as <c>plan</c> or the step's id.</param>
/// <param name="Args">What it would be done with.</param>
public sealed record ActionRequestView(string Action, JsonObject Args);

/// <summary>Which answers are allowed.</summary>
/// <param name="AllowAccept">Go on.</param>
/// <param name="AllowEdit">Go on with other arguments.</param>
/// <param name="AllowRespond">Give a text back.</param>
/// <param name="AllowIgnore">Skip.</param>
public sealed record ApprovalConfigView(
    [property: JsonPropertyName("allow_accept")] bool AllowAccept,
    [property: JsonPropertyName("allow_edit")] bool AllowEdit,
    [property: JsonPropertyName("allow_respond")] bool AllowRespond,
    [property: JsonPropertyName("allow_ignore")] bool AllowIgnore);
