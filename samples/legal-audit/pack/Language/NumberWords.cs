namespace LegalAudit.Language;

/// <summary>Reads numbers written in words, in Portuguese and English, up to 999.</summary>
internal static class NumberWords
{
    private static readonly Dictionary<string, int> Values = Build();
    private static readonly HashSet<string> Joiners = new([Skeleton.Of("e"), Skeleton.Of("and")], StringComparer.Ordinal);

    /// <summary>Reads the number that starts at a token.</summary>
    /// <returns>Its value and the token after it; <see langword="null"/> where none starts.</returns>
    public static (int Value, int End)? Read(ReadOnlySpan<Token> tokens, int start)
    {
        if (tokens[start].Number is { } digits)
            return (digits, start + 1);
        var total = 0;
        var at = start;
        var last = int.MaxValue;
        while (at < tokens.Length)
        {
            var word = at > start && Joiners.Contains(tokens[at].Word) && at + 1 < tokens.Length ? at + 1 : at;
            if (!Values.TryGetValue(tokens[word].Word, out var value))
                break;
            if (value == 100 && total is > 0 and < 10)
                total *= 100;
            else if (value < last)
                total += value;
            else
                break;
            last = value;
            at = word + 1;
        }
        return at > start ? (total, at) : null;
    }

    private static Dictionary<string, int> Build()
    {
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        Add(1, "um", "dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze", "quatorze", "quinze",
            "dezesseis", "dezessete", "dezoito", "dezenove");
        Add(1, "uma", "duas");
        Add(14, "catorze");
        Add(16, "dezasseis", "dezassete", "dezoito", "dezanove");
        Add(1, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
            "fifteen", "sixteen", "seventeen", "eighteen", "nineteen");
        AddTens("vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa");
        AddTens("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
        foreach (var (word, value) in ((string, int)[])[("cem", 100), ("cento", 100), ("hundred", 100), ("duzentos", 200), ("trezentos", 300)])
            values[Skeleton.Of(word)] = value;
        return values;

        void Add(int first, params string[] words)
        {
            for (var i = 0; i < words.Length; i++)
                values[Skeleton.Of(words[i])] = first + i;
        }

        void AddTens(params string[] words)
        {
            for (var i = 0; i < words.Length; i++)
                values[Skeleton.Of(words[i])] = 20 + 10 * i;
        }
    }
}
