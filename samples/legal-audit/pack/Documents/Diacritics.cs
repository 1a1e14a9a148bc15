using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LegalAudit.Documents;

/// <summary>Accents of Western languages. The host runs without ICU, where the framework's own normalisation does nothing.</summary>
internal static class Diacritics
{
    private static readonly (char Mark, string Letters, string Composed)[] Table =
    [
        ('\u0300', "aeiounAEIOUN", "àèìòùǹÀÈÌÒÙǸ"),
        ('\u0301', "aeiouycnAEIOUYCN", "áéíóúýćńÁÉÍÓÚÝĆŃ"),
        ('\u0302', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
        ('\u0303', "aonuiAONUI", "ãõñũĩÃÕÑŨĨ"),
        ('\u0308', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
        ('\u030A', "aA", "åÅ"),
        ('\u0327', "csCS", "çşÇŞ"),
        ('\u030C', "cszCSZ", "čšžČŠŽ"),
    ];

    private static readonly FrozenDictionary<char, char> Bases = Table
        .SelectMany(row => row.Composed.Zip(row.Letters))
        .ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    private static readonly FrozenDictionary<(char Letter, char Mark), char> Compositions = Table
        .SelectMany(row => row.Letters.Zip(row.Composed, (letter, composed) => (Key: (letter, row.Mark), composed)))
        .ToFrozenDictionary(pair => pair.Key, pair => pair.composed);

    /// <summary>The letter without its accent, or the character itself.</summary>
    public static char Strip(char c) => char.IsAscii(c) ? c : Bases.GetValueOrDefault(c, c);

    /// <summary>Whether a character is an accent of the letter before it.</summary>
    public static bool IsMark(char c) => !char.IsAscii(c) && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;

    /// <summary>Appends a character, composing it with the one before where it is an accent.</summary>
    public static void AppendComposed(StringBuilder text, char c)
    {
        if (IsMark(c) && text.Length > 0 && Compositions.TryGetValue((text[^1], c), out var composed))
            text[^1] = composed;
        else
            text.Append(c);
    }
}
