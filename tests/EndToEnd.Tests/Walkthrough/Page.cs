using System.Text;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Walkthrough;

/// <summary>A command of the page, with what the page says that it answers.</summary>
/// <param name="Command">The command.</param>
/// <param name="Answer">What it answers, shortened by <c>…</c>; <see langword="null"/> where the page does not show it.</param>
internal sealed record PageStep(string Command, string? Answer);

/// <summary>A page of commands, each in a block of its own, followed by the block of its answer.</summary>
internal static partial class Page
{
    /// <summary>The commands that are given to the app or to the replay, in their order.</summary>
    public static IReadOnlyList<PageStep> Read(string markdown)
    {
        var blocks = Block().Matches(markdown).Select(block => (Language: block.Groups[1].Value, Text: block.Groups[2].Value.Trim())).ToList();
        var steps = new List<PageStep>();
        for (var index = 0; index < blocks.Count; index++)
        {
            if (blocks[index].Language == "sh" && (blocks[index].Text.StartsWith("curl ", StringComparison.Ordinal) || blocks[index].Text.Contains("tools/replay", StringComparison.Ordinal)))
            {
                steps.Add(new PageStep(
                    blocks[index].Text, index + 1 < blocks.Count && blocks[index + 1].Language is "json" or "text" ? blocks[index + 1].Text : null));
            }
        }

        return steps;
    }

    /// <summary>The words of a command line as a shell splits them.</summary>
    public static IReadOnlyList<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        var isEscaped = false;
        foreach (var letter in command + ' ')
        {
            if (isEscaped)
            {
                word.Append(letter);
                isEscaped = false;
            }
            else if (quote == '"' && letter == '\\')
            {
                isEscaped = true;
            }
            else if (letter == quote)
            {
                quote = null;
            }
            else if (quote is null && letter is '\'' or '"')
            {
                quote = letter;
            }
            else if (quote is null && char.IsWhiteSpace(letter))
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }
            }
            else
            {
                word.Append(letter);
            }
        }

        return words;
    }

    /// <summary>Whether an answer is the one that the page shows: line breaks and indentation aside, with other ids, times and hashes.</summary>
    public static bool Shows(string expected, string actual)
    {
        var parts = Regex.Split(Flat(expected), "…").Select(part => Volatile().Replace(Regex.Escape(part), match => match.Groups[1].Success ? "[0-9a-f]{32}" : match.Groups[2].Success ? "[0-9a-f]{64}" : "[0-9T:.+Zu\\\\B-]+?"));
        return Regex.IsMatch(Flat(actual), $"^{string.Join(".*?", parts)}$", RegexOptions.Singleline);
    }

    private static string Flat(string text) => string.Concat(text.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("^```(\\w+)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>Ids, hashes and times, in text that is escaped for a pattern.</summary>
    [GeneratedRegex(@"(?<![0-9a-f])(?:([0-9a-f]{32})|([0-9a-f]{64})|(20\d\d-\d\d-\d\dT[0-9:]+(?:\\\.\d+)?(?:\\\\u002B00:00|\\\+00:00|Z)?|\d\d:\d\d:\d\d\\\.\d{3}))(?![0-9a-f])")]
    private static partial Regex Volatile();
}
