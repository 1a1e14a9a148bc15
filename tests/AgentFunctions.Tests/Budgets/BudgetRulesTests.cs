using AgentFunctions.Budgets;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Budgets;

public sealed class BudgetRulesTests
{
    [Property(MaxTest = 300)]
    public bool What_is_spent_and_reserved_never_passes_the_limit_through_a_reservation(byte[] operations)
    {
        var ledger = new Ledger(limitUsd: 10m);
        return operations.All(operation => ledger.Apply(operation).IsWithinLimit);
    }

    [Property(MaxTest = 300)]
    public bool Money_leaves_a_reservation_only_as_spent_or_as_available(byte[] operations)
    {
        var ledger = new Ledger(limitUsd: 10m);
        return operations.All(operation => ledger.Apply(operation).Adds);
    }

    [Property(MaxTest = 300)]
    public bool Nobody_waits_who_could_go_on(byte[] operations)
    {
        var ledger = new Ledger(limitUsd: 10m);
        return operations.All(operation => ledger.Apply(operation).NobodyWaitsInVain);
    }

    [Fact]
    public void A_request_gets_what_it_wants_or_at_least_what_it_needs()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);

        var (afterOne, one) = BudgetRules.Reserve(state, Request("a", need: 0.1m, want: 0.7m));
        var (_, two) = BudgetRules.Reserve(afterOne, Request("b", need: 0.1m, want: 0.7m));

        Assert.Equal((0.7m, 0.3m), (one.HeldUsd, two.HeldUsd));
    }

    [Fact]
    public void A_request_for_more_than_is_left_waits_and_gives_back_what_it_held()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);
        (state, _) = BudgetRules.Reserve(state, Request("a", need: 0.5m, want: 0.5m));

        (state, var grant) = BudgetRules.Reserve(state, Request("a", need: 0.7m, want: 0.7m) with { SpentUsd = 0.4m });

        Assert.Contains("0.6 USD left", grant.Denied, StringComparison.Ordinal);
        Assert.Equal((0m, 0.4m, 0.6m), (state.ReservedUsd, state.SpentUsd, state.AvailableUsd));
        Assert.Equal(BudgetLevel.Exhausted, state.Level);
    }

    [Fact]
    public void Raising_the_limit_wakes_waiters_in_their_order_as_far_as_the_money_reaches()
    {
        var state = BudgetRules.Open(new BudgetState(), 0m);
        foreach (var holder in new[] { "a", "b", "c" })
        {
            (state, _) = BudgetRules.Reserve(state, Request(holder, need: 0.4m, want: 0.4m));
        }

        var (_, woken) = BudgetRules.Wake(BudgetRules.SetLimit(state, 0.9m));

        Assert.Equal(["a", "b"], woken);
    }

    [Fact]
    public void A_newcomer_cannot_take_what_a_woken_holder_was_promised()
    {
        var state = BudgetRules.Open(new BudgetState(), 0m);
        (state, _) = BudgetRules.Reserve(state, Request("a", need: 1m, want: 1m));
        (state, _) = BudgetRules.Wake(BudgetRules.SetLimit(state, 1m));

        var (_, grant) = BudgetRules.Reserve(state, Request("late", need: 0.5m, want: 0.5m));

        Assert.NotNull(grant.Denied);
    }

    [Fact]
    public void The_alert_is_raised_once_at_80_percent_and_again_only_for_a_higher_limit()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);
        state = BudgetRules.Release(state, new BudgetRelease("a", "root", 0.79m));
        Assert.False(BudgetRules.Alert(state).IsDue);

        state = BudgetRules.Release(state, new BudgetRelease("a", "root", 0.01m));
        (state, var first) = BudgetRules.Alert(state);
        Assert.True(first);
        Assert.False(BudgetRules.Alert(state).IsDue);
        Assert.Equal(BudgetLevel.Warning, state.Level);

        state = BudgetRules.Release(BudgetRules.SetLimit(state, 2m), new BudgetRelease("a", "root", 0.8m));
        Assert.True(BudgetRules.Alert(state).IsDue);
    }

    [Fact]
    public void A_root_run_stops_at_its_own_limit_though_the_thread_has_more()
    {
        var state = BudgetRules.Open(new BudgetState(), 10m);
        (state, var first) = BudgetRules.Reserve(state, Request("a", need: 0.5m, want: 5m) with { RootLimitUsd = 0.6m });

        var (_, second) = BudgetRules.Reserve(state, Request("b", need: 0.5m, want: 0.5m) with { RootLimitUsd = 0.6m });

        Assert.Equal(0.6m, first.HeldUsd);
        Assert.Contains("run's own budget", second.Denied, StringComparison.Ordinal);
    }

    [Fact]
    public void Settling_puts_the_true_total_in_place_and_frees_what_the_tree_held()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);
        (state, _) = BudgetRules.Reserve(state, Request("a", need: 0.5m, want: 0.5m) with { SpentUsd = 0.1m });

        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.25m));
        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.25m));

        Assert.Equal((0.25m, 0m, 0.75m), (state.SpentUsd, state.ReservedUsd, state.AvailableUsd));
    }

    [Fact]
    public void After_settling_a_terminated_holder_neither_spends_twice_nor_holds_anything()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);
        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.25m));

        state = BudgetRules.Release(state, new BudgetRelease("a", "root", SpentUsd: 0.2m));
        (state, var late) = BudgetRules.Reserve(state, Request("b", need: 0.1m, want: 0.5m) with { SpentUsd = 0.05m });

        Assert.Equal((0.25m, 0m, 0.75m), (state.SpentUsd, state.ReservedUsd, state.AvailableUsd));
        Assert.Equal((0m, true), (late.HeldUsd, late.Denied is not null));
        Assert.Empty(state.Waiters);
    }

    [Fact]
    public void A_later_total_of_an_ended_tree_counts_in_whatever_order_they_arrive()
    {
        var state = BudgetRules.Open(new BudgetState(), 1m);
        (state, _) = BudgetRules.Reserve(state, Request("a", need: 0.5m, want: 0.5m) with { SpentUsd = 0.4m });

        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.3m));
        Assert.Equal(0.3m, state.SpentUsd);
        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.35m));
        state = BudgetRules.Settle(state, new BudgetSettlement("root", 0.3m));

        Assert.Equal(0.35m, state.SpentUsd);
    }

    private static BudgetRequest Request(string holder, decimal need, decimal want) => new(holder, "root", RootLimitUsd: null, 0m, need, want);

    /// <summary>Holders that reserve, spend at most what they hold, and release, in an order that bytes decide.</summary>
    private sealed class Ledger(decimal limitUsd)
    {
        private BudgetState state = BudgetRules.Open(new BudgetState(), limitUsd);

        public bool IsWithinLimit => state.SpentUsd + state.ReservedUsd <= state.LimitUsd;

        public bool Adds => state.AvailableUsd == state.LimitUsd - state.SpentUsd - state.ReservedUsd;

        public bool NobodyWaitsInVain => state.Waiters.All(waiter => waiter.NeedUsd > state.AvailableUsd);

        public Ledger Apply(byte operation)
        {
            var holder = $"h{operation % 5}";
            var need = ((operation / 5 % 10) + 1) * 0.37m;
            var held = state.Holds.GetValueOrDefault(holder)?.Usd ?? 0m;
            var next = operation % 3 == 0
                ? BudgetRules.Release(state, new BudgetRelease(holder, "root", held / 2))
                : BudgetRules.Reserve(state, new BudgetRequest(holder, "root", RootLimitUsd: null, held / 3, need, need * 2)).State;
            state = BudgetRules.Wake(next).State;
            return this;
        }
    }
}
