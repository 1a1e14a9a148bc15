using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Replay.Record;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Engine;

/// <summary>Holds what was decided again against the record. Times, sequence numbers and hashes of the chain are not decisions.</summary>
/// <param name="recording">The payloads on record.</param>
/// <param name="blobs">Those of the replay.</param>
internal sealed partial class Comparison(RunRecording recording, IBlobStore blobs)
{
    private const string Redacted = "[redacted:";

    /// <summary>The catalogue of the replay is that of the record, put together again.</summary>
    private static readonly string[] NotDecided = ["catalog"];

    /// <summary>The first difference, or <see langword="null"/>.</summary>
    public async Task<Divergence?> OfAsync(
        RecordedCommit recorded, IRunJournal journal, string key, CancellationToken cancellationToken)
    {
        var all = await journal.ReadEventsAsync(recorded.RunId, 0, cancellationToken);
        var replayed = all.Where(entry => entry.CommitKey == key && !GivenEvents.Contains(entry.Type)).ToList();
        var expected = recorded.Events.Where(entry => !GivenEvents.Contains(entry.Type)).ToList();
        for (var index = 0; index < expected.Count; index++)
        {
            if (index >= replayed.Count)
            {
                return Of(expected[index], "type", expected[index].Type, null);
            }

            if (await DifferenceAsync(expected[index], replayed[index], cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        return replayed.Count > expected.Count ? Of(expected[^1], "extra", null, replayed[expected.Count].Type) : null;
    }

    private async Task<Divergence?> DifferenceAsync(AuditEvent recorded, AuditEvent replayed, CancellationToken cancellationToken)
    {
        (string Field, string? Recorded, string? Replayed)[] fields =
        [
            ("type", recorded.Type, replayed.Type),
            ("actor", recorded.Actor.ToString(), replayed.Actor.ToString()),
            ("stepId", recorded.StepId, replayed.StepId),
            ("reason", recorded.Reason, replayed.Reason),
            ("inputHash", recorded.InputHash, await LikeAsync(recorded.InputHash, replayed.InputHash, cancellationToken)),
            ("outputHash", recorded.OutputHash, await LikeAsync(recorded.OutputHash, replayed.OutputHash, cancellationToken)),
            ("costUsd", Text(recorded.CostUsd), Text(replayed.CostUsd)),
            ("policy", recorded.Policy?.ToString(), replayed.Policy?.ToString()),
            .. Data(recorded.Data, replayed.Data),
        ];
        return fields.Where(field => field.Recorded != field.Replayed)
            .Select(field => Of(recorded, field.Field, field.Recorded, field.Replayed))
            .FirstOrDefault();
    }

    /// <summary>
    /// The recorded hash where the replayed content is the same but for marks of data, which are derived from text that was redacted since;
    /// otherwise the replayed one.
    /// </summary>
    private async Task<string?> LikeAsync(string? recorded, string? replayed, CancellationToken cancellationToken)
    {
        if (recorded is null || replayed is null || recorded == replayed)
        {
            return replayed;
        }

        // As values: a copy that was redacted may escape other letters than the original did.
        var then = Text(recording.Payload(recorded));
        var now = Text(await blobs.GetAsync(replayed, cancellationToken));
        return then.Contains(Redacted, StringComparison.Ordinal) && Mark().Replace(then, "data-") == Mark().Replace(now, "data-") ? recorded : replayed;
    }

    private static string Text(byte[]? json) => JsonNode.Parse(json ?? "null"u8.ToArray())?.ToJsonString(AgentJson.Options) ?? "null";

    [GeneratedRegex("data-[0-9]{18}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Mark();

    private static IEnumerable<(string Field, string? Recorded, string? Replayed)> Data(JsonObject? recorded, JsonObject? replayed) =>
        (recorded ?? []).Select(fact => fact.Key).Union((replayed ?? []).Select(fact => fact.Key), StringComparer.Ordinal)
            .Except(NotDecided, StringComparer.Ordinal)
            .Where(name => !JsonNode.DeepEquals(recorded?[name], replayed?[name]) && !(IsTime(recorded?[name]) && IsTime(replayed?[name])))
            .Select(name => ($"data.{name}", recorded?[name]?.ToJsonString(AgentJson.Options), replayed?[name]?.ToJsonString(AgentJson.Options)));

    private static bool IsTime(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Text(decimal usd) => usd.ToString("G29", CultureInfo.InvariantCulture);

    private static Divergence Of(AuditEvent entry, string field, string? recorded, string? replayed) =>
        new(entry.Id, entry.RunId, entry.Sequence, entry.Type, field, recorded, replayed);
}
