using System.Buffers;

namespace LegalAudit.Language;

/// <summary>How a list item is marked.</summary>
internal enum ListMarker
{
    None,
    Bullet,

    /// <summary>"(a)", "ii)", "IV -".</summary>
    Letter,

    /// <summary>"12.", "3)".</summary>
    Number,

    /// <summary>"12.3", "12.3.".</summary>
    SecondLevel,

    /// <summary>"12.3.1".</summary>
    ThirdLevel,

    /// <summary>"Cláusula 5", "§ 2", a Markdown heading.</summary>
    Clause,
}

/// <summary>Recognises what starts a list item or a numbered clause.</summary>
internal static class ListMarkers
{
    private static readonly SearchValues<char> NumberingCharacters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> RomanDigits = SearchValues.Create("ivxlIVXL");
    private static readonly SearchValues<char> CapitalRomanDigits = SearchValues.Create("IVXL");

    private static readonly HashSet<string> ClauseWords = new(
        ((string[])["clausula", "artigo", "art", "paragrafo", "section", "article", "clause", "anexo", "annex", "schedule"]).Select(w => Skeleton.Of(w)),
        StringComparer.Ordinal);

    public static bool IsBullet(ReadOnlySpan<char> line) =>
        line.Length > 1 && line[0] is '-' or '•' or '*' or '–' or '·' or '▪' or '+' && line[1] == ' ';

    public static ListMarker Of(ReadOnlySpan<char> line)
    {
        if (IsBullet(line))
            return ListMarker.Bullet;
        if (line[0] is '§' or '#' || IsClause(line))
            return ListMarker.Clause;
        if (!IsEnumerated(line))
            return ListMarker.None;
        var label = line.TrimStart("(*");
        if (!char.IsAsciiDigit(label[0]))
            return ListMarker.Letter;
        var end = label.IndexOfAnyExcept(NumberingCharacters);
        return label[..end].TrimEnd('.').Count('.') switch { 0 => ListMarker.Number, 1 => ListMarker.SecondLevel, _ => ListMarker.ThirdLevel };
    }

    public static bool StartsWith(ReadOnlySpan<char> line) => IsBullet(line) || line[0] is '§' or '#' || IsEnumerated(line) || IsClause(line);

    /// <summary>"(a)", "a)", "(iv)", "1.", "1.2.", "2)", "IV -".</summary>
    public static bool IsEnumerated(ReadOnlySpan<char> line)
    {
        var i = line[0] is '(' or '*' ? 1 : 0;
        var start = i;
        while (i < line.Length && i - start < 8 && (char.IsAsciiLetterOrDigit(line[i]) || (line[i] == '.' && i > start)))
            i++;
        if (i == start || i >= line.Length)
            return false;
        var label = line[start..i].TrimEnd('.');
        var short_ = label.Length <= 2 || IsRoman(label) || IsNumbering(label);
        return short_ && (line[i] == ')' || (line[i] == ' ' && (IsNumbering(label) || (IsUpperRoman(label) && line[(i + 1)..].TrimStart() is ['-' or '–' or '—', ..]))));
    }

    private static bool IsClause(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny(' ', '.');
        return end > 2 && end < 12 && char.IsUpper(line[0]) && ClauseWords.Contains(Skeleton.Of(line[..end]));
    }

    public static bool IsNumbering(ReadOnlySpan<char> label) => label.Length > 0 && char.IsAsciiDigit(label[0]) && label.IndexOfAnyExcept(NumberingCharacters) < 0;

    private static bool IsRoman(ReadOnlySpan<char> label) => label.Length > 0 && label.IndexOfAnyExcept(RomanDigits) < 0;

    private static bool IsUpperRoman(ReadOnlySpan<char> label) => label.Length > 0 && label.IndexOfAnyExcept(CapitalRomanDigits) < 0;
}
