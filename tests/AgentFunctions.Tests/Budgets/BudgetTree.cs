using AgentFunctions.Budgets;

namespace AgentFunctions.Tests.Budgets;

/// <summary>
/// A department with threads, runs, child runs and loops that spend, simulated without any host: every message between two of them is
/// delivered at a moment that chance chooses, in the order in which it was sent. What was spent in truth is counted beside the accounts.
/// </summary>
internal sealed class BudgetTree
{
    public const string Department = "legal";

    private static readonly DateTime Now = new(2030, 1, 31, 0, 0, 0, DateTimeKind.Utc);

    private readonly Random chance;
    private readonly SortedDictionary<string, BudgetAccount> accounts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Loop> loops = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> parents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Queue<Action>> mail = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Amounts> truth = new(StringComparer.Ordinal);
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);
    private int born;

    public BudgetTree(int seed)
    {
        chance = new Random(seed);
        accounts[Department] = new BudgetAccount { Scope = BudgetScope.Department, Id = Department, IsOpen = true };
        Do(Department, BudgetRules.SetLimits(accounts[Department], Limits(6)));
        foreach (var thread in new[] { "case-1", "case-2" })
        {
            parents[thread] = Department;
            accounts[thread] = new BudgetAccount { Scope = BudgetScope.Thread, Id = thread };
            Do(thread, BudgetRules.Open(accounts[thread], new BudgetOpening(Limits(4), 0.8m, Department)));
        }
    }

    public IReadOnlyDictionary<string, BudgetAccount> Accounts => accounts;

    /// <summary>How many alerts were raised for a level, a kind and a limit.</summary>
    public Dictionary<string, int> Alerts { get; } = new(StringComparer.Ordinal);

    private static IEnumerable<string> Threads => ["case-1", "case-2"];

    /// <summary>What calls have cost that were on their way when their run was ended: at most one for each loop.</summary>
    public Amounts SpentLate { get; private set; } = Amounts.None;

    /// <summary>What the runs of a thread have spent in truth.</summary>
    public Amounts TruthOf(string thread) => truth
        .Where(each => ThreadOf(each.Key) == thread)
        .Aggregate(Amounts.None, (sum, each) => sum + each.Value);

    /// <summary>One step of chance.</summary>
    public void Step()
    {
        switch (chance.Next(12))
        {
            case 0 when accounts.Count < 14:
                Begin();
                break;
            case 1 when Pick(accounts.Keys.Where(id => IsRun(id) && parents[id] is not null && !ended.Contains(id))) is { } root && chance.Next(4) == 0:
                Cancel(RootOf(root));
                break;
            case 2 when chance.Next(4) == 0:
                Raise(Pick(accounts.Keys.Where(id => !ended.Contains(id)))!, chance.Next(1, 3));
                break;
            case < 7:
                Deliver();
                break;
            default:
                if (Pick(loops.Keys) is { } loop)
                {
                    Work(loop);
                }

                break;
        }
    }

    /// <summary>Delivers everything that is on its way.</summary>
    public void DeliverAll()
    {
        while (Deliver())
        {
        }
    }

    /// <summary>Gives everybody enough, and lets everything come to its end.</summary>
    public void Finish()
    {
        foreach (var id in accounts.Keys.Where(id => !ended.Contains(id)).ToList())
        {
            Do(id, BudgetRules.SetLimits(accounts[id], BudgetLimits.None));
        }

        DeliverAll();
        for (var round = 0; loops.Count > 0 && round < 10_000; round++)
        {
            foreach (var loop in loops.Keys.ToList())
            {
                loops[loop].TurnsLeft = Math.Min(loops[loop].TurnsLeft, 2);
                Work(loop);
                DeliverAll();
            }
        }

        DeliverAll();
    }

    /// <summary>Loops that wait although no level is short of what they need.</summary>
    public IEnumerable<string> WaitInVain() => loops
        .Where(loop => loop.Value.IsWaiting && !Path(loop.Key).Any(id => BudgetRules.OwnShortage(accounts[id], loop.Value.Asked!) is not null))
        .Select(loop => loop.Key);

    private static bool IsRun(string id) => id[0] is 'r' or 'c' && id != "case-1" && id != "case-2";

    private static Amounts Turn => new() { Usd = 0.11m, Tokens = 70, ModelCalls = 1, ToolCalls = 1 };

    private static BudgetLimits Limits(int factor) => new() { Usd = 0.5m * factor, Tokens = 400L * factor, ModelCalls = 6L * factor, ToolCalls = 6L * factor };

    private static string ThreadOf(string runId) => runId.Split('/')[1];

    private string RootOf(string id) => Threads.Contains(parents[id]) ? id : RootOf(parents[id]);

    private IEnumerable<string> Path(string id)
    {
        for (var at = parents.GetValueOrDefault(id); at is not null; at = parents.GetValueOrDefault(at))
        {
            yield return at;
        }
    }

    private string? Pick(IEnumerable<string> among)
    {
        var all = among.ToList();
        return all.Count == 0 ? null : all[chance.Next(all.Count)];
    }

    private void Begin()
    {
        var thread = Pick(Threads)!;
        var supervisor = chance.Next(2) == 0 ? Pick(accounts.Keys.Where(id => id[0] == 'r' && ThreadOf(id) == thread && !ended.Contains(id))) : null;
        var id = $"{(supervisor is null ? 'r' : 'c')}{++born}/{thread}";
        var slice = supervisor is null ? null : SliceOf(supervisor, id);
        parents[id] = supervisor ?? thread;
        truth[id] = Amounts.None;
        accounts[id] = new BudgetAccount
        {
            Scope = supervisor is null ? BudgetScope.Run : BudgetScope.ChildRun,
            Id = id,
            IsOpen = true,
            Limits = chance.Next(2) == 0 ? Limits(1) : BudgetLimits.None,
            Portion = Turn * chance.Next(1, 5),
            Ceiling = slice?.Held ?? Amounts.None,
            LeftAbove = slice?.Left ?? BudgetLimits.None,
        };
        for (var loop = 0; loop < chance.Next(1, 4); loop++)
        {
            var name = $"l{++born}/{thread}";
            parents[name] = id;
            loops[name] = new Loop { Held = SliceOf(id, name).Held, TurnsLeft = chance.Next(1, 9) };
        }
    }

    private BudgetSlice SliceOf(string account, string holder)
    {
        (accounts[account], var slice) = BudgetRules.Slice(accounts[account], holder, Turn * chance.Next(0, 4));
        return slice;
    }

    /// <summary>A turn costs no more than was held for it; a loop that holds less asks and waits.</summary>
    private void Work(string name)
    {
        var loop = loops[name];
        if (loop.IsWaiting)
        {
            return;
        }

        if (loop.TurnsLeft-- <= 0)
        {
            loops.Remove(name);
            Close(parents[name], name, loop.Spent);
            return;
        }

        if (!(loop.Held - loop.SpentOfIt).Covers(Turn))
        {
            loop.TurnsLeft++;
            loop.IsWaiting = true;
            loop.Asked = new BudgetAsk(name, ++loop.Asks, parents[name], loop.Spent, Amounts.None, Turn, Turn * chance.Next(1, 6));
            Send(name, parents[name], () => Asked(parents[name], loop.Asked));
            return;
        }

        var cost = new Amounts { Usd = chance.Next(1, 110) / 1000m, Tokens = chance.Next(1, 70), ModelCalls = 1, ToolCalls = chance.Next(2) };
        loop.Spend(cost);
        truth[parents[name]] += cost;
    }

    private void Asked(string account, BudgetAsk ask) => Do(account, BudgetRules.Ask(accounts[account], ask));

    private void Close(string account, string holder, Amounts spent)
    {
        if (ended.Contains(account))
        {
            return;
        }

        Do(account, BudgetRules.Close(accounts[account], holder, spent, account));
        if (!accounts[account].Holders.IsEmpty)
        {
            return;
        }

        // A run whose loops and children are done is done itself.
        ended.Add(account);
        if (account[0] == 'c')
        {
            Close(parents[account], account, accounts[account].Spent);
        }
        else
        {
            Settle(account, isLate: false);
        }
    }

    private void Cancel(string root)
    {
        var tree = accounts.Keys.Where(id => IsRun(id) && (id == root || Path(id).Contains(root))).ToList();
        foreach (var loop in loops.Keys.Where(loop => tree.Contains(parents[loop])).ToList())
        {
            // Half of them have a call on its way whose cost comes after the end.
            if (chance.Next(2) == 0)
            {
                var late = parents[loop];
                Send("late", $"late-{loop}", () =>
                {
                    var cost = new Amounts { Usd = 0.01m, Tokens = 1, ModelCalls = 1 };
                    truth[late] += cost;
                    SpentLate += cost;
                    Settle(root, isLate: true);
                });
            }

            loops.Remove(loop);
        }

        ended.UnionWith(tree);
        Settle(root, isLate: false);
    }

    private void Settle(string root, bool isLate)
    {
        var total = accounts.Keys.Where(id => IsRun(id) && (id == root || Path(id).Contains(root))).Aggregate(Amounts.None, (sum, id) => sum + truth[id]);
        var thread = parents[root];
        Send(root, thread, () =>
        {
            Do(thread, BudgetRules.Settle(accounts[thread], new BudgetSettlement(root, total, Now, isLate)));
            Do(thread, BudgetRules.GiveBack(accounts[thread], isClosing: !accounts[thread].HasWork));
        });
    }

    private void Raise(string account, int factor) =>
        Do(account, BudgetRules.SetLimits(accounts[account], BudgetLimits.Of(kind => accounts[account].Limits[kind] * factor)));

    private void Do(string account, BudgetTurn turn)
    {
        accounts[account] = turn.Account;
        foreach (var answer in turn.Answers)
        {
            Send(account, answer.HolderId, () => Answered(answer));
        }

        if (turn.Ask is { } ask)
        {
            Send(account, parents[account], () => Asked(parents[account], ask));
        }

        foreach (var alert in turn.Alerts)
        {
            var key = $"{alert.Id} {alert.Kind} {alert.Limit}";
            Alerts[key] = Alerts.GetValueOrDefault(key) + 1;
        }
    }

    private void Answered(BudgetAnswer answer)
    {
        if (loops.TryGetValue(answer.HolderId, out var loop))
        {
            loop.Take(answer);
        }
        else if (accounts.TryGetValue(answer.HolderId, out var account) && !ended.Contains(answer.HolderId))
        {
            Do(answer.HolderId, BudgetRules.Answer(account, answer));
            var now = accounts[answer.HolderId];
            if (now.Scope == BudgetScope.Thread && now.Waiters.IsEmpty && !now.HasWork)
            {
                Do(answer.HolderId, BudgetRules.GiveBack(now, isClosing: true));
            }
        }
    }

    private void Send(string from, string to, Action message)
    {
        var key = $"{from}>{to}";
        if (!mail.TryGetValue(key, out var queue))
        {
            mail[key] = queue = new Queue<Action>();
        }

        queue.Enqueue(message);
    }

    private bool Deliver()
    {
        if (Pick(mail.Where(each => each.Value.Count > 0).Select(each => each.Key)) is not { } key)
        {
            return false;
        }

        mail[key].Dequeue()();
        return true;
    }

    private sealed class Loop
    {
        public Amounts Held { get; set; } = Amounts.None;

        public Amounts Spent { get; private set; } = Amounts.None;

        public Amounts SpentOfIt { get; private set; } = Amounts.None;

        public BudgetAsk? Asked { get; set; }

        public int Asks { get; set; }

        public int TurnsLeft { get; set; }

        public bool IsWaiting { get; set; }

        public void Spend(Amounts amounts) => (Spent, SpentOfIt) = (Spent + amounts, SpentOfIt + amounts);

        public void Take(BudgetAnswer answer)
        {
            if (answer.Sequence == Asks && answer.Shortage is null)
            {
                (Held, SpentOfIt, IsWaiting) = (answer.Held, Amounts.None, false);
            }
        }
    }
}
