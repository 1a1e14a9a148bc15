using LegalAudit.Language;

namespace LegalAudit.Rules;

/// <summary>
/// A sequence of words to look for. <c>rescind*</c> is a word's beginning, <c>this/the</c> a choice, <c>prior?</c> may be missing,
/// <c>..</c> stands for up to four words and <c>..8</c> for up to eight.
/// A beginning must not end between r and n, which become one letter.
/// </summary>
internal sealed class Phrase
{
    private const int DefaultGap = 4;
    private readonly Element[] elements;

    private Phrase(Element[] elements) => this.elements = elements;

    /// <summary>Reads a phrase.</summary>
    /// <exception cref="FormatException">It starts with a gap or an optional word, or has no word.</exception>
    public static Phrase Parse(string phrase)
    {
        var parsed = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(ParseElement).ToArray();
        return parsed is [Words { Optional: false }, ..]
            ? new Phrase(parsed)
            : throw new FormatException($"The phrase '{phrase}' must start with a word.");
    }

    /// <summary>First letters that a match can start with.</summary>
    public IEnumerable<char> Initials => ((Words)elements[0]).Choices.Select(c => c.Text[0]);

    /// <summary>Where a match that starts at a token ends, exclusive, or -1.</summary>
    public int MatchAt(ReadOnlySpan<Token> tokens, int start) => Match(tokens, start, element: 0);

    private int Match(ReadOnlySpan<Token> tokens, int at, int element)
    {
        if (element == elements.Length)
            return at;
        switch (elements[element])
        {
            case Gap gap:
                for (var skip = 0; skip <= gap.Max && at + skip <= tokens.Length; skip++)
                {
                    if (Match(tokens, at + skip, element + 1) is var end and >= 0)
                        return end;
                }
                return -1;
            case Words words:
                if (at < tokens.Length && words.Accepts(tokens[at].Word) && Match(tokens, at + 1, element + 1) is var after and >= 0)
                    return after;
                return words.Optional ? Match(tokens, at, element + 1) : -1;
            default:
                throw new InvalidOperationException("Unknown element of a phrase.");
        }
    }

    private static IEnumerable<Element> ParseElement(string word)
    {
        if (word.StartsWith("..", StringComparison.Ordinal))
            return [new Gap(word.Length == 2 ? DefaultGap : int.Parse(word.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture))];
        var optional = word.EndsWith('?');
        var body = optional ? word[..^1] : word;
        // Hyphenated words are several words to the tokenizer; a choice never holds one.
        var parts = body.Contains('/', StringComparison.Ordinal) ? [body] : body.Split('-');
        return parts.Select(part => (Element)new Words(
            [.. part.Split('/').Select(c => new Choice(WordOf(c.TrimEnd('*')), c.EndsWith('*')))], optional));
    }

    // The tokenizer leaves numbers as they are.
    private static string WordOf(string word) => word.All(char.IsAsciiDigit) ? word : Skeleton.Of(word);

    private abstract record Element;

    private sealed record Gap(int Max) : Element;

    private sealed record Words(Choice[] Choices, bool Optional) : Element
    {
        public bool Accepts(string word)
        {
            foreach (var choice in Choices)
            {
                if (choice.IsPrefix ? word.StartsWith(choice.Text, StringComparison.Ordinal) : string.Equals(word, choice.Text, StringComparison.Ordinal))
                    return true;
            }
            return false;
        }
    }

    private readonly record struct Choice(string Text, bool IsPrefix);
}
