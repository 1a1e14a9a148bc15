using System.Globalization;
using System.Text;
using ContractGenerator.Text;

namespace ContractGenerator.Formats;

/// <summary>Makes a text look like the output of a scanner. A human reader still finds every answer.</summary>
internal sealed class ScanNoise(string language, string title, Dice dice)
{
    private const int LinesPerPage = 44;

    public string Apply(string text, IReadOnlyCollection<string> kinds)
    {
        if (kinds.Contains("noaccents")) text = WithoutAccents(text);
        if (kinds.Contains("ocr")) text = Confused(text);
        if (kinds.Contains("hyphen")) text = Broken(text, 62);
        if (kinds.Contains("headers")) text = Paged(text);
        return text;
    }

    private static string WithoutAccents(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) output.Append(c);
        }

        return output.Replace("–", "-").Replace("º", "o").Replace("ª", "a").ToString();
    }

    /// <summary>Confuses glyphs at a rate that leaves most words whole.</summary>
    private string Confused(string text)
    {
        var output = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var two = i + 1 < text.Length ? text.Substring(i, 2) : "";
            if (two == "rn" && dice.Chance(35))
            {
                output.Append('m');
                i++;
            }
            else if (text[i] == 'm' && dice.Chance(2)) output.Append("rn");
            else if (text[i] == '0' && dice.Chance(22)) output.Append('O');
            else if (text[i] == '1' && dice.Chance(15)) output.Append('l');
            else if (text[i] == 'l' && dice.Chance(2)) output.Append('1');
            else if (text[i] == 'ç' && dice.Chance(25)) output.Append('c');
            else if (text[i] == 'ã' && dice.Chance(20)) output.Append('a');
            else if (text[i] == 'é' && dice.Chance(15)) output.Append('e');
            else if (text[i] == ' ' && dice.Chance(2)) output.Append("  ");
            else output.Append(text[i]);
        }

        return output.ToString();
    }

    /// <summary>Narrow lines, words cut by a hyphen at the line's end, paragraphs no longer set apart reliably.</summary>
    private string Broken(string text, int width)
    {
        var output = new StringBuilder();
        foreach (var paragraph in text.Split("\n\n"))
        {
            var column = 0;
            foreach (var word in paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var rest = word;
                if (column > 0 && column + 1 + rest.Length > width)
                {
                    var room = width - column - 2;
                    if (rest.Length > 7 && room >= 3 && rest.All(char.IsLetter) && dice.Chance(75))
                    {
                        var cut = Math.Min(room, rest.Length - 3);
                        output.Append(' ').Append(rest[..cut]).Append('-');
                        rest = rest[cut..];
                    }

                    output.Append('\n');
                    column = 0;
                }

                if (column > 0)
                {
                    output.Append(' ');
                    column++;
                }

                output.Append(rest);
                column += rest.Length;
            }

            output.Append(dice.Chance(70) ? "\n\n" : "\n");
        }

        return output.ToString();
    }

    /// <summary>Page footers and headers between the lines, in the middle of sentences too.</summary>
    private string Paged(string text)
    {
        var lines = text.Contains('\n', StringComparison.Ordinal) && text.Split('\n').Max(l => l.Length) <= 120
            ? text.Split('\n').ToList()
            : text.Split('\n').SelectMany(l => l.Length == 0 ? [""] : PlainText.Wrap(l, 84)).ToList();
        var pages = (lines.Count + LinesPerPage - 1) / LinesPerPage;
        var output = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            output.Append(lines[i]).Append('\n');
            if ((i + 1) % LinesPerPage != 0 || i + 1 == lines.Count) continue;
            var page = (i + 1) / LinesPerPage;
            output.Append(language == "pt"
                ? $"\n                         Página {page} de {pages}    Rubricas: ____ ____\n\n{title}\n\n"
                : $"\n                         Page {page} of {pages}    Initials: ____ ____\n\n{title}\n\n");
        }

        return output.ToString();
    }
}
