using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>Holds one statement against one rule.</summary>
internal static class LgpdMatcher
{
    private const int NegationReach = 7;

    public static bool Covers(Statement statement, LgpdRule rule, LgpdVocabulary words)
    {
        var tokens = statement.Tokens.AsSpan();
        var acts = rule.Act.Find(tokens).FindAll(a => a.End > statement.Own);
        if (acts.Count == 0)
            return false;
        if (rule.AboutPersonalData && !statement.InDataProtectionParagraph && !words.PersonalData.IsIn(tokens))
            return false;
        if (rule.Unless?.IsIn(tokens) == true || words.CarveOut.IsIn(tokens) || words.Mention.IsIn(tokens))
            return false;
        if (rule.Owed && !words.Duty.IsIn(tokens))
            return false;
        foreach (var near in rule.Near)
        {
            var places = near.Find(tokens);
            acts = acts.FindAll(a => places.Exists(p => p.DistanceTo(a) <= rule.Within));
        }
        return acts.Exists(a => rule.MayBeForbidden || !IsNegated(statement.Tokens, a, words));
    }

    private static bool IsNegated(Token[] tokens, Span act, LgpdVocabulary words)
    {
        var harmless = words.NoNegation.Find(tokens);
        return words.Negation.Find(tokens).Exists(n =>
            n.Start < act.End && act.Start - n.End <= NegationReach && !harmless.Exists(h => h.Start <= n.Start && n.End <= h.End));
    }
}
