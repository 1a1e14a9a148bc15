namespace LegalAudit.Language;

internal enum LineJoin
{
    /// <summary>The sentence goes on.</summary>
    Space,

    /// <summary>A word was hyphenated at the end of the line.</summary>
    BrokenWord,

    /// <summary>A paragraph, heading or list item ends.</summary>
    Paragraph,
}

/// <summary>Decides how two lines of a document belong together.</summary>
internal static class LineJoins
{
    private const int MaxHeadingLength = 70;

    /// <param name="line">The first line.</param>
    /// <param name="next">The line after it.</param>
    /// <param name="blankBetween">Whether blank lines part them.</param>
    /// <param name="wrapped">Whether the document breaks its lines at a fixed width.</param>
    public static LineJoin Between(ReadOnlySpan<char> line, ReadOnlySpan<char> next, bool blankBetween, bool wrapped)
    {
        var goesOn = char.IsLower(next[0]) && !ListMarkers.StartsWith(next);
        if (goesOn && line.Length > 1 && line[^1] is '-' or '‐' or '¬' && char.IsLetter(line[^2]))
            return LineJoin.BrokenWord;
        // A blank line in the middle of a sentence is a page break.
        if (goesOn && !EndsSentence(line) && line[0] != '#')
            return LineJoin.Space;
        // A contract in capitals throughout has no headings to tell by their capitals.
        if (!blankBetween && IsCapitals(line) && IsCapitals(next) && !ListMarkers.StartsWith(next) && !EndsSentence(line))
            return LineJoin.Space;
        // Any line of a wrapped document can look like a heading; there, headings stand between blank lines.
        return blankBetween || (IsHeading(line) && (!wrapped || IsCapitals(line))) || ListMarkers.StartsWith(next) && EndsSentence(line) || ListMarkers.IsBullet(next) || IsTableRow(next) || IsTableRow(line)
            ? LineJoin.Paragraph
            : LineJoin.Space;
    }

    private static bool IsTableRow(ReadOnlySpan<char> line) => line[0] == '|' || line[^1] == '|' || line.Contains(" | ", StringComparison.Ordinal);

    private static bool EndsSentence(ReadOnlySpan<char> line) => line.TrimEnd("\"”’)*_ ")is [.., '.' or ';' or ':' or '!' or '?'];

    // Headings end without punctuation and are short, in capitals, or marked.
    private static bool IsHeading(ReadOnlySpan<char> line)
    {
        if (line[0] == '#')
            return true;
        if (line.TrimEnd("*_ ") is [.., '.' or ';' or ',' or ':'])
            return false;
        return IsCapitals(line) || (line.Length <= MaxHeadingLength && (char.IsUpper(line[0]) || char.IsDigit(line[0]) || line[0] == '*')
            && !EndsOpen(line));
    }

    private static bool IsCapitals(ReadOnlySpan<char> line)
    {
        int upper = 0, lower = 0;
        foreach (var c in line)
        {
            upper += char.IsUpper(c) ? 1 : 0;
            lower += char.IsLower(c) ? 1 : 0;
        }
        return upper > 3 && lower * 10 < upper;
    }

    // "... entre a" at the end of a short line is a wrapped line, not a heading.
    private static bool EndsOpen(ReadOnlySpan<char> line)
    {
        var last = line[(line.LastIndexOf(' ') + 1)..];
        return last.Length <= 3 && last.Length > 0 && char.IsLower(last[0]);
    }
}
