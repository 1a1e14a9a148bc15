using System.Globalization;

namespace AgentFunctions.Replay;

/// <summary>What a replay came to.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Runs">How many runs its tree has.</param>
/// <param name="Events">How many events are on record.</param>
/// <param name="Compared">How many of them were decided again and compared.</param>
/// <param name="Given">How many came from outside (budgets, pauses, human answers' causes) and were taken as they are.</param>
/// <param name="Signature">What the signatures of the heads are worth: <c>valid</c>, <c>unsigned</c> or <c>notChecked</c>.</param>
/// <param name="Finished">Whether the replay goes to the run's end: not where the record ends before.</param>
/// <param name="Divergence">Where the replay decided otherwise first; missing where it did not.</param>
public sealed record ReplayReport(
    string RunId, int Runs, int Events, int Compared, int Given, string Signature, bool Finished, Divergence? Divergence)
{
    /// <summary>The same in words.</summary>
    public string Summary => Divergence is null
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"No divergence: {Compared} of {Events} events of {Runs} run{(Runs == 1 ? "" : "s")} were decided again as they are on record; {Given} were given{(Finished ? "" : "; the record ends before the run does")}.")
        : Divergence.ToString();
}

/// <summary>Where a replay decided otherwise.</summary>
/// <param name="EventId">The event on record; for a decision that is not on record, the last event of its run before it.</param>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">The event's sequence number.</param>
/// <param name="Type">Its type.</param>
/// <param name="Field">Which field differs; <c>missing</c> where the replay did not come to the event, <c>extra</c> where it came to one that is not on record.</param>
/// <param name="Recorded">What is on record.</param>
/// <param name="Replayed">What the replay decided.</param>
public sealed record Divergence(string EventId, string RunId, long Sequence, string Type, string Field, string? Recorded, string? Replayed)
{
    /// <inheritdoc/>
    public override string ToString() => Field switch
    {
        "missing" => $"DIVERGENCE at {EventId} ({Type}): the replay does not come to it. {Replayed}",
        "extra" => $"DIVERGENCE after {EventId}: the replay comes to {Type}, which is not on record: {Replayed}",
        _ => $"DIVERGENCE at {EventId} ({Type}), field '{Field}':\n  recorded: {Recorded ?? "nothing"}\n  replayed: {Replayed ?? "nothing"}",
    };
}
