using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>
/// Decides who may call a deployment and when all others are to ask again, and what the end of a call means for everybody. Pure: the same
/// state, question and time give the same answer.
/// </summary>
/// <param name="deployment">The deployment.</param>
/// <param name="settings">How deployments share, slow down, rest and come back.</param>
internal sealed class DeploymentRules(ModelDeployment deployment, DeploymentSettings settings)
{
    /// <summary>How long a process counts as alive after it was heard of last.</summary>
    public static readonly TimeSpan HostLease = TimeSpan.FromSeconds(15);

    private const double SmallestShare = 1.0 / 16;
    private const double LeastPerMinute = 60;
    private const double Smoothing = 0.2;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestBlock = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestGuess = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly DeploymentLimits limits = deployment.Limits;
    private readonly CallSlots slots = new(deployment.Limits.MaxConcurrentCalls, settings.Shares);

    /// <summary>Whether the deployment is called without being asked.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="now">UTC.</param>
    public bool IsOpenToAll(DeploymentState state, DateTimeOffset now) =>
        limits.AreNone && state.Circuit.IsClosed && !(state.BlockedUntil > now) && !IsThrottled(state, now);

    /// <summary>Lets a call go, or says when to ask again.</summary>
    /// <param name="state">The state.</param>
    /// <param name="ask">The question.</param>
    /// <param name="clock">UTC. Clocks of other machines may be ahead; time never goes back here.</param>
    public (DeploymentState State, Verdict Verdict) Ask(DeploymentState state, CallAsk ask, DateTimeOffset clock)
    {
        var now = Later(clock, state.At);
        if (IsOpenToAll(state, now))
        {
            return (state, new Verdict.Go(new CallPermit(state.Generation, IsProbe: false, ask.Priority, now)));
        }

        var current = Advance(state, now);
        var (reason, from) = Obstacle(current, ask, now);
        if (reason is null)
        {
            var (going, permit) = Go(current, ask, now);
            return (going, new Verdict.Go(permit));
        }

        var (waiting, until, ticket) = LineUp(current, ask, from, now);
        var wait = new Verdict.Wait(until, reason.Value, ticket);
        return (
            ask.TakesPlace ? waiting : state,
            reason == WaitReason.Failing ? wait with { FailingSince = state.Circuit.FailingSince, Permanent = state.Circuit.Permanent } : wait);
    }

    /// <summary>Takes in how a call ended.</summary>
    /// <param name="state">The state.</param>
    /// <param name="permit">What the call was let go with.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="host">The process that called.</param>
    /// <param name="clock">UTC.</param>
    /// <returns>The very same state where nothing has changed.</returns>
    public DeploymentState End(DeploymentState state, CallPermit permit, CallEnd end, string host, DateTimeOffset clock)
    {
        var now = Later(clock, state.At);
        var released = slots.IsLimited
            ? Advance(state, now) with { Hosts = slots.Change(state.Hosts, host, permit.Priority, -1, now), MovedAt = now }
            : state;
        return end switch
        {
            CallEnd.Answered => Answered(released, permit, now),
            CallEnd.Refused refused => Refused(Advance(released, now), permit, refused, now),
            CallEnd.Failed failed => Failed(Advance(released, now), permit, failed, now),
            CallEnd.Withdrawn => permit.IsProbe ? released with { Circuit = released.Circuit with { ProbeUntil = null } } : released,
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Unknown end."),
        };
    }

    /// <summary>A process with calls under way says that it lives.</summary>
    /// <param name="state">The state.</param>
    /// <param name="host">The process.</param>
    /// <param name="now">UTC.</param>
    public DeploymentState Renew(DeploymentState state, string host, DateTimeOffset now) =>
        state with { Hosts = [.. state.Hosts.Select(calls => calls.Host == host ? calls with { Until = now + HostLease } : calls)] };

    /// <summary>What may be called a minute now; <see langword="null"/> where it is not limited. Without what a burst takes of it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">UTC.</param>
    public double? RequestsPerMinute(DeploymentState state, DateTimeOffset now) =>
        limits.RequestsPerMinute is { } limit ? limit * Share(state, now)
        : HasNoRate && IsSlowed(state, now) ? SlowStart(state, now)
        : null;

    /// <summary>What may be used a minute now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">UTC.</param>
    public double? TokensPerMinute(DeploymentState state, DateTimeOffset now) =>
        limits.TokensPerMinute is { } limit ? limit * Share(state, now) : null;

    /// <summary>The tokens that each priority may use at once.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">UTC.</param>
    public ByPriority<double>? TokensLeft(DeploymentState state, DateTimeOffset now)
    {
        var current = Advance(state, Later(now, state.At));
        return TokenPace(current, now) is { } pace
            ? Priorities.Each(priority => Math.Max(0, Tokens(current, pace).Available(priority, MayBorrow(current, priority, now))))
            : null;
    }

    /// <summary>Calls under way by all processes, where their number is limited.</summary>
    /// <param name="state">The state.</param>
    /// <param name="now">UTC.</param>
    public int? CallsUnderWay(DeploymentState state, DateTimeOffset now) => slots.IsLimited ? CallSlots.Taken(state.Hosts, now) : null;

    private bool HasNoRate => limits is { RequestsPerMinute: null, TokensPerMinute: null };

    private DeploymentState Advance(DeploymentState state, DateTimeOffset now)
    {
        // At the pace with which the time began: a rate that rises gives a little late, never early.
        var from = Later(Later(state.At, state.BlockedUntil ?? state.At), state.Circuit.OpenUntil ?? state.At);
        return state with
        {
            At = now,
            Lines = Priorities.Each(priority => state.Lines[priority].At(now)),
            Requests = RequestPace(state, from) is { } requests ? Requests(state, requests).After(now - from, requests, settings.Shares) : null,
            Tokens = TokenPace(state, from) is { } tokens ? Tokens(state, tokens).After(now - from, tokens, settings.Shares) : null,
        };
    }

    private (WaitReason? Reason, DateTimeOffset From) Obstacle(DeploymentState state, CallAsk ask, DateTimeOffset now) => state switch
    {
        { Circuit.OpenUntil: { } open } when open > now => (WaitReason.Failing, open),
        { Circuit: { IsClosed: false, ProbeUntil: { } probe } } when probe > now => (WaitReason.Failing, now + ProbePatience(state)),
        { BlockedUntil: { } blocked } when blocked > now => (WaitReason.RateLimited, blocked),
        _ when !HasRoom(state, ask, now) => (WaitReason.Saturated, now),
        _ => (null, now),
    };

    private bool HasRoom(DeploymentState state, CallAsk ask, DateTimeOffset now)
    {
        var delay = Delay(state, ask, now);
        return delay.First <= 0 && (!state.Circuit.IsClosed || IsItsTurn(state, ask, delay.Step, now));
    }

    /// <summary>
    /// Nobody overtakes those before it, but for what timers are late; unless for some time none of them has come: they may not come at all,
    /// and what they wait for would be lost.
    /// </summary>
    private static bool IsItsTurn(DeploymentState state, CallAsk ask, double step, DateTimeOffset now)
    {
        var line = state.Lines[ask.Priority];
        if (ask.Ticket == Line.Front || line.FrontEnd > now)
        {
            return ask.Ticket == Line.Front;
        }

        var since = Later(Later(line.MovedAt, state.BlockedUntil ?? line.MovedAt), state.Circuit.OpenUntil ?? line.MovedAt);
        return line.Place(ask.Ticket) <= 1 + Math.Ceiling(Jitter.TotalSeconds / Math.Max(step, 1e-6))
            || now - since > ShortestPatience + TimeSpan.FromSeconds(Math.Min(2 * step, LongestGuess.TotalSeconds));
    }

    private (DeploymentState State, CallPermit Permit) Go(DeploymentState state, CallAsk ask, DateTimeOffset now)
    {
        var (priority, mayBorrow) = (ask.Priority, MayBorrow(state, ask.Priority, now));
        var isProbe = !state.Circuit.IsClosed;
        return (
            state with
            {
                Requests = RequestPace(state, now) is { } requests ? Requests(state, requests).Take(1, priority, mayBorrow) : null,
                Tokens = TokenPace(state, now) is { } tokens ? Tokens(state, tokens).Take(ask.Tokens, priority, mayBorrow) : null,
                Hosts = slots.IsLimited ? slots.Change(state.Hosts, ask.Host, priority, 1, now) : state.Hosts,
                MovedAt = slots.IsLimited ? now : state.MovedAt,
                Lines = state.Lines.With(priority, state.Lines[priority].Gone(ask.Ticket, now)),
                Circuit = isProbe ? state.Circuit with { ProbeUntil = now + settings.CallTimeout + Slack } : state.Circuit,
            },
            new CallPermit(state.Generation, isProbe, priority, now));
    }

    /// <summary>Tells when its turn will be, as things are. Beyond the horizon times are only spread, so that nobody plans with what may not come.</summary>
    private (DeploymentState State, DateTimeOffset Until, long Ticket) LineUp(DeploymentState state, CallAsk ask, DateTimeOffset from, DateTimeOffset now)
    {
        var line = state.Lines[ask.Priority];
        var place = line.Place(ask.Ticket);
        var ticket = place <= 0 ? Line.Front : ask.Ticket ?? (line.Issued + 1);
        var (first, step) = Delay(state, ask, from);
        var front = line.FrontEnd > now ? Plus(line.FrontEnd, step) : now;
        var until = Later(Plus(Later(Plus(from, first), front), Math.Max(0, place - 1) * step), now + Soon);
        var horizon = Later(from, now) + settings.Horizon;
        return until <= horizon
            ? (state with { Lines = state.Lines.With(ask.Priority, line.Waiting(ticket, until, now)) }, until, ticket)
            : Spread(horizon - (settings.Horizon * ((1 - ask.Spread) / 2)));

        (DeploymentState State, DateTimeOffset Until, long Ticket) Spread(DateTimeOffset early)
        {
            var waiting = line.Waiting(ticket, early, now) with { FrontEnd = line.FrontEnd };
            return (state with { Lines = state.Lines.With(ask.Priority, waiting) }, early, ticket);
        }
    }

    /// <summary>How long a call has to wait where nobody is before it, and how much longer for each who is; seconds, as things are.</summary>
    private (double First, double Step) Delay(DeploymentState state, CallAsk ask, DateTimeOffset at)
    {
        var (now, shares) = (state.At, settings.Shares);
        var mayBorrow = MayBorrow(state, ask.Priority, now);
        var part = shares[ask.Priority] + (mayBorrow
            ? Priorities.All.Where(other => other != ask.Priority && !state.Lines[other].IsBusy(now)).Sum(other => shares[other])
            : 0);
        var (first, step) = slots.Delay(state, ask.Priority, mayBorrow, now);
        if (RequestPace(state, at) is { } requests)
        {
            Add(Requests(state, requests), 1, requests);
        }

        if (TokenPace(state, at) is { } tokens)
        {
            Add(Tokens(state, tokens), ask.Tokens, tokens);
        }

        return (first, step);

        void Add(Meter meter, double amount, Pace pace)
        {
            first = Math.Max(first, meter.SecondsUntil(amount, ask.Priority, mayBorrow, part, pace, shares));
            step = Math.Max(step, amount / (pace.PerSecond * part));
        }
    }

    /// <summary>What nobody else needs goes to the most urgent who wait.</summary>
    private static bool MayBorrow(DeploymentState state, RunPriority priority, DateTimeOffset now) =>
        Priorities.All.TakeWhile(other => other != priority).All(other => !state.Lines[other].IsBusy(now));

    private DeploymentState Answered(DeploymentState state, CallPermit permit, DateTimeOffset now)
    {
        var isWellAgain = permit.IsProbe || (state.Circuit is { IsClosed: true, FailuresInARow: > 0 });
        var isTakenAgain = state.RefusalsInARow > 0 && permit.Generation == state.Generation;
        var latency = slots.IsLimited || permit.IsProbe
            ? state.LatencySeconds + (Smoothing * ((now - permit.BeganAt).TotalSeconds - state.LatencySeconds))
            : state.LatencySeconds;
        return !isWellAgain && !isTakenAgain && latency.Equals(state.LatencySeconds) ? state : state with
        {
            Circuit = isWellAgain ? Circuit.Closed : state.Circuit,
            RefusalsInARow = isTakenAgain ? 0 : state.RefusalsInARow,
            LatencySeconds = latency,
            Throttle = permit.IsProbe && state.Throttle is { } throttle ? throttle with { From = now } : state.Throttle,
        };
    }

    private DeploymentState Refused(DeploymentState state, CallPermit permit, CallEnd.Refused refused, DateTimeOffset now)
    {
        var guess = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(state.RefusalsInARow, 30)), LongestGuess.TotalSeconds));
        var wait = refused.RetryAfter is { } asked ? (asked > ShortestBlock ? asked : ShortestBlock) : guess;
        var until = Later(now + wait, state.BlockedUntil ?? now);
        var isNew = permit.Generation == state.Generation;
        return Emptied(state) with
        {
            BlockedUntil = until,
            Generation = isNew ? state.Generation + 1 : state.Generation,
            Throttle = isNew || state.Throttle is null ? Lowered(state, until, refused.SeenPerMinute, now) : state.Throttle with { From = until },
            RefusalsInARow = isNew ? state.RefusalsInARow + 1 : state.RefusalsInARow,
            Refusals = state.Refusals + 1,

            // Who refuses for load is there.
            Circuit = permit.IsProbe || state.Circuit.IsClosed ? Circuit.Closed : state.Circuit,
        };
    }

    private DeploymentState Failed(DeploymentState state, CallPermit permit, CallEnd.Failed failed, DateTimeOffset now)
    {
        var circuit = state.Circuit.Failed(permit.IsProbe, failed.Permanent, settings, now);
        var worse = state with
        {
            Circuit = circuit,
            BlockedUntil = failed.RetryAfter is { } asked ? Later(now + asked, state.BlockedUntil ?? now) : state.BlockedUntil,
            Failures = state.Failures + 1,
        };
        return circuit.Breaks > state.Circuit.Breaks
            ? Emptied(worse) with { Throttle = Lowered(state, circuit.OpenUntil!.Value, 0, now) }
            : worse;
    }

    /// <summary>Without what was saved up. Where no rate is known it begins with a burst of a single call.</summary>
    private DeploymentState Emptied(DeploymentState state) => state with
    {
        Requests = limits.RequestsPerMinute is null ? null : Meter.Empty,
        Tokens = limits.TokensPerMinute is null ? null : Meter.Empty,
    };

    private Throttle Lowered(DeploymentState state, DateTimeOffset from, double seenPerMinute, DateTimeOffset now) => new(
        from,
        Math.Max(SmallestShare, Share(state, now) / 2),
        Math.Max(LeastPerMinute, (IsThrottled(state, now) ? SlowStart(state, now) : seenPerMinute) / 2));

    private Meter Requests(DeploymentState state, Pace pace) => state.Requests ?? Meter.Full(pace, settings.Shares);

    private Meter Tokens(DeploymentState state, Pace pace) => state.Tokens ?? Meter.Full(pace, settings.Shares);

    private Pace? RequestPace(DeploymentState state, DateTimeOffset at) => limits.RequestsPerMinute is { } limit
        ? Slowed(Pace.Within(limit, settings.Burst), state, at)
        : HasNoRate && IsSlowed(state, at) ? Pace.Within(SlowStart(state, at), settings.Burst) : null;

    private Pace? TokenPace(DeploymentState state, DateTimeOffset at) => limits.TokensPerMinute is { } limit
        ? Slowed(Pace.Within(limit, settings.Burst), state, at)
        : null;

    private Pace Slowed(Pace pace, DeploymentState state, DateTimeOffset at) => pace with { PerSecond = pace.PerSecond * Share(state, at) };

    private double Share(DeploymentState state, DateTimeOffset at) =>
        state.Throttle is { } throttle ? Math.Min(1, throttle.Share + (Math.Max(0, (at - throttle.From).TotalSeconds) / settings.Recovery.TotalSeconds)) : 1;

    private bool IsSlowed(DeploymentState state, DateTimeOffset at) => !state.Circuit.IsClosed || IsThrottled(state, at);

    /// <summary>Whether its rate is lowered.</summary>
    /// <param name="state">The state.</param>
    /// <param name="at">UTC.</param>
    public bool IsThrottled(DeploymentState state, DateTimeOffset at) => HasNoRate
        ? state.Throttle is { } throttle && at < throttle.From + (Throttle.Doubling * Throttle.Doublings)
        : Share(state, at) < 1;

    /// <summary>It only rises once the deployment answers again.</summary>
    private static double SlowStart(DeploymentState state, DateTimeOffset at) => state.Throttle is not { } throttle ? LeastPerMinute
        : !state.Circuit.IsClosed ? throttle.RequestsPerMinute
        : throttle.RequestsPerMinute * Math.Pow(2, Math.Clamp((at - throttle.From) / Throttle.Doubling, 0, Throttle.Doublings));

    private static TimeSpan ProbePatience(DeploymentState state) => TimeSpan.FromSeconds(Math.Clamp(2 * state.LatencySeconds, 1, 30));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Rounded up, so that nobody comes a tick before it is time.</summary>
    private static DateTimeOffset Plus(DateTimeOffset time, double seconds) =>
        time + TimeSpan.FromTicks((long)Math.Ceiling(Math.Min(Math.Max(0, seconds), TimeSpan.FromDays(1).TotalSeconds) * TimeSpan.TicksPerSecond));
}
