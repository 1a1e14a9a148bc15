using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentFunctions.Planning;

/// <summary>What a reference in a plan points into.</summary>
public enum ReferenceScope
{
    /// <summary>Nothing that exists.</summary>
    Unknown,

    /// <summary>The run's goal.</summary>
    Goal,

    /// <summary>The run's input.</summary>
    Input,

    /// <summary>The item of a fan-out.</summary>
    Item,

    /// <summary>The output of a step.</summary>
    Step,
}

/// <summary>One <c>${…}</c> of a plan.</summary>
/// <param name="Text">What stands between the braces.</param>
/// <param name="Scope">What it points into.</param>
/// <param name="StepId">The step of <see cref="ReferenceScope.Step"/>.</param>
/// <param name="Path">Names and indexes below that.</param>
public sealed record Reference(string Text, ReferenceScope Scope, string? StepId, IReadOnlyList<string> Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"${{{Text}}}";
}

/// <summary>Finds and resolves the references of a plan's texts.</summary>
public static partial class References
{
    /// <summary>References of a step with the fields that hold them.</summary>
    /// <param name="step">The step.</param>
    public static IEnumerable<(string Field, Reference Reference)> Of(PlanStep step) =>
    [
        .. In(step.Args).Select(reference => ("args", reference)),
        .. In(step.Input).Select(reference => ("input", reference)),
        .. In(step.Items).Select(reference => ("items", reference)),
        .. InText(step.Goal).Select(reference => ("goal", reference)),
        .. InText(step.Description).Select(reference => ("description", reference)),
    ];

    /// <summary>Whether a value holds a reference.</summary>
    /// <param name="value">The value.</param>
    public static bool Has(JsonNode? value) => In(value).Any();

    /// <summary>Whether a value is one reference and nothing else.</summary>
    /// <param name="value">The value.</param>
    public static bool IsOne(JsonNode? value) => Text(value) is { } text && Whole(text) is not null;

    /// <summary>The value with its references replaced; a copy.</summary>
    /// <param name="value">The value.</param>
    /// <param name="find">The value of a reference's scope, before its path.</param>
    /// <exception cref="ReferenceException">A reference points at nothing.</exception>
    public static JsonNode? Resolve(JsonNode? value, Func<Reference, JsonNode?> find) => value switch
    {
        null => null,
        JsonArray array => new JsonArray([.. array.Select(item => Resolve(item, find))]),
        JsonObject properties => new JsonObject(
            properties.Select(property => KeyValuePair.Create(property.Key, Resolve(property.Value, find)))),
        _ when Text(value) is { } text => ResolveString(text, find),
        _ => value.DeepClone(),
    };

    /// <summary>The text with its references replaced by text: strings as they are, anything else as JSON.</summary>
    /// <param name="text">The text.</param>
    /// <param name="find">The value of a reference's scope, before its path.</param>
    /// <exception cref="ReferenceException">A reference points at nothing.</exception>
    public static string ResolveText(string text, Func<Reference, JsonNode?> find) => ResolveText(text, find, (_, value) => value);

    /// <summary>The same, with each value as a prompt shows it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="find">The value of a reference's scope, before its path.</param>
    /// <param name="show">What stands in the place of a reference, given its value as text.</param>
    /// <exception cref="ReferenceException">A reference points at nothing.</exception>
    public static string ResolveText(string text, Func<Reference, JsonNode?> find, Func<Reference, string, string> show) =>
        Pattern().Replace(text, match =>
        {
            var reference = Parse(match.Groups[1].Value);
            var value = Follow(reference, find);
            return show(reference, Text(value) ?? value?.ToJsonString(AgentJson.Options) ?? "null");
        });

    private static JsonNode? ResolveString(string text, Func<Reference, JsonNode?> find) =>
        Whole(text) is { } reference ? Follow(reference, find)?.DeepClone() : JsonValue.Create(ResolveText(text, find));

    private static JsonNode? Follow(Reference reference, Func<Reference, JsonNode?> find)
    {
        var value = find(reference);
        foreach (var name in reference.Path)
        {
            value = value switch
            {
                JsonObject properties when properties.TryGetPropertyValue(name, out var property) => property,
                JsonArray array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && index < array.Count => array[index],
                _ => throw new ReferenceException($"'{reference}' points at nothing: there is no '{name}'."),
            };
        }

        return value;
    }

    private static IEnumerable<Reference> In(JsonNode? value) => value switch
    {
        null => [],
        JsonArray array => array.SelectMany(In),
        JsonObject properties => properties.SelectMany(property => In(property.Value)),
        _ => InText(Text(value)),
    };

    private static IEnumerable<Reference> InText(string? text) =>
        text is null ? [] : Pattern().Matches(text).Select(match => Parse(match.Groups[1].Value));

    private static Reference? Whole(string text) =>
        Pattern().Match(text) is { Success: true, Index: 0 } match && match.Length == text.Length ? Parse(match.Groups[1].Value) : null;

    private static Reference Parse(string text)
    {
        var parts = text.Trim().Split('.');
        return parts switch
        {
            ["goal"] => new(text, ReferenceScope.Goal, StepId: null, []),
            ["input", .. var path] => new(text, ReferenceScope.Input, StepId: null, path),
            ["item", .. var path] => new(text, ReferenceScope.Item, StepId: null, path),
            ["steps", { Length: > 0 } id, .. var path] => new(text, ReferenceScope.Step, id, path),
            _ => new(text, ReferenceScope.Unknown, StepId: null, []),
        };
    }

    private static string? Text(JsonNode? value) => value is JsonValue single && single.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"\$\{([^{}]*)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}

/// <summary>A reference of a plan points at nothing.</summary>
/// <param name="message">Which one, and what is missing.</param>
public sealed class ReferenceException(string message) : Exception(message);
