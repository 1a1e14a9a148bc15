namespace LegalAudit.Language;

/// <summary>Finds where a sentence ends.</summary>
internal static class SentenceEnds
{
    private static readonly HashSet<string> Abbreviations = new(
        ["art", "arts", "n", "no", "nº", "inc", "ltd", "ltda", "sr", "sra", "dr", "dra", "mr", "mrs", "ms", "av", "al", "p", "fls", "cf", "ex",
            "v", "vs", "i.e", "e.g", "i", "e", "g", "s.a", "s", "a", "co", "corp", "st", "cl", "cls", "par", "min", "tel", "etc", "par.", "llc", "prof"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the sentence that starts at a place ends, exclusive.</summary>
    public static int Next(string text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (text[i] switch
            {
                ';' => true,
                ':' => i + 1 == end || LeadsIntoList(text, i + 1, end),
                '!' or '?' => i + 1 == end || text[i + 1] == ' ',
                '.' => i + 1 == end || EndsHere(text, start, i, end),
                _ => false,
            })
            {
                return i + 1;
            }
        }
        return end;
    }

    private static bool LeadsIntoList(string text, int at, int end)
    {
        while (at < end && text[at] == ' ')
            at++;
        return at == end || text[at] == '(' && ListMarkers.IsEnumerated(text.AsSpan(at, end - at))
            || ListMarkers.IsEnumerated(text.AsSpan(at, end - at)) && text.AsSpan(at, Math.Min(6, end - at)).Contains(')');
    }

    private static bool EndsHere(string text, int start, int dot, int end)
    {
        var next = dot + 1;
        while (next < end && text[next] is '"' or '”' or '’' or ')' or '*' or '_')
            next++;
        if (next < end && text[next] != ' ')
            return false;
        while (next < end && text[next] is ' ' or '"' or '“' or '(' or '*' or '_' or '[')
            next++;
        if (next < end && !char.IsUpper(text[next]) && !char.IsDigit(text[next]) && text[next] is not ('§' or '-' or '•' or '|'))
            return false;
        var word = dot;
        while (word > start && !char.IsWhiteSpace(text[word - 1]) && text[word - 1] is not ('(' or '"' or '“'))
            word--;
        var before = text[word..dot];
        // Numbers of clauses ("5.2.") stand at the start; an abbreviation never ends a sentence that goes on in a digit or capital.
        if (Abbreviations.Contains(before) && !(before.Length > 1 && next < end && char.IsUpper(text[next]) && IsCompanySuffix(before)))
            return false;
        return !(word == start && ListMarkers.IsNumbering(before));
    }

    // "... Ltda. A outra parte ..." may end; "... Ltda. inscrita" may not, and has been told apart by its lower case.
    private static bool IsCompanySuffix(string word) =>
        word.Equals("ltda", StringComparison.OrdinalIgnoreCase) || word.Equals("etc", StringComparison.OrdinalIgnoreCase);
}
