using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentFunctions.Policies.Data;

/// <summary>Puts <c>[redacted:NAME]</c> in the place of what detectors find. Pure, and doing it twice changes nothing more.</summary>
public sealed partial class Redactor
{
    private readonly IReadOnlyList<Detector> detectors;

    /// <summary>A redactor.</summary>
    /// <param name="detectors">What is to be found; of two that find the same, the first counts.</param>
    public Redactor(IEnumerable<Detector> detectors) => this.detectors = [.. detectors];

    /// <summary>Changes nothing.</summary>
    public static Redactor None { get; } = new([]);

    /// <summary>Whether it may change anything.</summary>
    public bool IsActive => detectors.Count > 0;

    /// <summary>The text without what is found.</summary>
    /// <param name="text">The text.</param>
    public string Text(string text)
    {
        foreach (var detector in detectors)
        {
            text = Replace(text, detector);
        }

        return text;
    }

    /// <summary>Whether something is found.</summary>
    /// <param name="text">The text.</param>
    public bool Finds(string text) => Text(text) != text;

    /// <summary>The JSON without what is found in its texts, its numbers and its names.</summary>
    /// <param name="node">The JSON; stays as it is.</param>
    public JsonNode? Json(JsonNode? node) => !IsActive ? node?.DeepClone() : node switch
    {
        null => null,
        JsonObject fields => Fields(fields),
        JsonArray items => new JsonArray([.. items.Select(Json)]),
        _ => Value(node),
    };

    private JsonObject Fields(JsonObject fields)
    {
        var redacted = new JsonObject();
        foreach (var (name, value) in fields)
        {
            var free = Text(name);
            for (var number = 2; redacted.ContainsKey(free); number++)
            {
                free = string.Create(CultureInfo.InvariantCulture, $"{Text(name)}#{number}");
            }

            redacted[free] = JsonValues.Text(value) is { Length: > 0 } && detectors.FirstOrDefault(detector => detector.IsNamed(name)) is { } named
                ? JsonValue.Create(Mark(named))
                : Json(value);
        }

        return redacted;
    }

    /// <summary>A tax number may be written as a number.</summary>
    private JsonNode Value(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => JsonValue.Create(Text(value.GetValue<string>())),
        JsonValueKind.Number when value.ToJsonString() is var digits && Text(digits) is var text && text != digits => JsonValue.Create(text),
        _ => value.DeepClone(),
    };

    private static string Mark(Detector detector) => $"[redacted:{detector.Name}]";

    /// <summary>Works between the marks of an earlier redaction, so that those stay as they are.</summary>
    private static string Replace(string text, Detector detector)
    {
        try
        {
            StringBuilder? redacted = null;
            var at = 0;
            foreach (var mark in Marks().EnumerateMatches(text))
            {
                redacted = Replace(redacted ??= new StringBuilder(), text[at..mark.Index], detector).Append(text, mark.Index, mark.Length);
                at = mark.Index + mark.Length;
            }

            return Replace(redacted ?? new StringBuilder(), at == 0 ? text : text[at..], detector).ToString();
        }
        catch (RegexMatchTimeoutException)
        {
            // What could not be searched in time may hold anything.
            return Mark(detector);
        }
    }

    private static StringBuilder Replace(StringBuilder redacted, string text, Detector detector)
    {
        var at = 0;
        foreach (var range in detector.Find(text))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            redacted.Append(text, at, start - at).Append(Mark(detector));
            at = start + length;
        }

        return redacted.Append(text, at, text.Length - at);
    }

    [GeneratedRegex(@"\[redacted:[A-Za-z0-9._-]{1,64}\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, 1_000)]
    private static partial Regex Marks();
}
