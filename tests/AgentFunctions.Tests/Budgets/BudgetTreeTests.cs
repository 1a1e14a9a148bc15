using AgentFunctions.Budgets;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Budgets of all levels together, under every order of messages, cancellations and limits that chance finds.</summary>
public sealed class BudgetTreeTests
{
    private const int Steps = 300;

    [Property(MaxTest = 200)]
    public void At_no_moment_is_more_spent_and_reserved_than_any_level_allows(int seed)
    {
        var tree = new BudgetTree(seed);
        for (var step = 0; step < Steps; step++)
        {
            tree.Step();
            foreach (var (id, account) in tree.Accounts)
            {
                var over = Amounts.Kinds.Where(kind => account.Limits[kind] is { } limit && account.Spent[kind] + account.Reserved[kind] > limit + tree.SpentLate[kind]);
                Assert.True(!over.Any(), $"seed {seed}, step {step}: {id} is over its {string.Join(", ", over)}");
            }
        }
    }

    [Property(MaxTest = 200)]
    public void In_the_end_every_level_has_spent_exactly_what_its_runs_have_and_nothing_is_reserved(int seed)
    {
        var tree = new BudgetTree(seed);
        for (var step = 0; step < Steps; step++)
        {
            tree.Step();
        }

        tree.Finish();

        var threads = tree.Accounts.Values.Where(account => account.Scope == BudgetScope.Thread).ToList();
        Assert.All(threads, thread => Assert.Equal(tree.TruthOf(thread.Id), thread.Spent));
        Assert.All(threads, thread => Assert.Equal(Amounts.None, thread.Reserved));
        Assert.All(threads, thread => Assert.Empty(thread.Waiters));
        var department = tree.Accounts[BudgetTree.Department];
        Assert.Equal(threads.Aggregate(Amounts.None, (sum, thread) => sum + thread.Spent), department.Spent);
        Assert.Equal((Amounts.None, 0), (department.Reserved, department.Holders.Count));
    }

    [Property(MaxTest = 200)]
    public void Nobody_waits_who_could_go_on(int seed)
    {
        var tree = new BudgetTree(seed);
        for (var step = 0; step < Steps; step++)
        {
            tree.Step();
            if (step % 20 == 0)
            {
                tree.DeliverAll();
                Assert.Empty(tree.WaitInVain());
            }
        }
    }

    [Property(MaxTest = 100)]
    public void No_limit_of_any_level_raises_its_alert_twice(int seed)
    {
        var tree = new BudgetTree(seed);
        for (var step = 0; step < Steps; step++)
        {
            tree.Step();
        }

        Assert.All(tree.Alerts, alert => Assert.Equal((alert.Key, 1), (alert.Key, alert.Value)));
    }
}
