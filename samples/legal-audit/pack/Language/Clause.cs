using LegalAudit.Rules;

namespace LegalAudit.Language;

/// <summary>Cuts a sentence where "but" and its kind begin another statement.</summary>
internal static class Clause
{
    /// <summary>The part of a sentence that a span stands in.</summary>
    public static Span Around(ReadOnlySpan<Token> tokens, Span span, Concept contrast)
    {
        int start = 0, end = tokens.Length;
        foreach (var cut in contrast.Find(tokens))
        {
            if (cut.End <= span.Start)
                start = cut.End;
            else if (cut.Start >= span.End)
                end = Math.Min(end, cut.Start);
        }
        return new Span(start, end);
    }
}
