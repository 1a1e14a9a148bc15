namespace AgentFunctions.Agents;

/// <summary>Why a loop was stopped.</summary>
public enum LoopStop
{
    /// <summary>The same calls with the same arguments gave the same results again and again.</summary>
    RepeatedCall,

    /// <summary>The loop goes round between the same few states.</summary>
    Alternation,

    /// <summary>No turn has brought anything that was not known before.</summary>
    NoProgress,
}

/// <summary>When a loop counts as stuck. Part of an agent's limits.</summary>
public sealed record LoopGuardLimits
{
    /// <summary>Turns in a row with the same calls and the same results that stop the loop. Default 3.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Rounds between the same two or three states that stop the loop. Default 3.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Turns in a row without a call or a result that is new, or without any call, that stop the loop. Default 6.</summary>
    public int IdleTurns { get; init; } = 6;

    /// <summary>
    /// Tools that may be asked the same thing again, such as the status of a job. A turn that calls nothing else never counts as stuck;
    /// <see cref="AgentLimits.MaxTurns"/> still bounds it.
    /// </summary>
    public IReadOnlyList<string> Polling { get; init; } = [];
}

/// <summary>One turn as the guard sees it.</summary>
/// <param name="CallsHash">Hash of the calls with their arguments; <see langword="null"/> where there were none.</param>
/// <param name="ResultsHash">Hash of their results.</param>
/// <param name="IsPolling">Whether it only polled.</param>
public readonly record struct LoopState(string? CallsHash, string? ResultsHash, bool IsPolling);

/// <summary>Tells a loop that is stuck from one that works. In memory only: an orchestrator rebuilds it by replay.</summary>
/// <param name="limits">When a loop counts as stuck.</param>
public sealed class LoopGuard(LoopGuardLimits limits)
{
    private const int LongestCycle = 3;

    private readonly List<LoopState> states = [];
    private readonly HashSet<LoopState> known = [];
    private int idle;

    /// <summary>Notes a turn.</summary>
    /// <param name="state">The turn.</param>
    /// <returns>Why the loop is stuck; <see langword="null"/> where it is not.</returns>
    public LoopStop? Observe(LoopState state)
    {
        if (state.IsPolling)
        {
            return null;
        }

        states.Add(state);
        idle = known.Add(state) && state.CallsHash is not null ? 0 : idle + 1;
        if (state.CallsHash is not null && IsRound(period: 1, limits.Repeats))
        {
            return LoopStop.RepeatedCall;
        }

        if (Enumerable.Range(2, LongestCycle - 1).Any(period => IsRound(period, limits.Rounds)))
        {
            return LoopStop.Alternation;
        }

        return idle >= limits.IdleTurns ? LoopStop.NoProgress : null;
    }

    /// <summary>What the operator and the planner are told.</summary>
    /// <param name="stop">Why the loop was stopped.</param>
    public string Reason(LoopStop stop) => stop switch
    {
        LoopStop.RepeatedCall => $"The loop was stopped (repeatedCall): the same calls gave the same results {limits.Repeats} times in a row.",
        LoopStop.Alternation => $"The loop was stopped (alternation): it went {limits.Rounds} times round between the same states.",
        LoopStop.NoProgress => $"The loop was stopped (noProgress): {limits.IdleTurns} turns in a row brought nothing new.",
        _ => throw new ArgumentOutOfRangeException(nameof(stop), stop, "Unknown reason to stop."),
    };

    /// <summary>Whether the last turns are the same few states, so many times over.</summary>
    private bool IsRound(int period, int times)
    {
        var span = period * times;
        if (states.Count < span)
        {
            return false;
        }

        var first = states.Count - span;
        return Enumerable.Range(first + period, span - period).All(index => states[index] == states[index - period]);
    }
}
