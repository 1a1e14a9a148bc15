using System.Text;
using LegalAudit.Documents;

namespace LegalAudit.Language;

/// <summary>
/// Reduces words to what survives bad scans: no case, no accents, and one letter for each group that scanners confuse
/// (i, l, 1 · o, 0 · m, rn). Phrases and documents go through the same reduction, so they still meet.
/// </summary>
internal static class Skeleton
{
    /// <summary>The skeleton of one word.</summary>
    public static string Of(ReadOnlySpan<char> word)
    {
        var reduced = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            var letter = Letter(c);
            if (letter == 'n' && reduced.Length > 0 && reduced[^1] == 'r')
                reduced[^1] = 'm';
            else if (letter != '\0')
                reduced.Append(letter);
        }
        return reduced.ToString();
    }

    /// <summary>The letter without accent and case, for comparing whole texts.</summary>
    public static char Unaccented(char c) => char.ToLowerInvariant(Diacritics.Strip(c));

    private static char Letter(char c) => c switch
    {
        'i' or 'I' or '1' or '|' or 'l' or 'L' or '!' => 'l',
        '0' => 'o',
        '5' => 's',
        '8' => 'b',
        'º' or 'ª' or '°' => '\0',
        _ when char.IsAscii(c) => char.ToLowerInvariant(c),
        _ when Diacritics.IsMark(c) => '\0',
        // Letters of other scripts all look the same to the rules; none of their words is in them.
        _ => Diacritics.Strip(c) is var letter && char.IsAscii(letter) ? Letter(letter) : 'x',
    };
}
