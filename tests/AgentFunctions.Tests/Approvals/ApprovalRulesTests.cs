using System.Text.Json.Nodes;
using AgentFunctions.Approvals;
using AgentFunctions.Storage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Approvals;

/// <summary>What becomes of an approval, whatever people answer.</summary>
public class ApprovalRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void One_answer_decides_where_one_approver_is_enough()
    {
        var (decided, refusal) = Give(New(), "ana", ApprovalAnswerType.Accept);

        Assert.Null(refusal);
        Assert.Equal((ApprovalStatus.Answered, ApprovalAnswerType.Accept, "ana"), (decided.Status, decided.Answer!.Type, decided.Answer.By));
    }

    [Fact]
    public void The_same_answer_again_changes_nothing_and_another_one_is_refused()
    {
        var decided = Give(New(), "ana", ApprovalAnswerType.Accept).Approval;

        Assert.Equal((decided, null), Give(decided, "ana", ApprovalAnswerType.Accept));
        Assert.Equal((decided, ApprovalRefusal.Decided), Give(decided, "ana", ApprovalAnswerType.Ignore));
        Assert.Equal((decided, ApprovalRefusal.Decided), Give(decided, "bob", ApprovalAnswerType.Accept));
    }

    [Fact]
    public void Four_eyes_two_different_people_accept()
    {
        var first = Give(New(approvers: 2), "ana", ApprovalAnswerType.Accept).Approval;
        var again = Give(first, "ANA ", ApprovalAnswerType.Accept, reason: "Really.");
        var (second, refusal) = Give(first, "bob", ApprovalAnswerType.Accept);

        Assert.Equal((ApprovalStatus.Pending, 1), (first.Status, first.Votes.Count));
        Assert.Equal((first, ApprovalRefusal.SamePerson), again);
        Assert.Null(refusal);
        Assert.Equal((ApprovalStatus.Answered, ApprovalAnswerType.Accept), (second.Status, second.Answer!.Type));
        Assert.Equal(["ana", "bob"], second.Votes.Select(vote => vote.By));
    }

    [Fact]
    public void Four_eyes_one_person_is_enough_to_refuse()
    {
        var first = Give(New(approvers: 2), "ana", ApprovalAnswerType.Accept).Approval;

        Assert.Equal(ApprovalAnswerType.Ignore, Give(first, "bob", ApprovalAnswerType.Ignore).Approval.Answer!.Type);
        Assert.Equal(ApprovalAnswerType.Response, Give(New(approvers: 2), "bob", ApprovalAnswerType.Response).Approval.Answer!.Type);
    }

    [Fact]
    public void Four_eyes_a_change_needs_the_other_one_to_agree_to_the_change()
    {
        var accepted = Give(New(approvers: 2), "ana", ApprovalAnswerType.Accept).Approval;
        var changed = Give(accepted, "bob", ApprovalAnswerType.Edit, new JsonObject { ["to"] = "eva" }).Approval;

        Assert.Equal((ApprovalStatus.Pending, 2, "eva"), (changed.Status, changed.Revision, (string)changed.Proposal!["to"]!));

        // Whoever has not seen the change cannot accept it by mistake.
        Assert.Equal(ApprovalRefusal.Changed, Give(changed, "cid", ApprovalAnswerType.Accept).Refusal);
        Assert.Equal(ApprovalRefusal.Changed, Give(changed, "cid", ApprovalAnswerType.Accept, revision: 1).Refusal);
        Assert.Equal(ApprovalRefusal.SamePerson, Give(changed, "bob", ApprovalAnswerType.Accept, revision: 2).Refusal);
        var (decided, refusal) = Give(changed, "ana", ApprovalAnswerType.Accept, revision: 2);

        Assert.Null(refusal);
        Assert.Equal((ApprovalAnswerType.Edit, "eva"), (decided.Answer!.Type, (string)decided.Answer.Args!["to"]!));
    }

    [Fact]
    public void After_its_time_no_answer_counts_also_before_the_default_outcome_is_there()
    {
        var approval = New() with { ExpiresAt = Now.AddMinutes(1) };

        Assert.Null(Give(approval, "ana", ApprovalAnswerType.Accept, now: Now.AddSeconds(59)).Refusal);
        Assert.Equal((approval, ApprovalRefusal.Expired), Give(approval, "ana", ApprovalAnswerType.Accept, now: Now.AddMinutes(1)));
    }

    [Theory]
    [InlineData(null, ApprovalAnswerType.Ignore)]
    [InlineData(ApprovalAnswerType.Ignore, ApprovalAnswerType.Ignore)]
    [InlineData(ApprovalAnswerType.Accept, ApprovalAnswerType.Accept)]
    [InlineData(ApprovalAnswerType.Response, ApprovalAnswerType.Response)]
    public void When_the_time_is_over_the_configured_outcome_counts_and_it_is_the_runtimes(ApprovalAnswerType? configured, ApprovalAnswerType outcome)
    {
        var terms = new ApprovalTerms { ExpiresAfter = TimeSpan.FromHours(1), OnExpiry = configured };

        var expired = ApprovalRules.Expire(New() with { Terms = terms }, Now);

        Assert.Equal((ApprovalStatus.Expired, outcome, "runtime", "Nobody answered within PT1H."),
            (expired.Status, expired.Answer!.Type, expired.Answer.By, expired.Answer.Reason));
        Assert.Equal(ApprovalRefusal.Expired, Give(expired, "ana", ApprovalAnswerType.Accept).Refusal);
        Assert.Same(expired, ApprovalRules.Expire(expired, Now.AddDays(1)));
    }

    [Fact]
    public void Groups_count_for_verified_principals_only_and_an_escalation_adds_the_second_group()
    {
        var approval = New() with { Terms = new ApprovalTerms { Groups = ["finance"], EscalateTo = ["managers"] } };
        var finance = new Approver("1", "ana", ["finance"], IsVerified: true);
        var manager = new Approver("2", "bob", ["managers"], IsVerified: true);
        var given = new GivenAnswer(ApprovalAnswerType.Accept, null, null, null);

        Assert.Null(ApprovalRules.Answer(approval, finance, given, Now).Refusal);
        Assert.Equal(ApprovalRefusal.NotAnApprover, ApprovalRules.Answer(approval, finance with { IsVerified = false }, given, Now).Refusal);
        Assert.Equal(ApprovalRefusal.NotAnApprover, ApprovalRules.Answer(approval, manager, given, Now).Refusal);
        var escalated = ApprovalRules.Escalate(approval, Now);
        Assert.Null(ApprovalRules.Answer(escalated, manager, given, Now).Refusal);
        Assert.Null(ApprovalRules.Answer(escalated, finance, given, Now).Refusal);
    }

    [Property]
    public Property Whatever_is_answered_it_is_decided_once_and_goes_on_only_when_enough_different_people_agreed_to_the_same()
    {
        var type = Gen.Elements(Enum.GetValues<ApprovalAnswerType>());
        var answer =
            from who in Gen.Choose(0, 3)
            from what in type
            from text in Gen.Choose(0, 2)
            from revision in Gen.Elements<int?>(null, 1, 2, 3)
            select (Who: $"p{who}", What: what, Args: what == ApprovalAnswerType.Edit ? new JsonObject { ["to"] = $"{text}" } : null, Revision: revision);
        var cases = from approvers in Gen.Choose(1, 3) from answers in answer.ListOf() select (approvers, answers);
        return Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var approval = New(each.approvers);
            ApprovalAnswer? decided = null;
            foreach (var (who, what, args, revision) in each.answers)
            {
                var before = approval;
                (approval, var refusal) = Give(approval, who, what, args, revision: revision);
                Assert.True(refusal is null || ReferenceEquals(before, approval));
                Assert.True(decided is null || approval.Answer == decided);
                decided ??= approval.Answer;
            }

            if (decided is { Type: ApprovalAnswerType.Accept or ApprovalAnswerType.Edit })
            {
                var agreed = approval.Votes.Where(vote => vote.Revision == approval.Revision).ToList();
                Assert.Equal(each.approvers, agreed.Select(vote => vote.ApproverId).Distinct().Count());
                Assert.Equal(decided.Type == ApprovalAnswerType.Edit, approval.Proposal is not null);
                Assert.True(JsonNode.DeepEquals(decided.Args, approval.Proposal));
            }

            Assert.Equal(decided is null, approval.Status == ApprovalStatus.Pending);
        });
    }

    private static ApprovalRecord New(int approvers = 1) => new(
        "a", "r", "s", "acme", new ActionRequest("send", new JsonObject { ["to"] = "bob" }), new ApprovalConfig(true, true, true, true), "Go?", Now)
    {
        Terms = new ApprovalTerms { Approvers = approvers },
    };

    private static (ApprovalRecord Approval, ApprovalRefusal? Refusal) Give(
        ApprovalRecord approval, string who, ApprovalAnswerType type, JsonObject? args = null, string? reason = null, int? revision = null, DateTimeOffset? now = null) =>
        ApprovalRules.Answer(approval, Approver.Unverified(who), new GivenAnswer(type, args, reason, revision), now ?? Now);
}
