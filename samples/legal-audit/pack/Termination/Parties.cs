using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Termination;

/// <summary>Tells who it is that may, or may not, end the contract.</summary>
internal static class Parties
{
    /// <summary>The name of the one party that a statement speaks of; null where it speaks of both, or of nobody by name.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="at">Where the ending stands in it.</param>
    /// <param name="words">The language's vocabulary.</param>
    public static string? WhoEnds(Token[] tokens, Span at, TerminationVocabulary words)
    {
        var roles = words.Role.Find(tokens);
        if (roles.Count == 0 || words.Party.IsIn(tokens) || words.NegatedSubject.IsIn(tokens))
            return null;
        var agent = words.By.Find(tokens).Where(b => b.Start >= at.Start).Select(b => roles.Find(r => r.Start == b.End)).FirstOrDefault(r => r != default);
        var subject = roles.FindLast(r => r.Start < at.End);
        var who = agent != default ? agent : subject != default ? subject : roles[0];
        return tokens[who.Start].Word;
    }
}
