using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>Holds one statement against one rule.</summary>
internal static class LgpdMatcher
{
    private const int NegationReach = 7;
    private const int ReportReach = 7;

    /// <summary>Whether a statement binds anybody at all.</summary>
    public static bool IsOperative(Statement statement, LgpdVocabulary words) =>
        (!words.CarveOut.IsIn(statement.Tokens) || words.NoCarveOut.IsIn(statement.Tokens))
        && !words.Mention.IsIn(statement.Tokens)
        && !IsReport(statement.Tokens, words);

    // Only as the subject: "the law requires", but not "as the law requires".
    private static bool IsReport(Token[] tokens, LgpdVocabulary words)
    {
        var first = Math.Max(0, Array.FindIndex(tokens, t => t.Number is null && t.Word.Length > 0));
        return words.Report.Find(tokens.AsSpan(first, Math.Min(ReportReach, tokens.Length - first))).Exists(s => s.Start == 0);
    }

    /// <summary>Whether an operative statement covers the item of a rule.</summary>
    public static bool Covers(Statement statement, LgpdRule rule, LgpdVocabulary words)
    {
        if (!IsTied(statement, rule.Scope))
            return false;
        var acts = rule.Act.Find(statement.Tokens).FindAll(a => a.End > statement.Own);
        foreach (var near in rule.Near)
        {
            if (acts.Count == 0)
                return false;
            var places = near.Find(statement.Tokens);
            acts = acts.FindAll(a => places.Exists(p => p.DistanceTo(a) <= rule.Within));
        }
        if (acts.Count == 0 || rule.Unless?.IsIn(statement.Tokens) == true)
            return false;
        return rule.MayBeForbidden || acts.Exists(a => !IsNegated(statement.Tokens, a, words));
    }

    private static bool IsTied(Statement statement, Scope scope) => scope switch
    {
        Scope.Own => true,
        Scope.Sentence => statement.SaysPersonalData,
        Scope.Paragraph => statement.SaysPersonalData || statement.InParagraph,
        Scope.Section => statement.SaysPersonalData || statement.InSection,
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "Unknown scope."),
    };

    private static bool IsNegated(Token[] tokens, Span act, LgpdVocabulary words)
    {
        var harmless = words.NoNegation.Find(tokens);
        return words.Negation.Find(tokens).Exists(n =>
            n.Start < act.End && act.Start - n.End <= NegationReach && !harmless.Exists(h => h.Start <= n.Start && n.End <= h.End));
    }
}
