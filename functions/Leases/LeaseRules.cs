namespace AgentFunctions.Leases;

/// <summary>What an operation makes of the leases of a resource.</summary>
/// <param name="State">The leases after it.</param>
/// <param name="Answer">What it returns.</param>
/// <param name="Told">Who has waited and is given the lease.</param>
/// <param name="Timer">The lease whose end is to be waited for.</param>
public sealed record LeaseTurn(LeaseState State, LeaseGrant? Answer = null, LeaseAsk? Told = null, LeaseGrant? Timer = null);

/// <summary>The rules of leases. Pure: the clock is given.</summary>
public static class LeaseRules
{
    /// <summary>Gives the lease, or puts the ask behind all others.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="ask">The ask.</param>
    /// <param name="now">UTC.</param>
    public static LeaseTurn Acquire(LeaseState state, LeaseAsk ask, DateTimeOffset now)
    {
        if (state.Holder?.AskId == ask.AskId)
        {
            return new LeaseTurn(state, state.Holder);
        }

        if (state.Waiting.Any(waiting => waiting.AskId == ask.AskId))
        {
            return new LeaseTurn(state);
        }

        var queued = state with { Waiting = [.. state.Waiting, ask] };
        var turn = IsOver(state, now) ? Next(queued with { Holder = null }, now) : new LeaseTurn(queued);
        return turn.Told?.AskId == ask.AskId ? turn with { Answer = turn.State.Holder, Told = null } : turn;
    }

    /// <summary>Takes an ask back; where it was given the lease meanwhile, it has it.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="ask">The ask.</param>
    public static LeaseTurn Withdraw(LeaseState state, LeaseAsk ask) => state.Holder?.AskId == ask.AskId
        ? new LeaseTurn(state, state.Holder)
        : new LeaseTurn(state with { Waiting = [.. state.Waiting.Where(waiting => waiting.AskId != ask.AskId)] });

    /// <summary>Lengthens a lease that is not over.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="renewal">Which, and how long.</param>
    /// <param name="now">UTC.</param>
    public static LeaseTurn Renew(LeaseState state, LeaseRenewal renewal, DateTimeOffset now)
    {
        if (state.Holder is not { } holder || holder.Token != renewal.Token || IsOver(state, now))
        {
            return new LeaseTurn(state);
        }

        var renewed = holder with { ExpiresAt = now + renewal.Lasts };
        return new LeaseTurn(state with { Holder = renewed }, renewed, Timer: renewed);
    }

    /// <summary>Ends the lease of a token and gives it to the next.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">UTC.</param>
    public static LeaseTurn Release(LeaseState state, long token, DateTimeOffset now) => state.Holder?.Token == token
        ? Next(state with { Holder = null }, now)
        : new LeaseTurn(state);

    /// <summary>Ends the lease of a token where its time is up; a renewed one is waited for anew.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">UTC.</param>
    public static LeaseTurn Expire(LeaseState state, long token, DateTimeOffset now) => state.Holder?.Token != token ? new LeaseTurn(state)
        : IsOver(state, now) ? Release(state, token, now)
        : new LeaseTurn(state, Timer: state.Holder);

    /// <summary>Takes the asks of runs back.</summary>
    /// <param name="state">The leases.</param>
    /// <param name="runIds">The runs.</param>
    public static LeaseTurn Forget(LeaseState state, IReadOnlyCollection<string> runIds) =>
        new(state with { Waiting = [.. state.Waiting.Where(waiting => !runIds.Contains(waiting.RunId))] });

    private static LeaseTurn Next(LeaseState state, DateTimeOffset now)
    {
        if (state.Waiting is not [var first, ..])
        {
            return new LeaseTurn(state);
        }

        var grant = new LeaseGrant(first.AskId, state.Token + 1, now + first.Lasts);
        return new LeaseTurn(
            state with { Token = grant.Token, Holder = grant, Waiting = [.. state.Waiting.Skip(1)] },
            Told: first,
            Timer: grant);
    }

    private static bool IsOver(LeaseState state, DateTimeOffset now) => state.Holder is not { } holder || holder.ExpiresAt <= now;
}
