using AgentFunctions.Runs;

namespace AgentFunctions.Models.Deployments;

/// <summary>How fast something is handed out, and how much of it can be saved up.</summary>
/// <param name="PerSecond">Units a second; what comes in blocked times does not count.</param>
/// <param name="Burst">Units.</param>
internal sealed record Pace(double PerSecond, double Burst)
{
    /// <summary>A call may come that much too early: clocks and timers are no better, and it would have to wait for a tick.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(25);

    private const double Minute = 60;

    /// <summary>A pace with which no 60 seconds see more than the limit, burst and tolerance included: rate × (60 + burst + tolerance) = limit.</summary>
    /// <param name="perMinute">The limit, units in any minute.</param>
    /// <param name="burst">How much of it may be saved up.</param>
    public static Pace Within(double perMinute, TimeSpan burst)
    {
        var perSecond = perMinute / (Minute + burst.TotalSeconds + Tolerance.TotalSeconds);
        return new(perSecond, perSecond * burst.TotalSeconds);
    }
}

/// <summary>
/// What may be used now: a bucket of each priority, filled at its share of the rate, and a spare bucket, which takes what full buckets
/// do not hold and lends it to whoever may borrow. So each priority has its share at any time, and nothing is lost while anyone asks.
/// </summary>
/// <remarks>
/// The two kinds of buckets are those of the single rate three color marker (RFC 2697, section 3): what the committed bucket cannot hold
/// goes to the excess bucket. Each kind holds half of the burst together. A bucket may go below zero for a call that is larger than
/// it can ever hold; then it must be filled again first: the spare bucket for who may borrow, otherwise its own. So that not each
/// priority overdraws at the same time, a bucket of the whole rate counts as well.
/// </remarks>
/// <param name="Own">What is kept for each priority, units.</param>
/// <param name="Spare">What anyone may borrow, units.</param>
/// <param name="Whole">What all of them together may use, units.</param>
internal sealed record Meter(ByPriority<double> Own, double Spare, double Whole)
{
    private const double Rounding = 1e-6;
    private static readonly TimeSpan Tolerance = Pace.Tolerance;

    /// <summary>Nothing saved up.</summary>
    public static Meter Empty { get; } = new(new(0, 0, 0), 0, 0);

    /// <summary>As full as it gets.</summary>
    /// <param name="pace">Its pace.</param>
    /// <param name="shares">The shares.</param>
    public static Meter Full(Pace pace, ByPriority<double> shares) =>
        new(Priorities.Each(priority => shares[priority] * pace.Burst / 2), pace.Burst / 2, pace.Burst);

    /// <summary>It after some time.</summary>
    /// <param name="elapsed">The time.</param>
    /// <param name="pace">Its pace in that time.</param>
    /// <param name="shares">The shares.</param>
    public Meter After(TimeSpan elapsed, Pace pace, ByPriority<double> shares)
    {
        var produced = Math.Max(0, elapsed.TotalSeconds) * pace.PerSecond;
        var full = Full(pace, shares);
        var filled = Priorities.Each(priority => Own[priority] + (shares[priority] * produced));
        var over = Priorities.All.Sum(priority => Math.Max(0, filled[priority] - full.Own[priority]));
        return new(
            Priorities.Each(priority => Math.Min(filled[priority], full.Own[priority])),
            Math.Min(Spare + over, full.Spare),
            Math.Min(Whole + produced, full.Whole));
    }

    /// <summary>What a priority may use.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="mayBorrow">Whether it may borrow.</param>
    public double Available(RunPriority priority, bool mayBorrow) => Math.Min(Whole, OfPriority(priority, mayBorrow));

    /// <summary>
    /// How long until a call may go, in seconds; 0 for at once. It may go when all that it uses is there, or as much as there can ever be.
    /// </summary>
    /// <param name="amount">What it uses.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="mayBorrow">Whether it may borrow.</param>
    /// <param name="part">The part of the rate that its priority gets.</param>
    /// <param name="pace">The pace.</param>
    /// <param name="shares">The shares.</param>
    public double SecondsUntil(double amount, RunPriority priority, bool mayBorrow, double part, Pace pace, ByPriority<double> shares)
    {
        var full = Full(pace, shares);
        var needed = Math.Min(amount, full.OfPriority(priority, mayBorrow)) * (1 - Rounding);
        var missing = needed <= OfPriority(priority, mayBorrow) ? 0 : needed - Own[priority] - (mayBorrow ? Spare : 0);
        var missingOfWhole = (Math.Min(amount, full.Whole) * (1 - Rounding)) - Whole;
        var seconds = Math.Max(missing / part, missingOfWhole) / pace.PerSecond;
        return seconds <= Tolerance.TotalSeconds ? 0 : seconds;
    }

    /// <summary>It without what a call uses: first of its own, then of the spare, and what is still missing as a debt.</summary>
    /// <param name="amount">What it uses.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="mayBorrow">Whether it may borrow.</param>
    public Meter Take(double amount, RunPriority priority, bool mayBorrow)
    {
        var own = Math.Clamp(amount, 0, Math.Max(0, Own[priority]));
        var borrowed = mayBorrow ? Math.Clamp(amount - own, 0, Math.Max(0, Spare)) : 0;
        var debt = amount - own - borrowed;
        return new(
            Own.With(priority, Own[priority] - own - (mayBorrow ? 0 : debt)),
            Spare - borrowed - (mayBorrow ? debt : 0),
            Whole - amount);
    }

    private double OfPriority(RunPriority priority, bool mayBorrow) => Own[priority] + (mayBorrow ? Math.Max(0, Spare) : 0);
}
