using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentFunctions.Http.Requests;

/// <summary>A JSON object as a body. Each field is asked for once; what is wrong is collected, and what nobody asked for is wrong too.</summary>
internal sealed class JsonBody
{
    private readonly Dictionary<string, JsonElement> fields;
    private readonly List<FieldError> errors = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    private JsonBody(JsonElement root)
    {
        fields = root.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        Hash = JsonShape.Hash(root);
    }

    /// <summary>Hash of the body, whatever its white space and the order of its fields.</summary>
    public string Hash { get; }

    /// <exception cref="RequestRefusedException">It is too large, not JSON or not an object.</exception>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        RequestBody.RequireType(request, "application/json");
        return Parse(await RequestBody.ReadAsync(request, limits.MaxBodyBytes, cancellationToken));
    }

    /// <summary>As <see cref="ReadAsync"/>; no body at all counts as an object without fields.</summary>
    /// <exception cref="RequestRefusedException">It is too large, not JSON or not an object.</exception>
    public static async Task<JsonBody> ReadOptionalAsync(HttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        var bytes = await RequestBody.ReadAsync(request, limits.MaxBodyBytes, cancellationToken);
        if (bytes.Length == 0)
        {
            return Parse("{}"u8.ToArray());
        }

        RequestBody.RequireType(request, "application/json");
        return Parse(bytes);
    }

    public string? Text(string name, bool required = false, int maxBytes = HttpLimits.MaxTextBytes)
    {
        if (Find(name, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong(name, "It must be a text.");
        }

        var text = value.GetString()!;
        if (Encoding.UTF8.GetByteCount(text) > maxBytes)
        {
            return Wrong(name, FormattableString.Invariant($"It is longer than {maxBytes} bytes."));
        }

        return required && string.IsNullOrWhiteSpace(text) ? Wrong(name, "It is empty.") : text;
    }

    public string? Id(string name, bool required = false)
    {
        var text = Text(name, required);
        return text is null || Identifiers.IsValid(text) ? text : Wrong(name, $"An id is {Identifiers.Rule}.");
    }

    public decimal? Usd(string name, bool required = false)
    {
        if (Find(name, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var usd))
        {
            Wrong(name, "It must be a number of US dollars.");
            return null;
        }

        if (usd is < 0 or > HttpLimits.MaxUsd)
        {
            Wrong(name, usd < 0 ? "It is negative." : FormattableString.Invariant($"It is more than {HttpLimits.MaxUsd}."));
        }

        return usd;
    }

    /// <summary>A whole number from 1 on.</summary>
    public long? Number(string name, bool required = false)
    {
        if (Find(name, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 1)
        {
            return number;
        }

        Wrong(name, "It must be a whole number from 1 on.");
        return null;
    }

    public decimal? Share(string name)
    {
        if (Find(name, required: false) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var share) && share is > 0m and <= 1m)
        {
            return share;
        }

        Wrong(name, "It must be a number above 0 and up to 1.");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name, required: false) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(name, "It must be true or false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    public int? Whole(string name, int least, int most)
    {
        if (Find(name, required: false) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(name, FormattableString.Invariant($"It must be a whole number from {least} to {most}."));
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Find(name, required: false) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time))
        {
            return time.ToUniversalTime();
        }

        Wrong(name, "It must be a time by ISO 8601, such as 2030-01-31T12:00:00Z.");
        return null;
    }

    public TEnum? Choice<TEnum>(string name, bool required = false)
        where TEnum : struct, Enum
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        if (Words.Parse<TEnum>(text) is not { } value)
        {
            Wrong(name, $"It must be one of {Words.All<TEnum>()}.");
            return null;
        }

        return value;
    }

    public JsonObject? Object(string name)
    {
        if (Find(name, required: false) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonObject.Create(value);
        }

        Wrong(name, "It must be an object.");
        return null;
    }

    /// <summary>Any JSON; <see langword="null"/> where the field is missing or null.</summary>
    public JsonElement? Any(string name) => Find(name, required: false);

    /// <summary>Notes what is wrong with a field.</summary>
    public string? Wrong(string name, string problem)
    {
        errors.Add(new FieldError(name, problem));
        return null;
    }

    /// <exception cref="RequestRefusedException">Something was wrong, or there is a field that nobody asked for.</exception>
    public void Require()
    {
        errors.AddRange(fields.Keys.Where(name => !known.Contains(name)).Take(JsonShape.MaxErrors)
            .Select(name => new FieldError(JsonShape.Shown(name), "There is no such field.")));
        if (errors.Count > 0)
        {
            throw RequestRefusedException.BadRequest(errors);
        }
    }

    private static JsonBody Parse(byte[] bytes)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 * JsonShape.MaxDepth });
            root = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw RequestRefusedException.BadRequest("body", string.Create(
                CultureInfo.InvariantCulture,
                $"It is not JSON that can be read here, from line {error.LineNumber + 1} on: {Reason(error)}"));
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw RequestRefusedException.BadRequest("body", "It must be a JSON object.");
        }

        return JsonShape.Errors(root).ToList() is { Count: > 0 } errors
            ? throw RequestRefusedException.BadRequest(errors)
            : new JsonBody(root);
    }

    /// <summary>The parser's message without the position that it repeats.</summary>
    private static string Reason(JsonException error) => error.Message.Split(" LineNumber:", 2)[0];

    private JsonElement? Find(string name, bool required)
    {
        known.Add(name);
        if (fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            return value;
        }

        if (required)
        {
            Wrong(name, "It is missing.");
        }

        return null;
    }
}
