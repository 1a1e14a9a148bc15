using System.Globalization;
using System.Runtime.Serialization;
using System.Text.Json;

namespace AgentFunctions.Local.ServiceBus.Broker;

/// <summary>Writes application properties with their types, so that they come back as they were set.</summary>
internal static class ApplicationPropertyCodec
{
    public static string Write(IEnumerable<KeyValuePair<string, object>> properties) =>
        JsonSerializer.Serialize(properties.Select(pair => Encode(pair.Key, pair.Value)));

    public static Dictionary<string, object> Read(string json) =>
        JsonSerializer.Deserialize<Property[]>(json)!.ToDictionary(property => property.Key, Decode, StringComparer.Ordinal);

    private static Property Encode(string key, object? value) => value switch
    {
        null => new(key, "null", string.Empty),
        string text => new(key, "string", text),
        bool flag => new(key, "bool", flag ? "true" : "false"),
        DateTime time => new(key, "DateTime", time.ToString("O", CultureInfo.InvariantCulture)),
        DateTimeOffset time => new(key, "DateTimeOffset", time.ToString("O", CultureInfo.InvariantCulture)),
        TimeSpan span => new(key, "TimeSpan", span.ToString("c", CultureInfo.InvariantCulture)),
        Guid id => new(key, "Guid", id.ToString()),
        Uri address => new(key, "Uri", address.OriginalString),
        float number => new(key, "float", number.ToString("R", CultureInfo.InvariantCulture)),
        double number => new(key, "double", number.ToString("R", CultureInfo.InvariantCulture)),
        byte or sbyte or short or ushort or int or uint or long or ulong or decimal or char =>
            new(key, value.GetType().Name, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        _ => throw new SerializationException($"The application property '{key}' is of the unsupported type {value.GetType()}."),
    };

    private static object Decode(Property property) => property.Type switch
    {
        "null" => null!,
        "string" => property.Value,
        "bool" => property.Value == "true",
        "DateTime" => DateTime.Parse(property.Value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "DateTimeOffset" => DateTimeOffset.Parse(property.Value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "TimeSpan" => TimeSpan.Parse(property.Value, CultureInfo.InvariantCulture),
        "Guid" => Guid.Parse(property.Value),
        "Uri" => new Uri(property.Value, UriKind.RelativeOrAbsolute),
        "float" => float.Parse(property.Value, CultureInfo.InvariantCulture),
        "double" => double.Parse(property.Value, CultureInfo.InvariantCulture),
        var type => Convert.ChangeType(property.Value, Type.GetType($"System.{type}", throwOnError: true)!, CultureInfo.InvariantCulture),
    };

    private sealed record Property(string Key, string Type, string Value);
}
