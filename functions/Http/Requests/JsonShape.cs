using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentFunctions.Http.Requests;

/// <summary>What every JSON body must fulfil before its fields are looked at.</summary>
internal static class JsonShape
{
    /// <summary>Deepest nesting that is taken; parsing allows more, so that the field at fault can be named.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most errors that are told of one body: a hostile one could have millions.</summary>
    public const int MaxErrors = 20;

    private const int ShownName = 100;

    /// <summary>Fields that are there twice, texts that are not Unicode, numbers that no double can hold; the first <see cref="MaxErrors"/>.</summary>
    public static IEnumerable<FieldError> Errors(JsonElement body) => Errors(body, Place.Body, depth: 1).Take(MaxErrors);

    /// <summary>A hash that is the same for bodies that differ only in white space and the order of fields. Numbers count by their own digits.</summary>
    public static string Hash(JsonElement body)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, body);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    /// <summary>A field's name as it is shown in an answer.</summary>
    public static string Shown(string name) => name.Length > ShownName ? $"{name.AsSpan(0, ShownName)}…" : name;

    private static IEnumerable<FieldError> Errors(JsonElement element, Place place, int depth) => element.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array when depth > MaxDepth =>
            [new FieldError(place.Top, FormattableString.Invariant($"It is nested deeper than {MaxDepth} levels."))],
        JsonValueKind.Object => OfObject(element, place, depth),
        JsonValueKind.Array => element.EnumerateArray()
            .SelectMany((item, index) => Errors(item, new Place(place, Name: null, index), depth + 1)),
        JsonValueKind.String when !IsUnicode(element) => [new FieldError(place.ToString(), "It is not valid Unicode.")],
        JsonValueKind.Number when !double.IsFinite(element.GetDouble()) => [new FieldError(place.ToString(), "The number is too large.")],
        _ => [],
    };

    private static IEnumerable<FieldError> OfObject(JsonElement element, Place place, int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                yield return new FieldError(place.ToString(), "The name of a field is not valid Unicode.");
                continue;
            }

            var field = new Place(place, name, Index: 0);
            if (!seen.Add(name))
            {
                yield return new FieldError(field.ToString(), "The field is there twice.");
            }

            foreach (var error in Errors(property.Value, field, depth + 1))
            {
                yield return error;
            }
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsUnicode(JsonElement text)
    {
        try
        {
            return text.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(each => each.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(element.GetString());
                break;
            default:
                writer.WriteRawValue(element.GetRawText());
                break;
        }
    }

    /// <summary>Where a value stands. Written out only where something is wrong: a path for each of a million items would never end.</summary>
    private sealed record Place(Place? Parent, string? Name, int Index)
    {
        public static Place Body { get; } = new(Parent: null, Name: null, Index: 0);

        /// <summary>The field of the body that it stands in.</summary>
        public string Top => Parent is null || Parent == Body ? ToString() : Parent.Top;

        public override string ToString()
        {
            if (Parent is null)
            {
                return "body";
            }

            var before = Parent.Parent is null ? "" : Parent.ToString();
            return Name is null ? string.Create(CultureInfo.InvariantCulture, $"{before}[{Index}]")
                : before.Length == 0 ? Shown(Name)
                : $"{before}.{Shown(Name)}";
        }
    }
}
