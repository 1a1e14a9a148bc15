using AgentFunctions.Budgets;
using AgentFunctions.Planning;

namespace AgentFunctions.Tests.Planning;

public sealed class PlanProgressTests
{
    private static readonly StepOutcome Done = new(StepStatus.Completed);

    [Fact]
    public void Steps_become_ready_when_all_that_they_depend_on_is_completed()
    {
        var progress = Begin(Node("a"), Node("b"), Node("c", "a", "b"));
        var first = progress.TakeReady();
        Assert.Equal(["a", "b"], first.Select(step => step.Id));

        progress.End(first[0], Done, mayReplan: false);
        Assert.Empty(progress.TakeReady());
        progress.End(first[1], Done, mayReplan: false);
        Assert.Equal("c", Assert.Single(progress.TakeReady()).Id);
    }

    [Theory]
    [InlineData(FailureMode.Replan, true, "replan")]
    [InlineData(FailureMode.Replan, false, "fail")]
    [InlineData(FailureMode.ReplanThenContinue, true, "replan")]
    [InlineData(FailureMode.ReplanThenContinue, false, "continue")]
    [InlineData(FailureMode.Continue, true, "continue")]
    [InlineData(FailureMode.Fail, true, "fail")]
    public void A_failure_means_what_its_mode_says(FailureMode mode, bool mayReplan, string meaning)
    {
        var progress = Begin(Node("a") with { OnFailure = mode }, Node("b", "a"));
        var failure = progress.End(Assert.Single(progress.TakeReady()), StepOutcome.Failed("It broke."), mayReplan);

        var actual = failure is null ? "continue" : failure.MayReplan ? "replan" : "fail";
        Assert.Equal(meaning, actual);
        Assert.Equal(meaning == "continue", progress.TakeReady().Count == 1);
    }

    [Fact]
    public void A_failure_that_another_try_cannot_heal_is_not_replanned_where_the_run_may_continue()
    {
        var progress = Begin(Node("a") with { OnFailure = FailureMode.ReplanThenContinue });
        var permanent = StepOutcome.Failed("It is empty.", ToolFailureKind.Unreadable);
        Assert.Null(progress.End(Assert.Single(progress.TakeReady()), permanent, mayReplan: true));
    }

    [Fact]
    public void What_depends_on_a_skipped_step_is_skipped_with_it()
    {
        var progress = Begin(Node("ask"), Node("act", "ask"), Node("tell", "act"));
        progress.End(Assert.Single(progress.TakeReady()), new StepOutcome(StepStatus.Skipped, "No."), mayReplan: true);

        Assert.Empty(progress.TakeReady());
        Assert.Equal(StepStatus.Skipped, progress.OutcomeOf("tell")!.Status);
    }

    [Fact]
    public void A_new_plan_may_build_on_what_a_failed_step_has_left()
    {
        var progress = Begin(Node("reviews"));
        progress.End(
            Assert.Single(progress.TakeReady()), StepOutcome.Failed("1 of 50 failed.") with { OutputHash = "hash" }, mayReplan: true);

        progress.Begin(new PlanMade([Node("report", "reviews")], "report", [], Amounts.None));

        Assert.Equal("report", Assert.Single(progress.TakeReady()).Id);
    }

    [Fact]
    public void A_new_plan_may_use_the_id_of_a_step_that_was_skipped_before_it_started()
    {
        var progress = Begin(Node("ask"), Node("act", "ask"));
        progress.End(Assert.Single(progress.TakeReady()), new StepOutcome(StepStatus.Skipped, "No."), mayReplan: true);
        Assert.Empty(progress.TakeReady());

        progress.Begin(new PlanMade([Node("act"), Node("tell", "act")], "tell", [], Amounts.None));
        var act = Assert.Single(progress.TakeReady());
        progress.End(act, Done, mayReplan: true);

        Assert.Equal(("act", "tell"), (act.Id, Assert.Single(progress.TakeReady()).Id));
    }

    private static PlanProgress Begin(params PlanNode[] nodes)
    {
        var progress = new PlanProgress();
        progress.Begin(new PlanMade(nodes, nodes[^1].Id, [], Amounts.None));
        return progress;
    }

    private static PlanNode Node(string id, params string[] dependsOn) => new(id, StepKind.Tool, dependsOn, FailureMode.Replan);
}
