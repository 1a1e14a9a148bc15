using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Replay.Record;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Engine;

/// <summary>Holds what was decided again against the record. Times, sequence numbers and hashes of the chain are not decisions.</summary>
internal static class Comparison
{
    /// <summary>The catalogue of the replay is that of the record, put together again.</summary>
    private static readonly string[] NotDecided = ["catalog"];

    /// <summary>The first difference, or <see langword="null"/>.</summary>
    public static async Task<Divergence?> OfAsync(
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

            if (Difference(expected[index], replayed[index]) is { } difference)
            {
                return difference;
            }
        }

        return replayed.Count > expected.Count ? Of(expected[^1], "extra", null, replayed[expected.Count].Type) : null;
    }

    private static Divergence? Difference(AuditEvent recorded, AuditEvent replayed)
    {
        (string Field, string? Recorded, string? Replayed)[] fields =
        [
            ("type", recorded.Type, replayed.Type),
            ("actor", recorded.Actor.ToString(), replayed.Actor.ToString()),
            ("stepId", recorded.StepId, replayed.StepId),
            ("reason", recorded.Reason, replayed.Reason),
            ("inputHash", recorded.InputHash, replayed.InputHash),
            ("outputHash", recorded.OutputHash, replayed.OutputHash),
            ("costUsd", Text(recorded.CostUsd), Text(replayed.CostUsd)),
            ("policy", recorded.Policy?.ToString(), replayed.Policy?.ToString()),
            .. Data(recorded.Data, replayed.Data),
        ];
        return fields.Where(field => field.Recorded != field.Replayed)
            .Select(field => Of(recorded, field.Field, field.Recorded, field.Replayed))
            .FirstOrDefault();
    }

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
