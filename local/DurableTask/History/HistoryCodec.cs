using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace AgentFunctions.Local.DurableTask.History;

/// <summary>Events and failures as they lie in the database, in UTF-8.</summary>
internal static class HistoryCodec
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 256,
    };

    public static byte[] Encode(HistoryEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static byte[] Encode(IReadOnlyList<HistoryEvent> events) => JsonSerializer.SerializeToUtf8Bytes(events, Options);

    public static string? Encode(TaskFailureDetails? failure) => failure is null ? null : JsonSerializer.Serialize(failure, Options);

    public static string? Encode(IReadOnlyDictionary<string, string>? tags) =>
        tags is null or { Count: 0 } ? null : JsonSerializer.Serialize(tags, Options);

    public static HistoryEvent DecodeEvent(ReadOnlySpan<byte> data) => JsonSerializer.Deserialize<HistoryEvent>(data, Options)!;

    public static List<HistoryEvent> DecodeEvents(ReadOnlySpan<byte> data) => JsonSerializer.Deserialize<List<HistoryEvent>>(data, Options)!;

    public static TaskFailureDetails? DecodeFailure(string? data) =>
        data is null ? null : JsonSerializer.Deserialize<TaskFailureDetails>(data, Options);

    public static Dictionary<string, string>? DecodeTags(string? data) =>
        data is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(data, Options);
}
