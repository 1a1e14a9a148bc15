using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>What happened to an audit log.</summary>
public enum AuditTampering
{
    /// <summary>The content of an event is not what was written; or an event that was never written stands in its place.</summary>
    Changed,

    /// <summary>One or more events are missing here.</summary>
    Removed,

    /// <summary>An event stands here that belongs elsewhere: in another place, in another run, or nowhere.</summary>
    Moved,

    /// <summary>The end of the log is missing.</summary>
    Truncated,

    /// <summary>The head is not signed by the key that it should be signed by.</summary>
    Unsigned,
}

/// <summary>Whether a run's audit log is what was written.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Verified">Whether every event holds, and the signature of the head, if a key is configured.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Head">Hash of the last event that holds: keep it elsewhere to prove later that nothing was rewritten.</param>
/// <param name="Signature">What the signature of the head is worth.</param>
/// <param name="FirstBadSequence">The first event that does not hold, or is missing.</param>
/// <param name="Tampering">What happened to it.</param>
/// <param name="Problem">The same in one sentence.</param>
public sealed record AuditVerification(
    string RunId,
    bool Verified,
    long Events,
    string Head,
    SignatureState Signature,
    long? FirstBadSequence = null,
    AuditTampering? Tampering = null,
    string? Problem = null);

/// <summary>Proves the hash chain of a run's audit log.</summary>
public static class AuditVerifier
{
    private const string HashField = "hash";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Checks sequence, previous hash and hash of every event, that the log reaches the recorded head, and the head's signature.</summary>
    /// <param name="runId">The run that the events must belong to.</param>
    /// <param name="events">The events as they are kept, in order of their sequence numbers.</param>
    /// <param name="head">The head that was recorded before the events were read; they may go beyond it.</param>
    /// <param name="signer">Knows the keys.</param>
    public static AuditVerification Verify(string runId, IReadOnlyList<StoredEvent> events, AuditHead head, AuditSigner signer)
    {
        var links = events.Select(Link.Read).ToList();
        var signature = signer.Check(runId, head);
        var previous = AuditHash.Origin;
        for (var index = 0; index < links.Count; index++)
        {
            if (Fault(runId, links, index, previous, head) is { } fault)
            {
                return new AuditVerification(
                    runId, Verified: false, events.Count, previous, signature, fault.Sequence, fault.Tampering, fault.Problem);
            }

            previous = links[index].Hash!;
        }

        return End(events.Count, head, signature, signer.Signs) is { } end
            ? new AuditVerification(runId, Verified: false, events.Count, previous, signature, events.Count + 1, end.Tampering, end.Problem)
            : new AuditVerification(runId, Verified: true, events.Count, previous, signature);
    }

    /// <summary>Holds a log against a head that was kept elsewhere: it must still be in it.</summary>
    /// <param name="kept">The head.</param>
    /// <param name="proof">The proof of the log by itself.</param>
    /// <param name="events">The events as they are kept.</param>
    public static AuditVerification HoldAgainst(AuditHead kept, AuditVerification proof, IReadOnlyList<StoredEvent> events)
    {
        if (!proof.Verified)
        {
            return proof;
        }

        return kept.Sequence > events.Count
            ? proof with
            {
                Verified = false,
                FirstBadSequence = events.Count + 1,
                Tampering = AuditTampering.Truncated,
                Problem = Text($"The log ends after {events.Count} events; the head that was kept is event {kept.Sequence}."),
            }
            : Link.Read(events[(int)kept.Sequence - 1]).Hash == kept.Hash ? proof : proof with
            {
                Verified = false,
                FirstBadSequence = kept.Sequence,
                Tampering = AuditTampering.Changed,
                Problem = "Its hash is not the one that was kept: the log was rewritten.",
            };
    }

    private static (long Sequence, AuditTampering Tampering, string Problem)? Fault(
        string runId, List<Link> links, int index, string previous, AuditHead head)
    {
        var (link, due) = (links[index], index + 1L);
        if (link.Kept > due)
        {
            return (due, AuditTampering.Removed, link.Kept == due + 1
                ? Text($"The event {due} is missing.")
                : Text($"The events {due} to {link.Kept - 1} are missing."));
        }

        if (link.Kept < due)
        {
            return (due, AuditTampering.Moved, Text($"There is an event with the sequence number {link.Kept}; {due} is due."));
        }

        if (!link.Holds)
        {
            return (due, AuditTampering.Changed, "Its hash is not that of its content.");
        }

        if (link.RunId != runId)
        {
            return (due, AuditTampering.Moved, $"It belongs to the run '{link.RunId}'.");
        }

        if (link.Sequence != due)
        {
            return (due, AuditTampering.Moved, Text($"It was written as the event {link.Sequence}."));
        }

        if (link.PreviousHash != previous)
        {
            return index > 0 && IsAnchored(links, index, head)
                ? (due - 1, AuditTampering.Changed, Text($"The event {due}, which holds, was written behind another one."))
                : (due, AuditTampering.Changed, "It was not written behind the event before: its previousHash is another.");
        }

        return due == head.Sequence && link.Hash != head.Hash
            ? (due, AuditTampering.Changed, "Its hash is not the one that was recorded when it was written.")
            : null;
    }

    /// <summary>Whether the recorded head vouches for an event: then not this one was changed and its hash made anew, but the one before it.</summary>
    private static bool IsAnchored(List<Link> links, int index, AuditHead head)
    {
        var expected = head.Hash;
        for (var at = (int)head.Sequence - 1; at >= index; at--)
        {
            if (at >= links.Count || links[at] is not { Holds: true } link || link.Hash != expected)
            {
                return false;
            }

            expected = link.PreviousHash!;
        }

        return head.Sequence > index;
    }

    private static (AuditTampering Tampering, string Problem)? End(int events, AuditHead head, SignatureState signature, bool mustBeSigned)
    {
        if (events < head.Sequence)
        {
            return (AuditTampering.Truncated, Text($"The log ends after {events} events; {head.Sequence} were written."));
        }

        return signature switch
        {
            SignatureState.Invalid => (
                AuditTampering.Truncated, Text($"The head at event {head.Sequence} has a signature that is not its own: what came after it was cut off, or all was rewritten.")),
            SignatureState.Unsigned when mustBeSigned => (
                AuditTampering.Unsigned, "The head is not signed, although a signing key is configured: the log was written without it, or cut off."),
            SignatureState.UnknownKey when mustBeSigned => (
                AuditTampering.Unsigned, "The head is signed by a key that is not configured here."),
            _ => null,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the chain is made of; without content where the JSON is spoiled.</summary>
    private sealed record Link(long Kept, long? Sequence, string? RunId, string? PreviousHash, string? Hash, bool Holds)
    {
        public static Link Read(StoredEvent stored)
        {
            try
            {
                var entry = JsonNode.Parse(stored.Json, documentOptions: Strict)!.AsObject();
                var hash = (string?)entry[HashField];
                var link = new Link(
                    stored.Sequence, (long?)entry["sequence"], (string?)entry["runId"], (string?)entry["previousHash"], hash, Holds: false);
                return link with { Holds = HasExactCost(entry) && AuditHash.Of(entry) == hash };
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or NullReferenceException)
            {
                // A spoiled row is what is looked for here: it is reported as one that does not hold.
                return new Link(stored.Sequence, Sequence: null, RunId: null, PreviousHash: null, Hash: null, Holds: false);
            }
        }

        /// <summary>Numbers are doubles to RFC 8785; digits beyond them would count in a sum, but not in the hash.</summary>
        private static bool HasExactCost(JsonObject entry) =>
            entry["costUsd"] is not { } cost || (decimal)cost == decimal.Round((decimal)cost, AuditHash.CostDecimals);
    }
}
