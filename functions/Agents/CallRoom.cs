using AgentFunctions.Budgets;

namespace AgentFunctions.Agents;

/// <summary>
/// Sees to it that calls on which humans have decided, each at its own time, can be paid for, and that nothing is held while all others
/// still wait. Orchestrator code.
/// </summary>
/// <param name="budget">The loop's budget.</param>
/// <param name="stateHash">Content hash of the state in which the loop waits.</param>
/// <param name="calls">How many calls wait for a human.</param>
internal sealed class CallRoom(LoopBudget budget, string stateHash, int calls)
{
    private int left = calls;
    private Amounts underWay = Amounts.None;
    private Task asking = Task.CompletedTask;
    private int asks;

    /// <summary>Returns once the call is paid for. A loop asks for one thing at a time.</summary>
    /// <param name="need">What the call needs.</param>
    public async Task EnterAsync(Amounts need)
    {
        var before = asking;
        var asked = new TaskCompletionSource();
        asking = asked.Task;
        asks++;
        try
        {
            await before;
            var all = (underWay + need) with { Seconds = 1 };
            await budget.HoldAsync(all, all, stateHash, keeps: underWay);
            underWay += need;
        }
        finally
        {
            asks--;
            asked.SetResult();
        }
    }

    /// <summary>The call has ended.</summary>
    /// <param name="need">What it needed.</param>
    /// <param name="spent">What it has spent.</param>
    public void Leave(Amounts need, Amounts spent)
    {
        underWay -= need;
        budget.Spend(spent);
        if (--left > 0 && asks == 0 && underWay == Amounts.None)
        {
            budget.Release();
        }
    }
}
