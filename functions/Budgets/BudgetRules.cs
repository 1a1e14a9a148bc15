using AgentFunctions.Runs.Branches;

namespace AgentFunctions.Budgets;

/// <summary>
/// The arithmetic of a budget of any level, as pure functions. It holds that spent plus reserved never passes a limit through a grant,
/// that what was granted leaves a hold only as spent or as free again, and that nobody waits who could go on.
/// </summary>
public static class BudgetRules
{
    /// <summary>So long after its settlement a tree of runs is remembered by its id: no call that was on its way takes longer.</summary>
    public static readonly TimeSpan SettledFor = TimeSpan.FromMinutes(10);

    private const int UsdDecimals = 9;

    /// <summary>Gives a budget its first limits; one that is open stays as it is.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="opening">How it begins.</param>
    public static BudgetTurn Open(BudgetAccount account, BudgetOpening opening) => account.IsOpen
        ? BudgetTurn.Of(account)
        : Serve(
            account with
            {
                IsOpen = true,
                Limits = opening.Limits,
                AlertAt = opening.AlertAt,
                Above = opening.Department,
                Ceiling = opening.Department is null ? null : account.Spent,
            },
            cause: null);

    /// <summary>Changes the limits. A higher limit raises its own alert; below what is held, the holders are asked to give back.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="limits">All limits.</param>
    /// <param name="alertAt">Another share at which the alert is raised.</param>
    public static BudgetTurn SetLimits(BudgetAccount account, BudgetLimits limits, decimal? alertAt = null)
    {
        var changed = account with { IsOpen = true, Limits = limits, AlertAt = alertAt ?? account.AlertAt };
        var isOver = Amounts.Kinds.Any(kind => limits[kind] < (account.Limits[kind] ?? decimal.MaxValue) && changed.FreeHere(kind) < 0m);
        return Serve(changed, cause: null) with { Recalls = isOver ? Active(changed) : [] };
    }

    /// <summary>Notes what a holder has spent and gives back, and grants what it asks for, or makes it wait.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="ask">The ask.</param>
    /// <remarks>A holder that has to wait keeps only what it cannot give back, so that two holders never wait for each other.</remarks>
    public static BudgetTurn Ask(BudgetAccount account, BudgetAsk ask)
    {
        if (account.Holders.GetValueOrDefault(ask.HolderId)?.State == HolderState.Settled)
        {
            var ended = new BudgetShortage(account.Scope, account.Id, BudgetKind.Usd, 0m, 0m, 0m, ask.Need.Usd);
            return BudgetTurn.Of(account) with { Answers = [new(ask.HolderId, ask.Sequence, Amounts.None, BudgetLimits.None, ended) { ReplyTo = ask.ReplyTo }] };
        }

        if (ask.IsClosing)
        {
            return Close(account, ask.HolderId, ask.Spent, ask.RunId);
        }

        var state = !ask.OnlyGivesBack ? HolderState.Waiting
            : ask.Paused is not null ? HolderState.Paused
            : ask.IsResting ? HolderState.Resting
            : HolderState.Working;
        var noted = Put(Unqueued(account, ask.HolderId), ask.HolderId, new BudgetHolder(state, ask.Keeps, ask.Spent, Shortage: ask.Paused, ReplyTo: ask.ReplyTo));
        return Serve(ask.OnlyGivesBack ? noted : noted with { Waiters = noted.Waiters.Add(new BudgetWaiter(ask)) }, ask.RunId);
    }

    /// <summary>Takes the answer of the level above.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="answer">The answer.</param>
    public static BudgetTurn Answer(BudgetAccount account, BudgetAnswer answer)
    {
        if (account.Asked is not { } asked || asked.Sequence != answer.Sequence)
        {
            return BudgetTurn.Of(account);
        }

        var told = account.ClosedAbove + asked.Spent;
        var answered = account with
        {
            IsAsking = false,
            Ceiling = told + answer.Held,
            LeftAbove = answer.Left,
            SpentThen = told,
        };
        return Serve(answered, asked.RunId, answer.Shortage);
    }

    /// <summary>Forgets a holder: what it held is free again but for what it has spent.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="holderId">The holder.</param>
    /// <param name="spent">What it has spent in all.</param>
    /// <param name="cause">The root run on whose behalf.</param>
    public static BudgetTurn Close(BudgetAccount account, string holderId, Amounts spent, string cause)
    {
        var gone = Removed(Unqueued(account, holderId), holderId);
        return Serve(gone with { SpentByGone = gone.SpentByGone + Counted(account, spent) }, cause);
    }

    /// <summary>Puts the true total of a tree of runs in the place of what was told, and gives back what the tree still holds.</summary>
    /// <param name="account">The thread's budget.</param>
    /// <param name="settlement">The total.</param>
    /// <remarks>A total only grows, by calls that were on their way when the run ended, so of two settlements the greater is the later.</remarks>
    public static BudgetTurn Settle(BudgetAccount account, BudgetSettlement settlement)
    {
        var holder = account.Holders.GetValueOrDefault(settlement.RootRunId);
        if (holder is null && settlement.IsLate)
        {
            return BudgetTurn.Of(account);
        }

        var told = holder?.Spent ?? Amounts.None;
        if (!settlement.IsFinal)
        {
            return Reopen(account, settlement, holder?.State == HolderState.Settled, told);
        }

        var spent = holder?.State == HolderState.Settled
            ? Amounts.Max(told, settlement.Spent)
            : settlement.Spent with { Seconds = Math.Max(told.Seconds, settlement.Spent.Seconds) };
        var settled = Put(
            Unqueued(account, settlement.RootRunId),
            settlement.RootRunId,
            new BudgetHolder(HolderState.Settled, Amounts.None, spent, settlement.At));
        return Serve(Folded(settled, settlement.At - SettledFor), settlement.RootRunId);
    }

    /// <summary>
    /// A tree that was rolled back goes on. Where its root was ended or had ended, it holds nothing and begins again with what its journal
    /// says; where only a descendant was, the root itself hears of it and tells.
    /// </summary>
    private static BudgetTurn Reopen(BudgetAccount account, BudgetSettlement settlement, bool wasSettled, Amounts told)
    {
        if (!wasSettled && !settlement.Holders.Any(instance => RunInstances.IsOfRun(instance, settlement.RootRunId)))
        {
            return BudgetTurn.Of(account);
        }

        var reopened = Put(
            Unqueued(account, settlement.RootRunId),
            settlement.RootRunId,
            new BudgetHolder(HolderState.Resting, Amounts.None, Amounts.Max(told, settlement.Spent)));
        return Serve(reopened, settlement.RootRunId);
    }

    /// <summary>
    /// Gives the level above back what nobody here holds, and tells it what was spent. Nothing is given back while something is asked for
    /// or waited for there.
    /// </summary>
    /// <param name="account">The budget.</param>
    /// <param name="isClosing">Whether to be forgotten there where nothing is held any more.</param>
    /// <param name="cause">The root run on whose behalf.</param>
    /// <param name="paused">The limit for which all work here is paused, to be told above.</param>
    public static BudgetTurn GiveBack(BudgetAccount account, bool isClosing = false, string? cause = null, BudgetShortage? paused = null)
    {
        if (account.Ceiling is not { } ceiling || account.IsAsking || account.Waiters.Exists(waiter => OwnShortage(account, waiter.Ask) is null))
        {
            return BudgetTurn.Of(account);
        }

        var closes = isClosing && account.Reserved == Amounts.None;
        var used = account.Spent + account.Reserved;
        return closes || paused is not null || Amounts.Kinds.Any(kind => kind != BudgetKind.WallClock && ceiling[kind] != used[kind])
            ? Changed(
                Emit(account, Amounts.None, Amounts.None, askedFor: null, isTentative: true, closes, cause),
                ask => ask with { Paused = paused, IsResting = !account.HasWork })
            : BudgetTurn.Of(account);
    }

    /// <summary>Asks the level above for as much as holders will want that are about to begin. Nobody waits for it.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="need">The least of use.</param>
    /// <param name="want">What all of them want.</param>
    public static BudgetTurn Fetch(BudgetAccount account, Amounts need, Amounts want) => account.IsAsking || !account.Waiters.IsEmpty
        ? BudgetTurn.Of(account)
        : Emit(account, need, want, askedFor: null, isTentative: true, isClosing: false, cause: null);

    /// <summary>A part for a holder that begins, without asking the level above: as much of what is wanted as is free.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="holderId">The holder.</param>
    /// <param name="want">What is wanted.</param>
    /// <param name="sharers">How many begin at the same time and are to find as much, this one included.</param>
    /// <param name="replyTo">Instance id under which it is told, where that is not its id.</param>
    public static (BudgetAccount Account, BudgetSlice Slice) Slice(
        BudgetAccount account, string holderId, Amounts want, int sharers = 1, string? replyTo = null)
    {
        var held = Amounts.Of(kind => Math.Max(0m, account.Free(kind) is { } free ? Math.Min(want[kind], Share(account, kind, free, sharers)) : want[kind]));
        var sliced = Put(account, holderId, new BudgetHolder(HolderState.Working, held, Amounts.None, ReplyTo: replyTo));
        return (sliced, new BudgetSlice(held, LeftFor(sliced, holderId), account.Address ?? account.Id));
    }

    /// <summary>The limit of this account that does not let an ask be granted, or <see langword="null"/>.</summary>
    /// <param name="account">The budget.</param>
    /// <param name="ask">The ask.</param>
    public static BudgetShortage? OwnShortage(BudgetAccount account, BudgetAsk ask)
    {
        foreach (var kind in Amounts.Kinds)
        {
            if (ask.Need[kind] > 0m && account.FreeHere(kind) < ask.Need[kind])
            {
                return new BudgetShortage(
                    account.Scope, account.Id, kind, account.Limits[kind] ?? 0m, account.Spent[kind], account.Reserved[kind], ask.Need[kind]);
            }
        }

        return null;
    }

    /// <summary>The lesser of two, of which <see langword="null"/> limits nothing.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    internal static decimal? Least(decimal? one, decimal? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    /// <summary>Grants what can be granted, tells who has to wait, and asks the level above where that may help.</summary>
    private static BudgetTurn Serve(BudgetAccount account, string? cause, BudgetShortage? refused = null)
    {
        var answers = new List<BudgetAnswer>();
        var shortAbove = new List<BudgetWaiter>();
        foreach (var waiter in account.Waiters)
        {
            if (OwnShortage(account, waiter.Ask) is { } shortage)
            {
                account = Refuse(account, waiter, shortage, answers);
            }
            else if (Amounts.Kinds.Any(kind => waiter.Ask.Need[kind] > 0m && account.Free(kind) < waiter.Ask.Need[kind])
                || MayGetMoreOfUse(account, waiter.Ask))
            {
                shortAbove.Add(waiter);
            }
            else
            {
                account = Grant(account, waiter.Ask, answers);
            }
        }

        var asked = AskAbove(account, shortAbove, refused, answers, cause);
        var (alerted, alerts) = Alerts(asked.Account, cause);
        return asked with { Account = alerted, Answers = answers, Alerts = alerts };
    }

    /// <summary>Before a call is shortened, the level above is asked once whether it has more.</summary>
    private static bool MayGetMoreOfUse(BudgetAccount account, BudgetAsk ask) =>
        account is { Ceiling: not null, IsAsking: false }
        && account.AskedFor != Key(ask)
        && Amounts.Kinds.Any(kind => account.Free(kind) is { } free && free < ask.Use[kind] && (account.FreeHere(kind) is not { } here || here > free));

    private static string Key(BudgetAsk ask) => FormattableString.Invariant($"{ask.HolderId}#{ask.Sequence}");

    private static BudgetTurn AskAbove(
        BudgetAccount account, List<BudgetWaiter> waiters, BudgetShortage? refused, List<BudgetAnswer> answers, string? cause)
    {
        if (refused is not null)
        {
            foreach (var waiter in waiters.Where(waiter => waiter.Ask.IsTentative))
            {
                account = Refuse(account, waiter, refused, answers);
            }

            waiters = [.. waiters.Where(waiter => !waiter.Ask.IsTentative)];
        }

        if (waiters.Count == 0 || account.IsAsking)
        {
            return BudgetTurn.Of(account);
        }

        // For whom the least would do: what is left may be enough for it though it is not for others.
        var least = waiters.MinBy(waiter => waiter.Ask.Need.Usd)!.Ask;
        var askedFor = Key(least);
        if (refused is not null && account.AskedFor == askedFor && !account.Asked!.IsTentative)
        {
            foreach (var waiter in waiters)
            {
                account = Refuse(account, waiter, refused, answers);
            }

            return BudgetTurn.Of(account);
        }

        var isTentative = waiters.TrueForAll(waiter => waiter.Ask.IsTentative);
        return Changed(
            Emit(account, least.Need, Wanted(account, waiters), askedFor, isTentative, isClosing: false, cause ?? least.RunId),
            ask => ask with { Use = least.Use });
    }

    /// <summary>As much for each holder at work as for those who ask: they will soon need it too, and the level above is asked once.</summary>
    private static Amounts Wanted(BudgetAccount account, List<BudgetWaiter> waiters)
    {
        var sum = waiters.Aggregate(Amounts.None, (sum, waiter) => sum + Amounts.Max(waiter.Ask.Need, waiter.Ask.Want));
        var active = account.Holders.Values.Count(IsActive);
        return Amounts.Max(account.Portion, Amounts.Of(kind => sum[kind] * Math.Max(active, waiters.Count) / waiters.Count));
    }

    private static BudgetTurn Changed(BudgetTurn turn, Func<BudgetAsk, BudgetAsk> change)
    {
        var ask = change(turn.Ask!);
        return turn with { Ask = ask, Account = turn.Account with { Asked = ask } };
    }

    private static BudgetTurn Emit(
        BudgetAccount account, Amounts need, Amounts want, string? askedFor, bool isTentative, bool isClosing, string? cause)
    {
        var spent = account.Spent;
        var ask = new BudgetAsk(
            account.Id,
            (account.Asked?.Sequence ?? 0) + 1,
            account.IsOfRun ? account.Id : cause ?? account.Asked?.RunId ?? account.Id,
            spent - account.ClosedAbove,
            account.Reserved,
            need,
            want,
            isTentative,
            isClosing) { ReplyTo = account.Address };
        return BudgetTurn.Of(account with
        {
            Asked = ask,
            AskedFor = askedFor,
            IsAsking = !ask.OnlyGivesBack,
            Ceiling = spent + account.Reserved,
            ClosedAbove = isClosing ? spent : account.ClosedAbove,
        }) with { Ask = ask };
    }

    private static BudgetAccount Grant(BudgetAccount account, BudgetAsk ask, List<BudgetAnswer> answers)
    {
        var granted = Amounts.Of(kind => Granted(account, kind, ask));
        var holder = account.Holders[ask.HolderId];
        var given = Put(Unqueued(account, ask.HolderId), ask.HolderId, holder with { State = HolderState.Working, Held = ask.Keeps + granted });
        answers.Add(new BudgetAnswer(ask.HolderId, ask.Sequence, ask.Keeps + granted, LeftFor(given, ask.HolderId)) { ReplyTo = ask.ReplyTo });
        return given;
    }

    /// <summary>What is wanted, but so that others find something as well, and always what is needed.</summary>
    private static decimal Granted(BudgetAccount account, BudgetKind kind, BudgetAsk ask)
    {
        var (need, want) = (ask.Need[kind], Math.Max(Math.Max(ask.Need[kind], ask.Use[kind]), ask.Want[kind]));
        if (account.Free(kind) is not { } free)
        {
            return want;
        }

        var sharers = account.IsOfRun ? Math.Max(1, account.Holders.Values.Count(IsActive)) : 2;
        return Math.Max(need, Math.Max(Math.Min(ask.Use[kind], free), Math.Min(want, Share(account, kind, free, sharers))));
    }

    /// <summary>A part of what is free; not so fine that sums of parts would be rounded. The holders of a run share its time, not divide it.</summary>
    private static decimal Share(BudgetAccount account, BudgetKind kind, decimal free, int sharers) =>
        kind == BudgetKind.WallClock && account.IsOfRun
            ? Math.Max(0m, free)
            : decimal.Round(Math.Max(0m, free) / sharers, UsdDecimals, MidpointRounding.ToZero);

    private static BudgetAccount Refuse(BudgetAccount account, BudgetWaiter waiter, BudgetShortage shortage, List<BudgetAnswer> answers)
    {
        var ask = waiter.Ask;
        if (waiter.Shortage is null)
        {
            answers.Add(new BudgetAnswer(ask.HolderId, ask.Sequence, ask.Keeps, LeftFor(account, ask.HolderId), shortage) { ReplyTo = ask.ReplyTo });
        }

        return ask.IsTentative
            ? Put(Unqueued(account, ask.HolderId), ask.HolderId, account.Holders[ask.HolderId] with { State = HolderState.Working })
            : account with { Waiters = account.Waiters.Replace(account.Waiters.Find(each => each.Ask.HolderId == ask.HolderId)!, waiter with { Shortage = shortage }) };
    }

    private static BudgetLimits LeftFor(BudgetAccount account, string holderId)
    {
        var others = account.Reserved - (account.Holders.GetValueOrDefault(holderId) is { } holder ? Counted(account, holder.Held) : Amounts.None);
        return account.Limits.Less(account.Spent + others).And(account.LeftAbove.Less(account.Spent - account.SpentThen + others));
    }

    private static (BudgetAccount Account, IReadOnlyList<BudgetAlert> Alerts) Alerts(BudgetAccount account, string? cause)
    {
        if (cause is null || !account.IsOpen)
        {
            return (account, []);
        }

        var spent = account.Spent;
        var due = Amounts.Kinds
            .Where(kind => account.Limits[kind] is { } limit
                && spent[kind] > 0m
                && spent[kind] >= limit * account.AlertAt
                && (!account.Alerted.TryGetValue(kind, out var alerted) || alerted < limit))
            .ToList();
        return due.Count == 0
            ? (account, [])
            : (account with { Alerted = account.Alerted.SetItems(due.Select(kind => KeyValuePair.Create(kind, account.Limits[kind]!.Value))) },
               [.. due.Select(kind => new BudgetAlert(account.Scope, account.Id, account.IsOfRun ? account.Id : cause, kind, account.Limits[kind]!.Value, spent[kind]))]);
    }

    private static bool IsActive(BudgetHolder holder) => holder.State is HolderState.Working or HolderState.Waiting;

    internal static List<string> Active(BudgetAccount account) =>
        [.. account.Holders.Where(holder => holder.Value.State == HolderState.Working).Select(holder => holder.Value.ReplyTo ?? holder.Key).Order(StringComparer.Ordinal)];

    private static BudgetAccount Unqueued(BudgetAccount account, string holderId) =>
        account with { Waiters = account.Waiters.RemoveAll(waiter => waiter.Ask.HolderId == holderId) };

    private static BudgetAccount Put(BudgetAccount account, string holderId, BudgetHolder holder)
    {
        var before = account.Holders.GetValueOrDefault(holderId);
        var after = holder with { Held = Counted(account, holder.Held), Spent = Counted(account, holder.Spent) };
        return account with
        {
            Holders = account.Holders.SetItem(holderId, after),
            Reserved = account.Reserved + after.Held - (before?.Held ?? Amounts.None),
            SpentByHolders = account.SpentByHolders + after.Spent - (before?.Spent ?? Amounts.None),
        };
    }

    private static BudgetAccount Removed(BudgetAccount account, string holderId) =>
        account.Holders.GetValueOrDefault(holderId) is not { } holder ? account : account with
        {
            Holders = account.Holders.Remove(holderId),
            Reserved = account.Reserved - holder.Held,
            SpentByHolders = account.SpentByHolders - holder.Spent,
        };

    private static BudgetAccount Folded(BudgetAccount account, DateTime before)
    {
        foreach (var (id, holder) in account.Holders.Where(holder => holder.Value.SettledAt < before).ToList())
        {
            account = Removed(account, id) with { SpentByGone = account.SpentByGone + holder.Spent };
        }

        return account;
    }

    /// <summary>The holders of a run work at the same time: the run's own clock counts, not the sum of theirs.</summary>
    private static Amounts Counted(BudgetAccount account, Amounts amounts) => account.IsOfRun ? amounts with { Seconds = 0 } : amounts;
}
