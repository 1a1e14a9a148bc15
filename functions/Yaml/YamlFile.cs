using System.Globalization;
using System.Text;
using AgentFunctions.Agents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AgentFunctions.Yaml;

/// <summary>Reads hostile YAML: bounded in size and depth, one document, no aliases, anchors or tags.</summary>
internal static class YamlFile
{
    /// <summary>Most bytes of a definition.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Deepest nesting of a definition.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads a file of a definition folder.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DefinitionException">It is too large, or is not such YAML.</exception>
    public static YamlValue Load(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
        {
            throw TooLarge(path);
        }

        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DefinitionException(path, 0, "", "The file cannot be read.");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">What errors name as the file.</param>
    /// <param name="text">The YAML.</param>
    /// <exception cref="DefinitionException">It is too large, or is not such YAML.</exception>
    public static YamlValue Parse(string file, string text)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            throw TooLarge(file);
        }

        try
        {
            Guard(file, text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1
                ? new YamlValue(file, "", stream.Documents[0].RootNode)
                : throw new DefinitionException(file, 0, "", "The file holds no YAML document.");
        }
        catch (YamlException exception)
        {
            // The parser may place the end of the text on a line of its own.
            throw new DefinitionException(file, Math.Min(Line(exception.End), text.Count(character => character == '\n') + 1), "", $"Malformed YAML: {OneLine(exception.Message)}");
        }
        catch (Exception exception) when (exception is not DefinitionException)
        {
            // Some malformed texts (an unclosed '{' before certain scalars) trip the parser itself instead of being reported by it.
            throw new DefinitionException(file, 0, "", "Malformed YAML: it cannot be parsed.");
        }
    }

    /// <summary>The parser does not answer all malformed YAML with its own exception.</summary>
    private static bool Next(string file, Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            var line = parser.Current is { } last ? Line(last.End) : 1;
            throw new DefinitionException(file, line, "", $"Malformed YAML: {OneLine(exception.Message)}");
        }
    }

    /// <summary>Looks at the events first, because loading nodes would already pay for a bomb.</summary>
    private static void Guard(string file, string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        var documents = 0;
        while (Next(file, parser))
        {
            var parsed = parser.Current!;
            depth += parsed.NestingIncrease;
            var problem = parsed switch
            {
                AnchorAlias => "Aliases are not allowed.",
                NodeEvent { Anchor.IsEmpty: false } => "Anchors are not allowed.",
                NodeEvent { Tag.IsEmpty: false } => "Tags are not allowed.",
                DocumentStart when ++documents > 1 => "Only one document is allowed in a file.",
                _ when depth > MaxDepth => string.Create(CultureInfo.InvariantCulture, $"Nested deeper than {MaxDepth} levels."),
                _ => null,
            };
            if (problem is not null)
            {
                throw new DefinitionException(file, Line(parsed.Start), "", problem);
            }
        }
    }

    private static int Line(Mark mark) => (int)Math.Min(mark.Line, int.MaxValue);

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static DefinitionException TooLarge(string file) =>
        new(file, 0, "", string.Create(CultureInfo.InvariantCulture, $"Larger than {MaxBytes / 1024} KB."));
}
