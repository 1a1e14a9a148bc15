using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>Approvals, oldest first.</summary>
/// <param name="Approvals">The approvals.</param>
public sealed record ApprovalList(IReadOnlyList<ApprovalView> Approvals);

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
        approval.Answer);
}

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
