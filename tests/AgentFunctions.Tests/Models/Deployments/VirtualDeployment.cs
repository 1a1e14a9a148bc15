using AgentFunctions.Models.Deployments;
using AgentFunctions.Runs;

namespace AgentFunctions.Tests.Models.Deployments;

/// <summary>A caller: asks, waits until it is told to come, calls, and asks again where it has not been answered.</summary>
internal sealed record VirtualCaller(RunPriority Priority, double Tokens, bool IsEndless = false)
{
    public int Asks { get; set; }

    public long? Ticket { get; set; }

    public DateTimeOffset? FirstAsked { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }
}

/// <summary>The real rules under a clock of their own, with any number of callers.</summary>
internal sealed class VirtualDeployment(DeploymentLimits limits, DeploymentSettings? settings = null, int seed = 0)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly Random random = new(seed);
    private readonly PriorityQueue<Action, (long Ticks, int Number)> agenda = new();
    private int number;

    public DeploymentRules Rules { get; } = new(new ModelDeployment("d", "m", "simulated", limits), settings ?? DeploymentSettings.Default);

    public DeploymentState State { get; private set; } = DeploymentState.New;

    public DateTimeOffset Now { get; private set; } = Start;

    public List<(DateTimeOffset At, VirtualCaller Caller)> Begun { get; } = [];

    public List<DateTimeOffset> ToldToCome { get; } = [];

    public int UnderWay { get; private set; }

    public int MostUnderWay { get; private set; }

    /// <summary>How the provider answers the call of that number, from 1.</summary>
    public Func<int, CallEnd> Answer { get; set; } = _ => new CallEnd.Answered();

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(200);

    public static IEnumerable<VirtualCaller> Callers(int count, RunPriority priority, double tokens, bool isEndless = false) =>
        Enumerable.Range(0, count).Select(_ => new VirtualCaller(priority, tokens, isEndless)).ToList();

    public VirtualDeployment Add(IEnumerable<VirtualCaller> callers, TimeSpan at = default)
    {
        foreach (var caller in callers)
        {
            On(Start + at, () => Ask(caller));
        }

        return this;
    }

    /// <summary>Lets time pass.</summary>
    public VirtualDeployment Run(TimeSpan until)
    {
        while (agenda.TryPeek(out _, out var next) && next.Ticks <= (Start + until).Ticks)
        {
            agenda.TryDequeue(out var act, out _);
            Now = new DateTimeOffset(next.Ticks, TimeSpan.Zero);
            act!();
        }

        Now = Start + until;
        return this;
    }

    /// <summary>The most of something in any 60 seconds.</summary>
    public double MostInAMinute(Func<VirtualCaller, double> amount)
    {
        var (most, sum, first) = (0.0, 0.0, 0);
        foreach (var (at, caller) in Begun)
        {
            sum += amount(caller);
            for (; Begun[first].At <= at - TimeSpan.FromMinutes(1); first++)
            {
                sum -= amount(Begun[first].Caller);
            }

            most = Math.Max(most, sum);
        }

        return most;
    }

    private void On(DateTimeOffset time, Action act) => agenda.Enqueue(act, (time.UtcTicks, number++));

    private void Ask(VirtualCaller caller)
    {
        caller.Asks++;
        caller.FirstAsked ??= Now;
        var ask = new CallAsk(caller.Priority, caller.Tokens, "host", caller.Ticket, random.NextDouble(), TakesPlace: true);
        (State, var verdict) = Rules.Ask(State, ask, Now);
        switch (verdict)
        {
            case Verdict.Go go:
                Begin(caller, go.Permit);
                break;
            case Verdict.Wait wait:
                ToldToCome.Add(wait.Until);
                caller.Ticket = wait.Ticket;

                // A timer is late at times.
                On(wait.Until + TimeSpan.FromMilliseconds(random.Next(20)), () => Ask(caller));
                break;
            default:
                throw new InvalidOperationException();
        }
    }

    private void Begin(VirtualCaller caller, CallPermit permit)
    {
        Begun.Add((Now, caller));
        UnderWay++;
        MostUnderWay = Math.Max(MostUnderWay, UnderWay);
        var end = Answer(Begun.Count);
        On(Now + Latency, () =>
        {
            UnderWay--;
            State = Rules.End(State, permit, end, "host", Now);
            caller.Ticket = null;
            caller.AnsweredAt = end is CallEnd.Answered ? Now : null;
            if (end is not CallEnd.Answered || caller.IsEndless)
            {
                Ask(caller);
            }
        });
    }
}
