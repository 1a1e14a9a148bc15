using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>An answer as it was given.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="Args">Changed arguments of an <c>edit</c>, or <c>{text}</c> of a <c>response</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="Revision">The revision of the arguments that was looked at; may be left out while nobody has changed them.</param>
public sealed record GivenAnswer(ApprovalAnswerType Type, JsonObject? Args, string? Reason, int? Revision);

/// <summary>Why an answer does not count.</summary>
public enum ApprovalRefusal
{
    /// <summary>Somebody else may answer.</summary>
    NotAnApprover,

    /// <summary>It has been decided, and not like this.</summary>
    Decided,

    /// <summary>The time for an answer has passed.</summary>
    Expired,

    /// <summary>Nobody needs to decide any more.</summary>
    Withdrawn,

    /// <summary>The same person has answered already.</summary>
    SamePerson,

    /// <summary>The arguments have been changed since.</summary>
    Changed,
}

/// <summary>What becomes of an approval. Pure: the store applies it in one transaction.</summary>
public static class ApprovalRules
{
    /// <summary>Who answers where nobody did in time.</summary>
    public const string Nobody = "runtime";

    /// <summary>Takes an answer.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="approver">Who answers.</param>
    /// <param name="answer">The answer; its type is allowed and its arguments are valid.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The approval as it is then; unchanged where the answer was refused or given before.</returns>
    public static (ApprovalRecord Approval, ApprovalRefusal? Refusal) Answer(
        ApprovalRecord approval, Approver approver, GivenAnswer answer, DateTimeOffset now)
    {
        if (!MayAnswer(approval, approver))
        {
            return (approval, ApprovalRefusal.NotAnApprover);
        }

        if (IsRepeated(approval, approver, answer))
        {
            return (approval, null);
        }

        return Refusal(approval, approver, answer, now) is { } refusal ? (approval, refusal) : (Count(approval, approver, answer, now), null);
    }

    /// <summary>The default outcome, where nobody has decided in time.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="now">UTC.</param>
    public static ApprovalRecord Expire(ApprovalRecord approval, DateTimeOffset now)
    {
        if (approval.Status != ApprovalStatus.Pending)
        {
            return approval;
        }

        var reason = $"Nobody answered within {IsoDuration.Write(approval.Terms.ExpiresAfter ?? TimeSpan.Zero)}.";
        var type = approval.Terms.OnExpiry ?? ApprovalAnswerType.Ignore;
        var args = type == ApprovalAnswerType.Response ? new JsonObject { ["text"] = reason } : null;
        return approval with { Status = ApprovalStatus.Expired, Answer = new ApprovalAnswer(type, args, Nobody, reason, now) };
    }

    /// <summary>Lets the groups that it is escalated to answer as well.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="now">UTC.</param>
    public static ApprovalRecord Escalate(ApprovalRecord approval, DateTimeOffset now) =>
        approval is { Status: ApprovalStatus.Pending, EscalatedAt: null } ? approval with { EscalatedAt = now } : approval;

    /// <summary>Notes that the question was put again.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="now">UTC.</param>
    public static ApprovalRecord Remind(ApprovalRecord approval, DateTimeOffset now) =>
        approval is { Status: ApprovalStatus.Pending, RemindedAt: null } ? approval with { RemindedAt = now } : approval;

    /// <summary>The groups whose members may answer now; empty for everybody.</summary>
    /// <param name="approval">The approval.</param>
    public static IReadOnlyList<string> GroupsOf(ApprovalRecord approval) => approval.Terms.Groups.Count == 0 || approval.EscalatedAt is null
        ? approval.Terms.Groups
        : [.. approval.Terms.Groups.Union(approval.Terms.EscalateTo, StringComparer.Ordinal)];

    /// <summary>Whether somebody is in a group that may answer now.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="approver">Who wants to answer.</param>
    public static bool MayAnswer(ApprovalRecord approval, Approver approver) =>
        GroupsOf(approval) is not { Count: > 0 } groups
        || (approver.IsVerified && groups.Intersect(approver.Groups, StringComparer.Ordinal).Any());

    /// <summary>Whether the same person has given the same answer before, and it counted.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="approver">Who answers.</param>
    /// <param name="answer">The answer.</param>
    public static bool IsRepeated(ApprovalRecord approval, Approver approver, GivenAnswer answer) =>
        approval.Votes.Any(vote => IsSame(vote, approver, answer));

    private static ApprovalRefusal? Refusal(ApprovalRecord approval, Approver approver, GivenAnswer answer, DateTimeOffset now) => approval switch
    {
        { Status: ApprovalStatus.Answered } => ApprovalRefusal.Decided,
        { Status: ApprovalStatus.Withdrawn } => ApprovalRefusal.Withdrawn,
        { Status: ApprovalStatus.Expired } => ApprovalRefusal.Expired,
        { ExpiresAt: { } end } when now >= end => ApprovalRefusal.Expired,
        _ when approval.Votes.Any(vote => vote.Revision == approval.Revision && vote.ApproverId == approver.Id) => ApprovalRefusal.SamePerson,
        _ when answer.Revision is { } seen && seen != approval.Revision => ApprovalRefusal.Changed,
        { Proposal: not null } when answer is { Type: ApprovalAnswerType.Accept, Revision: null } => ApprovalRefusal.Changed,
        _ => null,
    };

    private static ApprovalRecord Count(ApprovalRecord approval, Approver approver, GivenAnswer answer, DateTimeOffset now)
    {
        var isNew = answer.Type == ApprovalAnswerType.Edit && !JsonNode.DeepEquals(answer.Args, approval.Proposal ?? approval.ActionRequest.Args);
        var changed = isNew ? approval with { Revision = approval.Revision + 1, Proposal = answer.Args } : approval;
        var vote = new ApprovalVote(approver.Id, approver.Name, changed.Revision, answer.Type, answer.Args, answer.Reason, now)
        {
            SeenRevision = answer.Revision,
            IsVerified = approver.IsVerified,
        };
        var voted = changed with { Votes = [.. approval.Votes, vote] };
        if (answer.Type is ApprovalAnswerType.Ignore or ApprovalAnswerType.Response)
        {
            return Decide(voted, answer.Type, answer.Args, vote);
        }

        var agreed = voted.Votes.Where(each => each.Revision == voted.Revision).DistinctBy(each => each.ApproverId).Count();
        return agreed < voted.Terms.Approvers ? voted
            : voted.Proposal is { } proposal ? Decide(voted, ApprovalAnswerType.Edit, proposal, vote)
            : Decide(voted, ApprovalAnswerType.Accept, args: null, vote);
    }

    private static ApprovalRecord Decide(ApprovalRecord approval, ApprovalAnswerType type, JsonObject? args, ApprovalVote last) => approval with
    {
        Status = ApprovalStatus.Answered,
        Answer = new ApprovalAnswer(type, args, last.By, last.Reason, last.At),
    };

    private static bool IsSame(ApprovalVote vote, Approver approver, GivenAnswer answer) =>
        (vote.ApproverId, vote.Type, vote.Reason) == (approver.Id, answer.Type, answer.Reason)
        && vote.SeenRevision == answer.Revision
        && JsonNode.DeepEquals(vote.Args, answer.Args);

    /// <summary>What the caller is told.</summary>
    /// <param name="refusal">Why the answer does not count.</param>
    /// <param name="approval">The approval.</param>
    public static string Sentence(ApprovalRefusal refusal, ApprovalRecord approval) => refusal switch
    {
        ApprovalRefusal.NotAnApprover => "You are in none of the groups that may answer this approval.",
        ApprovalRefusal.Decided => "It was answered already, and not like this.",
        ApprovalRefusal.Expired => string.Create(
            CultureInfo.InvariantCulture, $"The time for an answer has passed ({approval.ExpiresAt:O})."),
        ApprovalRefusal.Withdrawn => "It was withdrawn, so there is nothing to decide any more.",
        ApprovalRefusal.SamePerson => "You have answered already; it is for somebody else now.",
        ApprovalRefusal.Changed => string.Create(
            CultureInfo.InvariantCulture, $"The arguments were changed; look at them, and answer with revision {approval.Revision}."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Unknown refusal."),
    };
}
