namespace AgentFunctions.Models.Deployments;

/// <summary>
/// What everybody who calls a deployment shares: its rate, its health and who waits for it. One small record, kept durably, changed
/// with optimistic concurrency. A deployment without one is well and has not been slowed down.
/// </summary>
internal sealed record DeploymentState
{
    /// <summary>A deployment that nothing is known of.</summary>
    public static DeploymentState New { get; } = new();

    /// <summary>UTC time of the meters.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How often its rate was lowered. A refusal of a call that began before the last time lowers it no further.</summary>
    public long Generation { get; init; }

    /// <summary>UTC time before which nobody calls it, because it refused for load.</summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>How much its rate is lowered; <see langword="null"/> for not at all.</summary>
    public Throttle? Throttle { get; init; }

    /// <summary>Refusals for load in a row.</summary>
    public int RefusalsInARow { get; init; }

    /// <summary>Whether it is well.</summary>
    public Circuit Circuit { get; init; } = Circuit.Closed;

    /// <summary>Requests that may begin; <see langword="null"/> for a full meter.</summary>
    public Meter? Requests { get; init; }

    /// <summary>Tokens that may be used; <see langword="null"/> for a full meter.</summary>
    public Meter? Tokens { get; init; }

    /// <summary>Who waits.</summary>
    public ByPriority<Line> Lines { get; init; } = new(Line.Nobody, Line.Nobody, Line.Nobody);

    /// <summary>Calls under way, where their number is limited.</summary>
    public IReadOnlyList<HostCalls> Hosts { get; init; } = [];

    /// <summary>UTC time at which one of them began or ended last.</summary>
    public DateTimeOffset MovedAt { get; init; }

    /// <summary>How long an answer takes, seconds: a moving average.</summary>
    public double LatencySeconds { get; init; } = 0.5;

    /// <summary>Refusals for load since ever.</summary>
    public long Refusals { get; init; }

    /// <summary>Failed calls since ever.</summary>
    public long Failures { get; init; }
}

/// <summary>A lowered rate on its way up again.</summary>
/// <param name="From">UTC time from which it rises.</param>
/// <param name="Share">The part of the limits that it begins with; it rises by a constant amount (AIMD).</param>
/// <param name="RequestsPerMinute">What it begins with where no limit is known; it doubles each <see cref="Doubling"/> (slow start).</param>
internal sealed record Throttle(DateTimeOffset From, double Share, double RequestsPerMinute)
{
    /// <summary>How long a rate without a known limit takes to double.</summary>
    public static readonly TimeSpan Doubling = TimeSpan.FromSeconds(10);

    /// <summary>After that many doublings it is as before.</summary>
    public const int Doublings = 8;
}

/// <summary>A circuit breaker that all processes share: closed, open until a time, then half-open for one probe at a time.</summary>
/// <param name="FailuresInARow">Calls that failed since one was answered.</param>
/// <param name="Breaks">How often it was opened since; 0 where it is closed.</param>
/// <param name="OpenUntil">UTC time until which nobody calls.</param>
/// <param name="ProbeUntil">UTC time until which one call probes and all others wait.</param>
/// <param name="FailingSince">UTC time of the first of the failures.</param>
/// <param name="Permanent">The last failure, where it is one that does not pass by itself.</param>
internal sealed record Circuit(
    int FailuresInARow,
    int Breaks,
    DateTimeOffset? OpenUntil,
    DateTimeOffset? ProbeUntil,
    DateTimeOffset? FailingSince,
    PermanentFailure? Permanent = null)
{
    public static Circuit Closed { get; } = new(0, 0, null, null, null);

    public bool IsClosed => Breaks == 0;

    /// <summary>It after one more failure.</summary>
    /// <param name="isProbe">Whether the call was the probe.</param>
    /// <param name="permanent">How it failed, where that does not pass by itself.</param>
    /// <param name="settings">When it opens and for how long.</param>
    /// <param name="now">UTC.</param>
    public Circuit Failed(bool isProbe, PermanentFailure? permanent, DeploymentSettings settings, DateTimeOffset now)
    {
        var failed = this with { FailuresInARow = FailuresInARow + 1, FailingSince = FailingSince ?? now, Permanent = permanent };
        var opens = isProbe || (IsClosed && failed.FailuresInARow >= settings.FailuresToOpen);
        return opens ? failed with { Breaks = Breaks + 1, OpenUntil = now + Break(Breaks, settings), ProbeUntil = null } : failed;
    }

    private static TimeSpan Break(int earlier, DeploymentSettings settings) => TimeSpan.FromSeconds(
        Math.Min(settings.Break.TotalSeconds * Math.Pow(2, Math.Min(earlier, 30)), settings.LongestBreak.TotalSeconds));
}

/// <summary>The line of one priority: who has to wait is given a number, and is told when its turn will be as things are.</summary>
/// <remarks>
/// The times are those of virtual scheduling (the generic cell rate algorithm, ITU-T I.371, annex A): each is as much later than the one
/// before as its call uses of the rate. Who has a number sleeps until its time and may not come at all; so nobody counts the waiting,
/// and a line in which nobody is expected any more is empty.
/// </remarks>
/// <param name="Issued">The last number that was given.</param>
/// <param name="Head">The highest number that had its turn.</param>
/// <param name="Until">UTC time that was told last of all.</param>
/// <param name="MovedAt">UTC time at which the line began, or a call of it went last.</param>
/// <param name="FrontEnd">UTC time that was told last to those who were overtaken, because they came later than they were told: they go first.</param>
internal sealed record Line(long Issued, long Head, DateTimeOffset Until, DateTimeOffset MovedAt, DateTimeOffset FrontEnd)
{
    /// <summary>How late someone may be who is still expected.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The number of who was overtaken.</summary>
    public const long Front = 0;

    public static Line Nobody { get; } = new(0, 0, DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    public bool IsBusy(DateTimeOffset now) => (Issued > Head && Until + Grace > now) || FrontEnd > now;

    /// <summary>The place of a call: 1 for the next one, not above 0 for who was overtaken.</summary>
    /// <param name="ticket">Its number, if it has one.</param>
    public long Place(long? ticket) => ticket == Front ? 0 : (ticket ?? (Issued + 1)) - Head;

    /// <summary>It without those who did not come, where nobody is expected any more.</summary>
    /// <param name="now">UTC.</param>
    public Line At(DateTimeOffset now) => Issued == Head || Until + Grace > now ? this : this with { Head = Issued };

    /// <summary>It after a call has gone.</summary>
    /// <param name="ticket">The call's number, if it has one.</param>
    /// <param name="now">UTC.</param>
    public Line Gone(long? ticket, DateTimeOffset now) => this with { Head = Math.Max(Head, ticket ?? 0), MovedAt = now };

    /// <summary>It with a call that waits.</summary>
    /// <param name="ticket">The call's number, or <see cref="Front"/>.</param>
    /// <param name="until">What it was told.</param>
    /// <param name="now">UTC.</param>
    public Line Waiting(long ticket, DateTimeOffset until, DateTimeOffset now) => this with
    {
        Issued = Math.Max(Issued, ticket),
        Until = until > Until ? until : Until,
        FrontEnd = ticket == Front && until > FrontEnd ? until : FrontEnd,
        MovedAt = Issued == Head ? now : MovedAt,
    };
}

/// <summary>Calls that a process has under way.</summary>
/// <param name="Host">The process.</param>
/// <param name="Until">UTC time after which they no longer count, unless the process has said again that it lives.</param>
/// <param name="Calls">How many.</param>
internal sealed record HostCalls(string Host, DateTimeOffset Until, ByPriority<int> Calls);
