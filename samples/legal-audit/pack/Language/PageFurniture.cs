using System.Text;

namespace LegalAudit.Language;

/// <summary>Finds the lines that belong to the page and not to the contract: running headers, page numbers, scanner dirt.</summary>
internal static class PageFurniture
{
    private const int MaxHeaderLength = 120;
    private const int RepeatsOfAHeader = 3;

    /// <summary>The lines of a text; lines that are page furniture are left out, as if they were not there.</summary>
    public static List<Line> ContractLines(string text)
    {
        var lines = SplitLines(text);
        var repeats = lines
            .Where(l => !l.IsEmpty && l.End - l.Start <= MaxHeaderLength)
            .GroupBy(l => Shape(l.In(text)), StringComparer.Ordinal)
            .Where(g => g.Count() >= RepeatsOfAHeader)
            .Select(g => g.Key)
            .ToHashSet(StringComparer.Ordinal);
        return lines.FindAll(l => l.IsEmpty || !(IsDirt(l.In(text)) || IsPageNumber(l.In(text)) || IsRunningHeader(l.In(text), repeats)));
    }

    private static List<Line> SplitLines(string text)
    {
        var lines = new List<Line>();
        for (var start = 0; start <= text.Length;)
        {
            var end = text.IndexOf('\n', start);
            if (end < 0)
                end = text.Length;
            int from = start, to = end;
            while (from < to && char.IsWhiteSpace(text[from]))
                from++;
            while (to > from && char.IsWhiteSpace(text[to - 1]))
                to--;
            lines.Add(new Line(from, to));
            start = end + 1;
        }
        return lines;
    }

    // A repeated line that ends a sentence is an obligation said twice, not a header.
    private static bool IsRunningHeader(ReadOnlySpan<char> line, HashSet<string> repeats) =>
        line.Length <= MaxHeaderLength && line[^1] is not ('.' or ';' or ':' or ',') && repeats.Contains(Shape(line));

    /// <summary>The line with its digits and blanks evened out, so that page numbers don't tell headers apart.</summary>
    private static string Shape(ReadOnlySpan<char> line)
    {
        var shape = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (char.IsDigit(c))
            {
                if (shape.Length == 0 || shape[^1] != '#')
                    shape.Append('#');
            }
            else if (char.IsLetter(c))
                shape.Append(Skeleton.Unaccented(c));
        }
        return shape.ToString();
    }

    private static bool IsDirt(ReadOnlySpan<char> line)
    {
        var letters = 0;
        foreach (var c in line)
            letters += char.IsLetterOrDigit(c) ? 1 : 0;
        return letters * 3 < line.Length || letters == 0;
    }

    // "12", "- 3 -", "Page 3 of 12", "Página 3/12", "fls. 7".
    private static bool IsPageNumber(ReadOnlySpan<char> line)
    {
        if (line.Length > 30)
            return false;
        var words = Tokenizer.Tokenize(line.ToString(), 0, line.Length);
        return words.Exists(w => w.Number is not null)
            && words.TrueForAll(w => w.Number is not null || PageWords.Contains(w.Word))
            && (words.Count > 1 || line[^1] is not '.');
    }

    private static readonly HashSet<string> PageWords = new(
        ((string[])["page", "of", "pagina", "pag", "p", "de", "fl", "fls", "folha", "rubrica", "initials"]).Select(w => Skeleton.Of(w)),
        StringComparer.Ordinal);
}
