namespace AgentFunctions.Budgets;

/// <summary>
/// The arithmetic of a budget, as pure functions. It holds that spent plus reserved never passes the limit through a reservation,
/// and that money leaves a reservation only as spent or as available again.
/// </summary>
public static class BudgetRules
{
    /// <summary>Sets the first limit; a budget that is open stays as it is.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="limitUsd">The limit, USD.</param>
    public static BudgetState Open(BudgetState state, decimal limitUsd) =>
        state.IsOpen ? state : state with { LimitUsd = limitUsd, IsOpen = true };

    /// <summary>Changes the limit. A new limit raises its own alert.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="limitUsd">The limit, USD.</param>
    public static BudgetState SetLimit(BudgetState state, decimal limitUsd) =>
        state with { LimitUsd = limitUsd, IsOpen = true, AlertRaised = state.AlertRaised && limitUsd <= state.LimitUsd };

    /// <summary>Changes the own limit of a root run.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="rootRunId">The root run.</param>
    /// <param name="limitUsd">The limit, USD.</param>
    public static BudgetState SetRootLimit(BudgetState state, string rootRunId, decimal limitUsd) => state with
    {
        Roots = With(
            state.Roots,
            rootRunId,
            (state.Roots.GetValueOrDefault(rootRunId) ?? new RootBudget(0m, LimitUsd: null)) with { LimitUsd = limitUsd }),
    };

    /// <summary>Commits what was spent, then reserves what is wanted, or at least what is needed, or makes the holder wait.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="request">What is asked for.</param>
    /// <remarks>A holder that has to wait gives back what it held, so that two holders never wait for each other.</remarks>
    public static (BudgetState State, BudgetGrant Grant) Reserve(BudgetState state, BudgetRequest request)
    {
        var free = Spend(WithRootLimit(state, request), request.RootRunId, request.SpentUsd) with
        {
            Holds = Without(state.Holds, request.HolderId),
            Waiters = [.. state.Waiters.Where(waiter => waiter.HolderId != request.HolderId)],
        };
        if (IsSettled(free, request.RootRunId))
        {
            return (free, new BudgetGrant(0m, "The run has ended."));
        }

        var available = Available(free, request.RootRunId);
        if (available < request.NeedUsd)
        {
            var waiter = new BudgetWaiter(request.HolderId, request.RootRunId, request.NeedUsd);
            return (free with { Waiters = [.. free.Waiters, waiter] }, new BudgetGrant(0m, Why(free, request)));
        }

        var held = Math.Min(available, Math.Max(request.NeedUsd, request.WantUsd));
        var holds = new Dictionary<string, BudgetHold>(free.Holds, StringComparer.Ordinal)
        {
            [request.HolderId] = new(held, request.RootRunId),
        };
        return (free with { Holds = holds }, new BudgetGrant(held, Denied: null));
    }

    /// <summary>Commits what was spent and gives the rest back.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="release">What is given back.</param>
    public static BudgetState Release(BudgetState state, BudgetRelease release) =>
        Spend(state, release.RootRunId, release.SpentUsd) with
        {
            Holds = Without(state.Holds, release.HolderId),
            Waiters = [.. state.Waiters.Where(waiter => waiter.HolderId != release.HolderId)],
        };

    /// <summary>Puts the true total in the place of what was told, and gives back what the tree still holds.</summary>
    /// <param name="state">The budget.</param>
    /// <param name="settlement">The total.</param>
    /// <remarks>A total only grows, by calls that were on their way when the run ended, so of two settlements the greater is the later.</remarks>
    public static BudgetState Settle(BudgetState state, BudgetSettlement settlement) =>
        settlement.IsFinal ? SettleFinally(state, settlement) : Reopen(state, settlement);

    /// <summary>
    /// A tree that was rolled back goes on. Those of its holders that were ended could not tell what they had spent; what the others
    /// have not told yet may be counted twice until the tree has ended.
    /// </summary>
    private static BudgetState Reopen(BudgetState state, BudgetSettlement settlement)
    {
        var root = state.Roots.GetValueOrDefault(settlement.RootRunId) ?? new RootBudget(0m, LimitUsd: null);
        return state with
        {
            Roots = With(
                state.Roots,
                settlement.RootRunId,
                root with { SpentUsd = Math.Max(root.SpentUsd, settlement.SpentUsd), IsSettled = false }),
            Holds = state.Holds.Where(hold => !IsOf(settlement, hold.Key)).ToDictionary(StringComparer.Ordinal),
            Waiters = [.. state.Waiters.Where(waiter => !IsOf(settlement, waiter.HolderId))],
        };
    }

    private static bool IsOf(BudgetSettlement settlement, string holderId) => settlement.Holders.Any(
        ended => holderId == ended || holderId.StartsWith($"{ended}.", StringComparison.Ordinal));

    private static BudgetState SettleFinally(BudgetState state, BudgetSettlement settlement) => state with
    {
        Roots = With(state.Roots, settlement.RootRunId, new RootBudget(
            IsSettled(state, settlement.RootRunId)
                ? Math.Max(state.Roots[settlement.RootRunId].SpentUsd, settlement.SpentUsd)
                : settlement.SpentUsd,
            state.Roots.GetValueOrDefault(settlement.RootRunId)?.LimitUsd,
            IsSettled: true)),
        Holds = state.Holds.Where(hold => hold.Value.RootRunId != settlement.RootRunId).ToDictionary(StringComparer.Ordinal),
        Waiters = [.. state.Waiters.Where(waiter => waiter.RootRunId != settlement.RootRunId)],
    };

    /// <summary>Takes those out of the waiters who can go on now: first come, first served, as far as the money reaches.</summary>
    /// <param name="state">The budget.</param>
    public static (BudgetState State, IReadOnlyList<string> Woken) Wake(BudgetState state)
    {
        var woken = new List<BudgetWaiter>();
        var promised = state;
        foreach (var waiter in state.Waiters)
        {
            if (Available(promised, waiter.RootRunId) >= waiter.NeedUsd)
            {
                woken.Add(waiter);
                promised = promised with
                {
                    Holds = new Dictionary<string, BudgetHold>(promised.Holds, StringComparer.Ordinal)
                    {
                        [waiter.HolderId] = new(waiter.NeedUsd, waiter.RootRunId),
                    },
                };
            }
        }

        // What is promised is held at once; otherwise a newcomer could take it before the woken holder asks again.
        return (promised with { Waiters = [.. state.Waiters.Except(woken)] }, [.. woken.Select(waiter => waiter.HolderId)]);
    }

    /// <summary>Whether the alert of this limit is due, and the state in which it was raised.</summary>
    /// <param name="state">The budget.</param>
    public static (BudgetState State, bool IsDue) Alert(BudgetState state) =>
        state is { IsOpen: true, AlertRaised: false } && state.SpentUsd > 0m && state.SpentUsd >= state.LimitUsd * BudgetState.AlertShare
            ? (state with { AlertRaised = true }, true)
            : (state, false);

    private static bool IsSettled(BudgetState state, string rootRunId) => state.Roots.GetValueOrDefault(rootRunId)?.IsSettled == true;

    private static decimal Available(BudgetState state, string rootRunId)
    {
        if (state.Roots.GetValueOrDefault(rootRunId) is not { LimitUsd: { } limit } root)
        {
            return state.AvailableUsd;
        }

        var held = state.Holds.Values.Where(hold => hold.RootRunId == rootRunId).Sum(hold => hold.Usd);
        return Math.Min(state.AvailableUsd, limit - root.SpentUsd - held);
    }

    private static string Why(BudgetState state, BudgetRequest request) =>
        state.AvailableUsd < request.NeedUsd
            ? FormattableString.Invariant($"The thread's budget of {state.LimitUsd} USD has {state.AvailableUsd} USD left; {request.NeedUsd} USD are needed.")
            : FormattableString.Invariant($"The run's own budget of {request.RootLimitUsd} USD has not the {request.NeedUsd} USD that are needed.");

    /// <summary>The request tells the limit that the run was created with; a changed one stays.</summary>
    private static BudgetState WithRootLimit(BudgetState state, BudgetRequest request) => state with
    {
        Roots = With(
            state.Roots,
            request.RootRunId,
            state.Roots.GetValueOrDefault(request.RootRunId) is { } root
                ? root with { LimitUsd = root.LimitUsd ?? request.RootLimitUsd }
                : new RootBudget(0m, request.RootLimitUsd)),
    };

    private static BudgetState Spend(BudgetState state, string rootRunId, decimal usd)
    {
        if (usd == 0m || IsSettled(state, rootRunId))
        {
            return state;
        }

        var root = state.Roots.GetValueOrDefault(rootRunId) ?? new RootBudget(0m, LimitUsd: null);
        return state with { Roots = With(state.Roots, rootRunId, root with { SpentUsd = root.SpentUsd + usd }) };
    }

    private static Dictionary<string, RootBudget> With(IReadOnlyDictionary<string, RootBudget> roots, string rootRunId, RootBudget root) =>
        new(roots, StringComparer.Ordinal) { [rootRunId] = root };

    private static Dictionary<string, BudgetHold> Without(IReadOnlyDictionary<string, BudgetHold> holds, string holderId) =>
        holds.Where(hold => hold.Key != holderId).ToDictionary(StringComparer.Ordinal);
}
