using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Storage;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Audit;

public class AuditVerifierTests
{
    private static readonly Func<AuditEvent, string, AuditEvent>[] Forgeries =
    [
        (e, text) => e with { Type = e.Type + text },
        (e, text) => e with { Actor = e.Actor with { Id = text } },
        (e, _) => e with { Actor = e.Actor with { Kind = ActorKind.Human } },
        (e, text) => e with { Policy = new AuditPolicy(text, text) },
        (e, text) => e with { StepId = e.StepId + text },
        (e, text) => e with { Reason = e.Reason + text },
        (e, _) => e with { CostUsd = e.CostUsd + 0.000000000001m },
        (e, _) => e with { CostUsd = e.CostUsd + 0.0000000000000000000000000001m },
        (e, text) => e with { InputHash = e.InputHash + text },
        (e, text) => e with { OutputHash = e.OutputHash + text },
        (e, text) => e with { CommitKey = e.CommitKey + text },
        (e, text) => e with { CausationId = e.CausationId + text },
        (e, text) => e with { CorrelationId = e.CorrelationId + text },
        (e, text) => e with { RunId = e.RunId + text },
        (e, _) => e with { Time = e.Time.AddTicks(1) },
        (e, _) => e with { Sequence = e.Sequence + 1 },
        (e, text) => e with { Data = new JsonObject { ["x"] = text } },
        (e, _) => e with { PreviousHash = Flip(e.PreviousHash) },
        (e, _) => e with { Hash = Flip(e.Hash) },
    ];

    [Property]
    public bool A_log_as_it_was_written_holds(byte count)
    {
        var log = Log(count);
        return Verify(log, Head(log)).Verified;
    }

    [Property(MaxTest = 500)]
    public bool Any_changed_field_is_found_where_it_stands(byte count, byte at, byte forgery)
    {
        var log = Log(count + 1);
        var index = at % log.Count;
        var forged = log.ToList();
        forged[index] = Forgeries[forgery % Forgeries.Length](log[index], "x");

        var result = Verify(forged, Head(log));

        return !result.Verified && result.FirstBadSequence == index + 1 && result.Problem is not null;
    }

    [Property]
    public bool Any_removed_event_is_found_the_last_one_too(byte count, byte at)
    {
        var log = Log(count + 1);
        var index = at % log.Count;
        var result = Verify([.. log.Where((_, i) => i != index)], Head(log));
        return !result.Verified && result.FirstBadSequence == index + 1;
    }

    [Property]
    public bool Any_two_events_that_changed_places_are_found(byte count, byte first, byte second)
    {
        var log = Log(count + 2);
        var (a, b) = (first % log.Count, second % log.Count);
        b = a == b ? (a + 1) % log.Count : b;
        var swapped = log.ToList();
        (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
        var result = Verify(swapped, Head(log));
        return !result.Verified && result.FirstBadSequence == Math.Min(a, b) + 1;
    }

    [Property]
    public bool A_log_rewritten_from_some_event_on_is_found_by_its_recorded_head(byte count, byte at)
    {
        var log = Log(count + 1);
        var index = at % log.Count;
        var rewritten = Log(log.Count, from: index);
        return !Verify(rewritten, Head(log)).Verified;
    }

    [Fact]
    public void Events_that_were_appended_after_the_head_was_read_do_not_count_against_the_log()
    {
        var log = Log(5);
        Assert.True(Verify(log, new AuditHead(3, log[2].Hash)).Verified);
    }

    private static AuditVerification Verify(IReadOnlyList<AuditEvent> log, AuditHead head) => AuditVerifier.Verify(
        "r", [.. log.Select((entry, index) => new StoredEvent(index + 1, JsonSerializer.Serialize(entry, AgentJson.Options)))], head, new AuditSigner(null, []));

    private static List<AuditEvent> Log(int count, int? from = null)
    {
        var log = new List<AuditEvent>();
        for (var index = 0; index < count; index++)
        {
            var entry = new AuditEvent
            {
                RunId = "r",
                Sequence = index + 1,
                Time = DateTimeOffset.UnixEpoch.AddSeconds(index),
                Type = index >= from ? "forged" : "model.call",
                Actor = "agent:a",
                CostUsd = index * 0.000123m,
                CommitKey = $"k{index}",
                CorrelationId = "r",
                Data = index % 2 == 0 ? null : new JsonObject { ["n"] = index },
                PreviousHash = index == 0 ? AuditHash.Origin : log[^1].Hash,
                Hash = "",
            };
            log.Add(entry with { Hash = AuditHash.Of(entry) });
        }

        return log;
    }

    private static AuditHead Head(List<AuditEvent> log) => log.Count == 0 ? new(0, AuditHash.Origin) : new(log.Count, log[^1].Hash);

    private static string Flip(string hash) => (hash[0] == 'a' ? 'b' : 'a') + hash[1..];
}
