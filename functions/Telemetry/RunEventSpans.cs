using System.Diagnostics;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Telemetry;

/// <summary>
/// What operators watch runs for: budget alerts and pauses, approvals, rollbacks, failures. Each is a span of no length in its run's trace, and a log
/// record in that span which Application Insights keeps as a custom event. Neither holds texts of humans, models or tools.
/// </summary>
/// <param name="logger">The log.</param>
internal sealed class RunEventSpans(ILogger<RunEventSpans> logger)
{
    private const string CustomEvent = "microsoft.custom_event.name";

    private static readonly string[] Watched =
        ["budget.", "approval.", "rollback.", "run.paused", "run.resumed", "run.rolledBack", "run.failed", "run.expired"];
    private static readonly string[] Words = ["approvalId", "subject", "type", "level", "of", "limit"];

    /// <summary>Whether a type of event is watched.</summary>
    /// <param name="type">The type, as in the audit log.</param>
    public static bool IsWatched(string type) => Array.Exists(Watched, each => type.StartsWith(each, StringComparison.Ordinal));

    /// <summary>Emits an event.</summary>
    /// <param name="trace">The run's place.</param>
    /// <param name="draft">The event, as it went on record.</param>
    public void Emit(RunTrace trace, AuditDraft draft)
    {
        List<KeyValuePair<string, object?>> tags = [.. trace.Tags(), .. Data(draft.Data)];
        if (draft.StepId is not null)
        {
            tags.Add(new(TelemetryNames.StepId, draft.StepId));
        }

        using var span = TelemetryNames.Spans.StartActivity(draft.Type, ActivityKind.Internal, trace.Own, tags);
        logger.Log(
            LogLevel.Information,
            new EventId(0, draft.Type),
            new List<KeyValuePair<string, object?>>([new(CustomEvent, draft.Type), .. tags]),
            exception: null,
            (_, _) => $"{draft.Type} of the run '{trace.Run.RunId}'");
    }

    /// <summary>Numbers, and words out of the runtime's own vocabulary.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> Data(JsonObject? data) => (data ?? [])
        .Where(field => field.Value is JsonValue value
            && (value.GetValueKind() == System.Text.Json.JsonValueKind.Number
                || (value.GetValueKind() == System.Text.Json.JsonValueKind.String && Words.Contains(field.Key, StringComparer.Ordinal))))
        .Select(field => KeyValuePair.Create(
            $"agentfunctions.event.{field.Key}",
            field.Value!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (object?)double.Parse(field.Value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : field.Value.GetValue<string>()));
}
