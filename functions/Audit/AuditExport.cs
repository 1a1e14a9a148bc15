using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Audit;

/// <summary>
/// Audit logs as JSON lines that need nothing else: runs, events as they are kept, and every payload that they name, once each.
/// The first line is of kind <c>export</c>; then come <c>run</c>, <c>event</c> and <c>payload</c>; the last is of kind <c>end</c>.
/// </summary>
/// <param name="journal">The heads.</param>
/// <param name="log">The events.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="policies">What is kept out of the audit log is kept out of its export.</param>
/// <param name="time">The clock.</param>
public sealed class AuditExport(IRunJournal journal, IAuditLog log, IBlobStore blobs, RunPolicies policies, TimeProvider time)
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines.</summary>
    /// <param name="runs">The runs, parents before their children; the first is the one that is exported.</param>
    /// <param name="ancestors">The runs above the first one, whose logs are not part of the export.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    public async IAsyncEnumerable<string> LinesAsync(
        IReadOnlyList<RunRecord> runs, IReadOnlyList<RunRecord> ancestors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = 1;
        yield return Line("export", ("version", Version), ("runId", runs[0].RunId), ("exportedAt", time.GetUtcNow()));
        foreach (var run in ancestors)
        {
            lines++;
            yield return Line("run", ("run", Json(await RequestAsync(run, [], cancellationToken))), ("ancestor", true));
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            await foreach (var line in RunAsync(run, known, cancellationToken))
            {
                lines++;
                yield return line;
            }
        }

        yield return Line("end", ("lines", lines + 1));
    }

    private async IAsyncEnumerable<string> RunAsync(
        RunRecord run, HashSet<string> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is appended meanwhile is behind the head that was read, and stays out.
        var head = await journal.ReadHeadAsync(run.RunId, cancellationToken);
        var events = (await log.ReadAsync(run.RunId, cancellationToken))
            .Where(entry => entry.Sequence <= head!.Sequence)
            .Select(stored => (Stored: stored, Entry: Parsed(stored.Json)))
            .ToList();
        var request = await RequestAsync(run, [.. events.Select(each => each.Entry).OfType<JsonObject>()], cancellationToken);
        yield return Line("run", ("run", Json(request)), ("head", Json(head)));
        foreach (var payload in await PayloadsAsync([request.InputHash, request.PlanHash], [], known, cancellationToken))
        {
            yield return payload;
        }

        foreach (var (stored, entry) in events)
        {
            if (entry is not null)
            {
                var payloads = await PayloadsAsync(
                    [HashOf(entry, "inputHash"), HashOf(entry, "outputHash")], Hashes(entry["data"]), known, cancellationToken);
                foreach (var payload in payloads)
                {
                    yield return payload;
                }
            }

            // As it is kept, also where it was spoiled: whoever verifies the export must find what verifying the log would.
            yield return entry is null ? Line("event", ("spoiled", stored.Json)) : $$"""{"kind":"event","event":{{stored.Json.ReplaceLineEndings(" ")}}}""";
        }
    }

    /// <summary>What was asked for, as the log may tell it: input and plan are those that its events name. How it went on is in the events.</summary>
    private async Task<RunRecord> RequestAsync(RunRecord run, List<JsonObject> entries, CancellationToken cancellationToken)
    {
        var redactor = DataPolicy.Redactor(DataTarget.Audit, await policies.OfAsync(run.AgentHash, cancellationToken));
        return run with
        {
            Goal = redactor.Text(run.Goal),
            InputHash = HashOf(entries.Find(entry => HasText(entry, "type", "run.created")), "inputHash"),
            PlanHash = run.PlanHash is null ? null : HashOf(entries.Find(entry => HasText(entry, "commitKey", "plan/g0/1")), "outputHash"),
            Steps = [],
            Reason = null,
            ResultHash = null,
        };
    }

    private static bool HasText(JsonObject entry, string name, string text) =>
        entry[name] is JsonValue value && value.TryGetValue<string>(out var found) && found == text;

    private static string? HashOf(JsonObject? entry, string name) =>
        entry?[name] is JsonValue value && value.TryGetValue<string>(out var hash) ? hash : null;

    /// <summary>Payloads that were not sent before. What an event names as its input or output must be there; other facts may name what is no payload.</summary>
    private async Task<List<string>> PayloadsAsync(
        IEnumerable<string?> due, IEnumerable<string> possible, HashSet<string> known, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var (hash, isDue) in due.OfType<string>().Select(hash => (hash, true)).Concat(possible.Select(hash => (hash, false))))
        {
            if (!known.Add(hash))
            {
                continue;
            }

            if (await blobs.GetAsync(hash, cancellationToken) is { } content)
            {
                lines.Add(Payload(hash, content));
            }
            else if (isDue)
            {
                lines.Add(Line("payload", ("hash", hash), ("missing", true)));
            }
        }

        return lines;
    }

    private static string Payload(string hash, byte[] content)
    {
        try
        {
            return Line("payload", ("hash", hash), ("text", StrictUtf8.GetString(content)));
        }
        catch (DecoderFallbackException)
        {
            return Line("payload", ("hash", hash), ("base64", Convert.ToBase64String(content)));
        }
    }

    private static IEnumerable<string> Hashes(JsonNode? data) => (data as JsonObject ?? [])
        .Select(fact => fact.Value)
        .OfType<JsonValue>()
        .Where(value => value.GetValueKind() == JsonValueKind.String)
        .Select(value => value.GetValue<string>())
        .Where(text => text.Length == AuditHash.Origin.Length && text.All(char.IsAsciiHexDigitLower));

    private static JsonObject? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, AgentJson.Options);

    private static string Line(string kind, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var line = new JsonObject { ["kind"] = kind };
        foreach (var (name, value) in fields)
        {
            line[name] = value as JsonNode ?? JsonSerializer.SerializeToNode(value, AgentJson.Options);
        }

        return line.ToJsonString(AgentJson.Options);
    }
}
