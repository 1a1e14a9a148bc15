using System.Globalization;
using LegalAudit.Documents;

namespace LegalAudit.Language;

/// <summary>Splits text into words and numbers.</summary>
internal static class Tokenizer
{
    private const int MaxWordLength = 64;

    /// <summary>The words of a range of a text.</summary>
    public static List<Token> Tokenize(string text, int start, int end)
    {
        var tokens = new List<Token>();
        var pending = TokenBreak.None;
        var i = start;
        while (i < end)
        {
            if (!IsWordCharacter(text, i, end))
            {
                pending = Max(pending, BreakOf(text, i, start, end));
                i++;
                continue;
            }
            var wordStart = i;
            while (i < end && IsWordCharacter(text, i, end))
                i++;
            tokens.Add(Create(text[wordStart..i], wordStart, i, pending));
            pending = TokenBreak.None;
        }
        return tokens;
    }

    private static bool IsWordCharacter(string text, int i, int end)
    {
        var c = text[i];
        if (char.IsLetterOrDigit(c) || Diacritics.IsMark(c))
            return true;
        // A bar or exclamation mark between letters is a scanned l.
        return c is '|' or '!' && i + 1 < end && i > 0 && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]);
    }

    private static Token Create(string word, int start, int end, TokenBreak pending)
    {
        if (word.Length > MaxWordLength)
            word = word[..MaxWordLength];
        return NumberOf(word) is { } number
            ? new Token(number.ToString(CultureInfo.InvariantCulture), start, end, number, pending)
            : new Token(Skeleton.Of(word), start, end, Number: null, pending);
    }

    // "3O" and "l5" are scanned numbers: digits with at least one true digit and letters that look like digits.
    private static int? NumberOf(string word)
    {
        if (word.Length > 6 || !word.Any(char.IsAsciiDigit))
            return null;
        var digits = string.Create(word.Length, word, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] switch { 'O' or 'o' => '0', 'l' or 'I' or '|' => '1', 'S' => '5', 'B' => '8', var c => c };
        });
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static TokenBreak BreakOf(string text, int i, int start, int end) => text[i] switch
    {
        ';' => TokenBreak.Semicolon,
        ':' => TokenBreak.Colon,
        ',' when !(i > start && i + 1 < end && char.IsDigit(text[i - 1]) && char.IsDigit(text[i + 1])) => TokenBreak.Comma,
        '–' or '—' => TokenBreak.Dash,
        '(' or ')' or '[' or ']' => TokenBreak.Parenthesis,
        '"' or '“' or '”' or '«' or '»' => TokenBreak.Quote,
        _ => TokenBreak.None,
    };

    private static TokenBreak Max(TokenBreak a, TokenBreak b) => a > b ? a : b;
}
