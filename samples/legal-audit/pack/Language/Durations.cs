using LegalAudit.Rules;

namespace LegalAudit.Language;

/// <summary>A length of time in a sentence.</summary>
/// <param name="Days">Its days: a month is 30, a week 7, a year 365.</param>
/// <param name="At">Where it stands.</param>
internal sealed record Duration(int Days, Span At);

/// <summary>Finds lengths of time: "30 (trinta) dias", "three months", "ninety-day".</summary>
internal static class Durations
{
    private static readonly (string[] Stems, int Days)[] Units =
    [
        (["dia", "day"], 1),
        (["semana", "week"], 7),
        (["mes", "meses", "month"], 30),
        (["ano", "year"], 365),
    ];

    private static readonly HashSet<string> Fillers = new(
        ((string[])["calendar", "full", "business", "working", "consecutive", "clear", "complete", "whole", "corridos"]).Select(w => Skeleton.Of(w)),
        StringComparer.Ordinal);

    public static List<Duration> In(ReadOnlySpan<Token> tokens)
    {
        var found = new List<Duration>();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (NumberWords.Read(tokens, i) is not var (value, end))
                continue;
            var unit = end;
            // "30 (trinta)" and "trinta (30)" say one number twice.
            if (unit < tokens.Length && tokens[unit].Break == TokenBreak.Parenthesis && NumberWords.Read(tokens, unit) is var (_, second))
                unit = second;
            while (unit < tokens.Length && Fillers.Contains(tokens[unit].Word))
                unit++;
            if (unit < tokens.Length && UnitDays(tokens[unit].Word) is { } days && value is > 0 and < 10_000)
            {
                found.Add(new Duration(value * days, new Span(i, unit + 1)));
                i = unit;
            }
            else
                i = end - 1;
        }
        return found;
    }

    private static int? UnitDays(string word)
    {
        foreach (var (stems, days) in Units)
        {
            foreach (var stem in stems)
            {
                var skeleton = Skeleton.Of(stem);
                if (word.StartsWith(skeleton, StringComparison.Ordinal) && (word.Length == skeleton.Length || word.AsSpan(skeleton.Length) is "s"))
                    return days;
            }
        }
        return null;
    }
}
