using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>Holds one statement against one rule.</summary>
internal static class LgpdMatcher
{
    private const int NegationReach = 7;
    private const int ReportReach = 9;

    /// <summary>Whether a statement binds anybody at all.</summary>
    public static bool IsOperative(Statement statement, LgpdVocabulary words) =>
        !words.CarveOut.IsIn(statement.Tokens)
        && !words.Mention.IsIn(statement.Tokens)
        && !words.Report.IsIn(statement.Tokens.AsSpan(0, Math.Min(ReportReach, statement.Tokens.Length)));

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
