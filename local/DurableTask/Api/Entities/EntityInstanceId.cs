using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Entities;

/// <summary>An entity's id: its name, in lower case, and its key.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct EntityInstanceId
{
    /// <summary>Makes an id.</summary>
    /// <exception cref="ArgumentException">The name is empty or has an <c>@</c>, or the key is null.</exception>
    public EntityInstanceId(string name, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(key);
        if (name.Contains('@', StringComparison.Ordinal))
        {
            throw new ArgumentException("An entity's name has no '@'.", nameof(name));
        }

        Name = name.ToLowerInvariant();
        Key = key;
    }

    /// <summary>The entity's name, in lower case.</summary>
    public string Name { get; }

    /// <summary>The entity's key.</summary>
    public string Key { get; }

    /// <summary>Reads <c>@name@key</c>.</summary>
    /// <exception cref="ArgumentException">The text is not an entity's id.</exception>
    public static EntityInstanceId FromString(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var end = instanceId.IndexOf('@', 1);
        return instanceId[0] == '@' && end > 1
            ? new EntityInstanceId(instanceId[1..end], instanceId[(end + 1)..])
            : throw new ArgumentException($"'{instanceId}' is not an entity's id.", nameof(instanceId));
    }

    /// <summary>The id as <c>@name@key</c>.</summary>
    public override string ToString() => $"@{Name}@{Key}";

    private sealed class Converter : JsonConverter<EntityInstanceId>
    {
        public override EntityInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            FromString(reader.GetString() ?? throw new JsonException("An entity's id is a text."));

        public override void Write(Utf8JsonWriter writer, EntityInstanceId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
