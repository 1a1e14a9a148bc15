using System.Text;

namespace LegalAudit.Reports;

/// <summary>Writes text from documents into Markdown so that it stays text.</summary>
internal static class MarkdownText
{
    private const int MaxCharacters = 400;

    /// <summary>One line of plain text: nothing in it becomes a link, an image, HTML, a heading or a table cell.</summary>
    /// <param name="text">Hostile text.</param>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        var space = false;
        foreach (var c in text.AsSpan(0, SafeLength(text)))
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                space = true;
                continue;
            }
            if (space && escaped.Length > 0)
                escaped.Append(' ');
            space = false;
            // '.', ':' and '@' are what bare addresses become links by.
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '&' or '!' or '$' or '@'
                || (c == ':' && escaped.Length > 0 && char.IsAsciiLetter(escaped[^1]))
                || (c == '.' && escaped.Length > 0 && escaped[^1] is 'w' or 'W'))
            {
                escaped.Append('\\');
            }
            escaped.Append(c);
        }
        if (SafeLength(text) < text.Length)
            escaped.Append('…');
        return escaped.ToString();
    }

    private static int SafeLength(string text) =>
        text.Length <= MaxCharacters ? text.Length
        : char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1
        : MaxCharacters;
}
