using System.Globalization;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>Whether a run's audit log is what was written.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Verified">Whether every event holds.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Head">Hash of the last event: keep it elsewhere to prove later that nothing was rewritten.</param>
/// <param name="FirstBadSequence">Where the log is broken first.</param>
/// <param name="Problem">Why.</param>
public sealed record AuditVerification(
    string RunId, bool Verified, long Events, string Head, long? FirstBadSequence = null, string? Problem = null);

/// <summary>Proves the hash chain of a run's audit log.</summary>
public static class AuditVerifier
{
    /// <summary>Checks sequence, previous hash and hash of every event, and that the log reaches the recorded head.</summary>
    /// <param name="runId">The run that the events must belong to.</param>
    /// <param name="events">The events in the order in which they are kept.</param>
    /// <param name="head">The head that was recorded before the events were read; they may go beyond it.</param>
    public static AuditVerification Verify(string runId, IReadOnlyList<AuditEvent> events, AuditHead head)
    {
        var previous = AuditHash.Origin;
        for (var index = 0; index < events.Count; index++)
        {
            if (Problem(runId, events[index], index + 1, previous, head) is { } problem)
            {
                return new AuditVerification(runId, Verified: false, events.Count, previous, index + 1, problem);
            }

            previous = events[index].Hash;
        }

        return events.Count < head.Sequence
            ? new AuditVerification(runId, Verified: false, events.Count, previous, events.Count + 1, Text(
                $"The log ends after {events.Count} events; {head.Sequence} were written."))
            : new AuditVerification(runId, Verified: true, events.Count, previous);
    }

    private static string? Problem(string runId, AuditEvent entry, long sequence, string previous, AuditHead head)
    {
        if (entry.RunId != runId)
        {
            return Text($"It belongs to the run '{entry.RunId}'.");
        }

        if (entry.Sequence != sequence)
        {
            return Text($"Its sequence number is {entry.Sequence}; {sequence} is due.");
        }

        if (entry.PreviousHash != previous)
        {
            return "Its previousHash is not the hash of the event before.";
        }

        if (entry.CostUsd != decimal.Round(entry.CostUsd, AuditHash.CostDecimals) || AuditHash.Of(entry) != entry.Hash)
        {
            return "Its hash is not that of its content.";
        }

        return sequence == head.Sequence && entry.Hash != head.Hash ? "Its hash is not the one that was recorded when it was written." : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
