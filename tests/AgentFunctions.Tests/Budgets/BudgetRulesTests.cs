using AgentFunctions.Budgets;

namespace AgentFunctions.Tests.Budgets;

/// <summary>The arithmetic of one budget.</summary>
public sealed class BudgetRulesTests
{
    private static readonly DateTime Now = new(2030, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_grant_leaves_half_of_what_is_free_to_others_but_is_never_less_than_what_is_needed()
    {
        var turn = BudgetRules.Ask(Thread(1m), Ask("a", need: 0.1m, want: 0.7m));
        Assert.Equal(0.5m, Assert.Single(turn.Answers).Held.Usd);

        turn = BudgetRules.Ask(turn.Account, Ask("b", need: 0.4m, want: 0.7m));
        Assert.Equal(0.4m, Assert.Single(turn.Answers).Held.Usd);
    }

    [Fact]
    public void An_ask_for_more_than_is_left_waits_and_gives_back_what_was_held()
    {
        var account = BudgetRules.Ask(Thread(1m), Ask("a", need: 0.5m, want: 0.5m)).Account;

        var turn = BudgetRules.Ask(account, Ask("a", need: 0.7m, want: 0.7m, spent: 0.4m));

        var shortage = Assert.Single(turn.Answers).Shortage!;
        Assert.Equal(
            "The thread's budget of 1 USD has 0.6 USD left (0.4 spent, 0 reserved); 0.7 USD are needed.", shortage.Reason);
        Assert.Equal((0m, 0.4m), (turn.Account.Reserved.Usd, turn.Account.Spent.Usd));
        Assert.Equal(BudgetLevel.Exhausted, turn.Account.Level);
    }

    [Fact]
    public void Any_kind_of_limit_lets_an_ask_wait()
    {
        var limits = new BudgetLimits { Usd = 1m, Tokens = 100, ModelCalls = 1, ToolCalls = 2, Steps = 3, WallClock = TimeSpan.FromSeconds(4) };
        foreach (var kind in Amounts.Kinds)
        {
            var need = Amounts.Of(each => each == kind ? limits[kind]!.Value + 1m : 0m);
            var turn = BudgetRules.Ask(Thread(limits), new BudgetAsk("a", 1, "a", Amounts.None, Amounts.None, need, need));
            Assert.Equal((kind, limits[kind]), (Assert.Single(turn.Answers).Shortage?.Kind, Assert.Single(turn.Answers).Shortage?.Limit));
        }
    }

    [Fact]
    public void A_limit_that_is_passed_stops_only_what_needs_that_kind()
    {
        var account = Thread(new BudgetLimits { Usd = 1m, ToolCalls = 1 });
        account = BudgetRules.Close(account, "gone", new Amounts { ToolCalls = 2 }, "a").Account;

        Assert.Null(Assert.Single(BudgetRules.Ask(account, Ask("a", need: 0.1m, want: 0.1m)).Answers).Shortage);
    }

    [Fact]
    public void Raising_the_limit_serves_waiters_in_their_order_as_far_as_the_money_reaches()
    {
        var account = Thread(0m);
        foreach (var holder in new[] { "a", "b", "c" })
        {
            account = BudgetRules.Ask(account, Ask(holder, need: 0.4m, want: 0.4m)).Account;
        }

        var turn = BudgetRules.SetLimits(account, new BudgetLimits { Usd = 0.9m });

        Assert.Equal(["a", "b"], turn.Answers.Select(answer => answer.HolderId));
        Assert.Equal(0.8m, turn.Account.Reserved.Usd);
    }

    [Fact]
    public void Who_goes_on_anyway_is_refused_without_being_kept_waiting_and_keeps_what_it_says()
    {
        var account = BudgetRules.Ask(Thread(1m), Ask("a", need: 0.5m, want: 0.5m)).Account;

        var turn = BudgetRules.Ask(account, Ask("a", need: 2m, want: 2m) with { Keeps = new Amounts { Usd = 0.2m }, IsTentative = true });

        Assert.Equal((0.2m, true), (Assert.Single(turn.Answers).Held.Usd, turn.Answers[0].Shortage is not null));
        Assert.Empty(turn.Account.Waiters);
        Assert.True(turn.Account.HasWork);
    }

    [Fact]
    public void Below_what_is_held_a_lower_limit_asks_the_holders_to_give_back()
    {
        var account = BudgetRules.Ask(Thread(1m), Ask("a", need: 0.1m, want: 0.5m)).Account;

        Assert.Empty(BudgetRules.SetLimits(account, new BudgetLimits { Usd = 0.6m }).Recalls);
        Assert.Equal(["a"], BudgetRules.SetLimits(account, new BudgetLimits { Usd = 0.4m }).Recalls);
    }

    [Fact]
    public void The_alert_is_raised_once_for_each_limit_and_again_only_for_a_higher_one()
    {
        var account = Thread(1m);
        var turn = BudgetRules.Close(account, "a", new Amounts { Usd = 0.79m }, "root");
        Assert.Empty(turn.Alerts);

        turn = BudgetRules.Close(turn.Account, "b", new Amounts { Usd = 0.01m }, "root");
        Assert.Equal(new BudgetAlert(BudgetScope.Thread, "case", "root", BudgetKind.Usd, 1m, 0.80m), Assert.Single(turn.Alerts));
        Assert.Equal(BudgetLevel.Warning, turn.Account.Level);
        Assert.Empty(BudgetRules.Close(turn.Account, "c", new Amounts { Usd = 0.05m }, "root").Alerts);

        account = BudgetRules.SetLimits(turn.Account, new BudgetLimits { Usd = 2m, Tokens = 10 }).Account;
        turn = BudgetRules.Close(account, "d", new Amounts { Usd = 0.9m, Tokens = 8 }, "root");
        Assert.Equal([BudgetKind.Usd, BudgetKind.Tokens], turn.Alerts.Select(alert => alert.Kind));
    }

    [Fact]
    public void The_share_at_which_the_alert_is_raised_can_be_set()
    {
        var account = BudgetRules.SetLimits(Thread(1m), new BudgetLimits { Usd = 1m }, alertAt: 0.5m).Account;

        Assert.Single(BudgetRules.Close(account, "a", new Amounts { Usd = 0.5m }, "root").Alerts);
    }

    [Fact]
    public void Settling_puts_the_true_total_in_place_and_frees_what_the_tree_held()
    {
        var account = BudgetRules.Ask(Thread(1m), Ask("root", need: 0.5m, want: 0.5m, spent: 0.1m)).Account;

        account = BudgetRules.Settle(account, Settlement("root", 0.25m)).Account;
        account = BudgetRules.Settle(account, Settlement("root", 0.25m)).Account;

        Assert.Equal((0.25m, 0m), (account.Spent.Usd, account.Reserved.Usd));
    }

    [Fact]
    public void After_settling_a_terminated_run_neither_spends_twice_nor_holds_anything()
    {
        var account = BudgetRules.Settle(Thread(1m), Settlement("root", 0.25m)).Account;

        var turn = BudgetRules.Ask(account, Ask("root", need: 0.1m, want: 0.5m, spent: 0.2m));

        Assert.Equal((0.25m, 0m), (turn.Account.Spent.Usd, turn.Account.Reserved.Usd));
        Assert.NotNull(Assert.Single(turn.Answers).Shortage);
        Assert.Empty(turn.Account.Waiters);
    }

    [Fact]
    public void A_later_total_of_an_ended_tree_counts_in_whatever_order_they_arrive()
    {
        var account = BudgetRules.Ask(Thread(1m), Ask("root", need: 0.5m, want: 0.5m, spent: 0.4m)).Account;

        account = BudgetRules.Settle(account, Settlement("root", 0.3m)).Account;
        Assert.Equal(0.3m, account.Spent.Usd);
        account = BudgetRules.Settle(account, Settlement("root", 0.35m) with { IsLate = true }).Account;
        account = BudgetRules.Settle(account, Settlement("root", 0.3m)).Account;

        Assert.Equal(0.35m, account.Spent.Usd);
    }

    [Fact]
    public void However_many_runs_a_thread_has_its_budget_remembers_only_those_that_have_just_ended()
    {
        var account = Thread(1_000m);
        for (var run = 0; run < 1_000; run++)
        {
            account = BudgetRules.Settle(account, Settlement($"run-{run}", 0.25m) with { At = Now.AddMinutes(run) }).Account;
        }

        Assert.Equal(250m, account.Spent.Usd);
        Assert.InRange(account.Holders.Count, 1, 12);
        Assert.Equal(250m, BudgetRules.Settle(account, Settlement("run-1", 0.5m) with { IsLate = true }).Account.Spent.Usd);
    }

    [Fact]
    public void What_is_left_is_told_as_the_least_of_all_levels()
    {
        var account = new BudgetAccount { Scope = BudgetScope.Run, Id = "run", IsOpen = true, Limits = new() { Usd = 0.5m, Steps = 9 }, Ceiling = Amounts.None };
        var asked = BudgetRules.Ask(account, Ask("loop", need: 0.1m, want: 0.1m));

        var turn = BudgetRules.Answer(asked.Account, new BudgetAnswer(
            "run", asked.Ask!.Sequence, new Amounts { Usd = 0.2m }, new BudgetLimits { Usd = 0.3m, Tokens = 100 }));

        Assert.Equal(new BudgetLimits { Usd = 0.3m, Tokens = 100, Steps = 9 }, Assert.Single(turn.Answers).Left);
    }

    private static BudgetAccount Thread(decimal limitUsd) => Thread(new BudgetLimits { Usd = limitUsd });

    private static BudgetAccount Thread(BudgetLimits limits) => BudgetRules.Open(
        new BudgetAccount { Scope = BudgetScope.Thread, Id = "case" }, new BudgetOpening(limits, BudgetAccount.DefaultAlertAt, null)).Account;

    private static BudgetAsk Ask(string holder, decimal need, decimal want, decimal spent = 0m) => new(
        holder, 1, "root", new Amounts { Usd = spent }, Amounts.None, new Amounts { Usd = need }, new Amounts { Usd = want });

    private static BudgetSettlement Settlement(string root, decimal usd) => new(root, new Amounts { Usd = usd }, Now);
}
