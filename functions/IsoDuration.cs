using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace AgentFunctions;

/// <summary>Durations as ISO 8601 texts, such as <c>PT30M</c> or <c>P2D</c>; years and months, whose length varies, are not taken.</summary>
public sealed class IsoDuration : JsonConverter<TimeSpan>
{
    /// <summary>The rule, for messages.</summary>
    public const string Rule = "a duration by ISO 8601 of days or less, such as PT30M or P2D";

    /// <summary>The duration, or <see langword="null"/> where the text is none.</summary>
    /// <param name="text">The text.</param>
    public static TimeSpan? Parse(string? text) =>
        string.IsNullOrEmpty(text) || text.Split('T')[0].AsSpan().ContainsAny('Y', 'M') ? null : Iso8601Duration.Parse(text);

    /// <summary>The text of a duration.</summary>
    /// <param name="duration">The duration.</param>
    public static string Write(TimeSpan duration) => XmlConvert.ToString(duration);

    /// <inheritdoc />
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : null) ?? throw new JsonException($"It must be {Rule}.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Write(value));
}
