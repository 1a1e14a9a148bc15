using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;

namespace AgentFunctions.Http.Requests;

/// <summary>What every JSON body must fulfil before its fields are looked at.</summary>
internal static class JsonShape
{
    /// <summary>Deepest nesting that is taken; parsing allows more, so that the field at fault can be named.</summary>
    public const int MaxDepth = 32;

    /// <summary>Fields that are there twice, texts that are not Unicode, numbers that no double can hold.</summary>
    public static IEnumerable<FieldError> Errors(JsonElement element, string path = "", int depth = 1) => element.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array when depth > MaxDepth =>
            [new FieldError(path.Split('.', '[')[0], FormattableString.Invariant($"It is nested deeper than {MaxDepth} levels."))],
        JsonValueKind.Object => OfObject(element, path, depth),
        JsonValueKind.Array => element.EnumerateArray()
            .SelectMany((item, index) => Errors(item, FormattableString.Invariant($"{path}[{index}]"), depth + 1)),
        JsonValueKind.String when !IsUnicode(element) => [new FieldError(path, "It is not valid Unicode.")],
        JsonValueKind.Number when !double.IsFinite(element.GetDouble()) => [new FieldError(path, "The number is too large.")],
        _ => [],
    };

    /// <summary>A hash that is the same for bodies that differ only in white space and the order of fields.</summary>
    public static string Hash(JsonElement body) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(Exact(body))));

    private static IEnumerable<FieldError> OfObject(JsonElement element, string path, int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                yield return new FieldError(path.Length == 0 ? "body" : path, "The name of a field is not valid Unicode.");
                continue;
            }

            var field = path.Length == 0 ? name : $"{path}.{name}";
            if (!seen.Add(name))
            {
                yield return new FieldError(field, "The field is there twice.");
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

    /// <summary>Numbers as their own digits: canonical JSON would take two long numbers for the same.</summary>
    private static JsonNode? Exact(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(element.EnumerateObject().Select(each => KeyValuePair.Create(each.Name, Exact(each.Value)))),
        JsonValueKind.Array => new JsonArray(["list", .. element.EnumerateArray().Select(Exact)]),
        JsonValueKind.Number => new JsonArray("number", element.GetRawText()),
        _ => JsonNode.Parse(element.GetRawText()),
    };
}
