using System.Collections.Frozen;

namespace LegalAudit.Documents;

/// <summary>Tells Portuguese from English by their most frequent short words.</summary>
internal static class LanguageDetector
{
    private static readonly FrozenSet<string> Portuguese = FrozenSet.ToFrozenSet(
        ["de", "da", "do", "das", "dos", "e", "que", "em", "na", "no", "nas", "nos", "para", "com", "por", "pela", "pelo", "ao", "aos",
            "uma", "um", "não", "nao", "ou", "se", "sua", "seu", "será", "sera", "este", "esta", "qualquer", "partes", "os"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> English = FrozenSet.ToFrozenSet(
        ["the", "of", "and", "to", "in", "for", "by", "with", "shall", "or", "any", "this", "that", "be", "is", "on", "its", "not", "such",
            "which", "under", "from", "may", "it", "will", "are", "all", "party", "agreement"],
        StringComparer.OrdinalIgnoreCase);

    public static ContractLanguage Detect(string text)
    {
        int portuguese = 0, english = 0;
        var wordsPt = Portuguese.GetAlternateLookup<ReadOnlySpan<char>>();
        var wordsEn = English.GetAlternateLookup<ReadOnlySpan<char>>();
        var span = text.AsSpan();
        for (var start = 0; start < span.Length;)
        {
            if (!char.IsLetter(span[start]))
            {
                start++;
                continue;
            }
            var end = start;
            while (end < span.Length && char.IsLetter(span[end]))
                end++;
            var word = span[start..end];
            portuguese += wordsPt.Contains(word) ? 1 : 0;
            english += wordsEn.Contains(word) ? 1 : 0;
            start = end;
        }
        return english > portuguese ? ContractLanguage.En : ContractLanguage.Pt;
    }
}
