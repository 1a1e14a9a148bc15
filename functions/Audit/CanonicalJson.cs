using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Audit;

/// <summary>RFC 8785 (JSON Canonicalization Scheme): one sequence of bytes for one JSON value.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical UTF-8 bytes of a value.</summary>
    /// <param name="node">The value; <see langword="null"/> is JSON null.</param>
    public static byte[] Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject value:
                Append(text, value);
                break;
            case JsonArray value:
                Append(text, value);
                break;
            default:
                Append(text, node.AsValue());
                break;
        }
    }

    private static void Append(StringBuilder text, JsonObject value)
    {
        text.Append('{');
        var first = true;
        // RFC 8785 sorts by UTF-16 code units, which is what ordinal comparison does.
        foreach (var (name, member) in value.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            text.Append(first ? string.Empty : ",");
            first = false;
            AppendString(text, name);
            text.Append(':');
            Append(text, member);
        }

        text.Append('}');
    }

    private static void Append(StringBuilder text, JsonArray value)
    {
        text.Append('[');
        for (var index = 0; index < value.Count; index++)
        {
            text.Append(index == 0 ? string.Empty : ",");
            Append(text, value[index]);
        }

        text.Append(']');
    }

    private static void Append(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(Number(double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)));
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }

    /// <summary>A number as ECMAScript's Number.prototype.toString writes it.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no such number.");
        }

        if (value == 0)
        {
            return "0";
        }

        var (digits, point) = Shortest(Math.Abs(value));
        var sign = value < 0 ? "-" : string.Empty;
        return sign + point switch
        {
            > 0 and <= 21 when digits.Length <= point => digits.PadRight(point, '0'),
            > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
            _ => Exponential(digits, point - 1),
        };
    }

    private static string Exponential(string digits, int exponent) => string.Create(
        CultureInfo.InvariantCulture,
        $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? "" : "+")}{exponent}");

    /// <summary>The fewest digits that give the number back, and where the decimal point stands before them (ECMAScript's n).</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var dot = parts[0].IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? parts[0] : parts[0][..dot];
        var all = dot < 0 ? whole : whole + parts[0][(dot + 1)..];
        var significant = all.TrimStart('0');
        return (significant.TrimEnd('0'), whole.Length + exponent - (all.Length - significant.Length));
    }
}
