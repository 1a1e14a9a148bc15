using System.Globalization;
using AgentFunctions.Agents;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgentFunctions.Yaml;

/// <summary>A value of a YAML file with its place, so that every complaint about it names file, line and field.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">The field's path, such as <c>limits.maxTurns</c>; empty for the whole document.</param>
/// <param name="Node">The node.</param>
internal sealed record YamlValue(string File, string Path, YamlNode Node)
{
    private const int MaxDescription = 2_000;

    /// <summary>The line it starts on, from 1.</summary>
    public int Line => (int)Node.Start.Line;

    /// <summary>Whether it is an empty or null plain scalar, which counts as left out.</summary>
    public bool IsNull => Node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Whether it is a list.</summary>
    public bool IsList => Node is YamlSequenceNode;

    /// <summary>A complaint about this value.</summary>
    /// <param name="problem">What is wrong, one sentence.</param>
    public DefinitionException Error(string problem) => new(File, Line, Path, problem);

    /// <summary>It as a mapping.</summary>
    public YamlObject Object() => Node is YamlMappingNode mapping
        ? new YamlObject(this, mapping)
        : throw Error($"A mapping is expected here, not {Kind}.");

    /// <summary>It as a list.</summary>
    public IReadOnlyList<YamlValue> List() => Node is YamlSequenceNode sequence
        ? [.. sequence.Children.Select((child, index) => this with { Path = At(index), Node = child })]
        : throw Error($"A list is expected here, not {Kind}.");

    /// <summary>It as a text that is not blank.</summary>
    public string Text()
    {
        var text = Node is YamlScalarNode scalar && !IsNull ? scalar.Value! : throw Error($"A text is expected here, not {Kind}.");
        return string.IsNullOrWhiteSpace(text) ? throw Error("It must not be blank.") : text;
    }

    /// <summary>It as a name: 1–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    public string Name() => Identifiers.IsValid(Text()) ? Text() : throw Error($"A name is {Identifiers.Rule}.");

    /// <summary>It as a description: a text of at most 2,000 characters, without blanks around it.</summary>
    public string Description() => Text().Trim() is { Length: <= MaxDescription } text
        ? text
        : throw Error($"It is longer than {MaxDescription} characters.");

    /// <summary>It as a whole number.</summary>
    /// <param name="least">Smallest allowed.</param>
    /// <param name="most">Largest allowed.</param>
    public int Int(int least, int most) => (int)Number(least, most, value => decimal.IsInteger(value), "A whole number");

    /// <summary>It as a number.</summary>
    /// <param name="least">Smallest allowed.</param>
    /// <param name="most">Largest allowed.</param>
    public decimal Decimal(decimal least, decimal most) => Number(least, most, _ => true, "A number");

    /// <summary>It as one of some words.</summary>
    /// <typeparam name="T">What a word stands for.</typeparam>
    /// <param name="words">The words.</param>
    public T OneOf<T>(params ReadOnlySpan<(string Word, T Value)> words)
    {
        var text = Text();
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        throw Error($"'{text}' is unknown; it is one of {string.Join(", ", words.ToArray().Select(pair => pair.Word))}.");
    }

    private string Kind => Node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        _ when IsNull => "nothing",
        YamlScalarNode scalar => $"'{Shorten(scalar.Value!)}'",
        _ => "this",
    };

    private decimal Number(decimal least, decimal most, Func<decimal, bool> allowed, string what)
    {
        if (Node is not YamlScalarNode { Style: ScalarStyle.Plain } scalar
            || !decimal.TryParse(scalar.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !allowed(number))
        {
            throw Error($"{what} is expected here, not {Kind}.");
        }

        return number >= least && number <= most
            ? number
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"{number} is out of range; it must be from {least} to {most}."));
    }

    private string At(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]");

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text.AsSpan(0, 40)}…";
}
