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

    /// <summary>
    /// The catalogue of the replay is that of the record, put together again. What is in files and in memory is not in the export, and
    /// checkpoints have other numbers where those of pauses are missing: which one was returned to is in <c>checkpointKey</c>.
    /// </summary>
    private static readonly string[] NotDecided = ["catalog", "checkpoint", "filesHash", "filesBefore", "memory", "memoryBefore"];

    /// <summary>The first difference, or <see langword="null"/>.</summary>
    public async Task<Divergence?> OfAsync(
        RecordedCommit recorded, IRunJournal journal, string key, CancellationToken cancellationToken)
    {
        foreach (var run in recorded.Events.GroupBy(entry => entry.RunId, StringComparer.Ordinal))
        {
            if (await OfRunAsync([.. run], journal, key, cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private async Task<Divergence?> OfRunAsync(
        IReadOnlyList<AuditEvent> recorded, IRunJournal journal, string key, CancellationToken cancellationToken)
    {
        var branch = recorded[0].Branch;
        var all = await journal.ReadEventsAsync(recorded[0].RunId, 0, cancellationToken);
        var replayed = all.Where(entry => entry.Branch == branch && entry.CommitKey == key && !GivenEvents.Contains(entry.Type)).ToList();
        var expected = recorded.Where(entry => !GivenEvents.Contains(entry.Type)).ToList();
        for (var index = 0; index < expected.Count; index++)
        {
            if (index >= replayed.Count)
            {
                return Of(expected[index], "type", expected[index].Type, null);
            }

            if (await DifferenceAsync(expected[index], replayed[index], journal, cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        return replayed.Count > expected.Count ? Of(expected[^1], "extra", null, replayed[expected.Count].Type) : null;
    }

    private async Task<Divergence?> DifferenceAsync(
        AuditEvent recorded, AuditEvent replayed, IRunJournal journal, CancellationToken cancellationToken)
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
            ("causationId", recorded.CausationId, await CauseAsync(recorded.CausationId, replayed.CausationId, journal, cancellationToken)),
            .. Data(recorded.Data, replayed.Data),
        ];
        return fields.Where(field => field.Recorded != field.Replayed)
            .Select(field => Of(recorded, field.Field, field.Recorded, field.Replayed))
            .FirstOrDefault();
    }

    /// <summary>
    /// The recorded id where the replay names the same event as the cause. Sequence numbers may differ, as what is given is not decided
    /// again; a cause that is given itself has no event in the replay to be compared with.
    /// </summary>
    private async Task<string?> CauseAsync(string? recorded, string? replayed, IRunJournal journal, CancellationToken cancellationToken)
    {
        if (recording.Event(recorded) is not { } then)
        {
            return recorded;
        }

        if (GivenEvents.Contains(then.Type) || replayed is null)
        {
            return replayed is null ? null : recorded;
        }

        var slash = replayed.LastIndexOf('/');
        var number = long.Parse(replayed.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return await journal.ReadEventsAsync(replayed[..slash], number - 1, cancellationToken) is [var now, ..] && Name(then) == Name(now)
            ? recorded
            : replayed;
    }

    /// <summary>What ends a run leads to its supervisor's next step whichever child was the last: that is for the clock and not decided.</summary>
    private static (string? RunId, int? Branch, string Key, string Type, string? StepId) Name(AuditEvent entry) =>
        (RecordedRun.IsEnd(entry.Type) ? null : entry.RunId, entry.Branch, RunRecording.Stable(entry.CommitKey), entry.Type, entry.StepId);

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
