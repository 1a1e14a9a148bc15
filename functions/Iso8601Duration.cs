using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace AgentFunctions;

/// <summary>Durations as JSON texts by ISO 8601, such as <c>PT10M</c>.</summary>
public sealed class Iso8601Duration : JsonConverter<TimeSpan>
{
    /// <summary>The duration of a text, or <see langword="null"/> where it is none.</summary>
    /// <param name="text">Such as <c>PT10M</c> or <c>P3D</c>.</param>
    public static TimeSpan? Parse(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString() ?? "") ?? throw new JsonException("It is no duration by ISO 8601, such as PT10M.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));
}
