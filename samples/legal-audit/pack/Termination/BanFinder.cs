using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Termination;

/// <summary>A statement that takes away the right to end the contract without cause.</summary>
/// <param name="Sentence">The statement.</param>
/// <param name="At">Where the ban stands in it.</param>
internal sealed record Ban(Sentence Sentence, Span At);

/// <summary>Finds bans on ending the contract, and whether they take away what another statement grants.</summary>
internal static class BanFinder
{
    /// <summary>The bans that hold for the whole term.</summary>
    public static IEnumerable<Ban> Find(IReadOnlyList<Sentence> sentences, TerminationVocabulary words) =>
        sentences.SelectMany(sentence => words.Ban.Find(sentence.Tokens)
            .Where(at => HoldsForGood(sentence.Tokens, at, words))
            .Take(1)
            .Select(at => new Ban(sentence, at)));

    /// <summary>Whether a right to leave without cause cannot stand next to a ban.</summary>
    public static bool Contradicts(Ban ban, Grant grant, TerminationVocabulary words)
    {
        if (ban.Sentence.Start == grant.Sentence.Start)
            return false;
        var bound = Parties.WhoEnds(ban.Sentence.Tokens, ban.At, words);
        var free = Parties.WhoEnds(grant.Sentence.Tokens, grant.At, words);
        return bound is null || free is null || string.Equals(bound, free, StringComparison.Ordinal);
    }

    private static bool HoldsForGood(Token[] tokens, Span at, TerminationVocabulary words)
    {
        // "... not before the first year has passed" bans for a while; "... except with 30 days' notice" bans only the haste.
        if (words.PartOfTerm.IsIn(tokens) || GrantFinder.IsOtherObject(tokens, at, words))
            return false;
        var exceptions = words.Exception.Find(tokens);
        if (exceptions.Count > 0)
        {
            var before = exceptions[0].Start < at.Start;
            var excepted = before ? tokens.AsSpan(exceptions[0].End, at.Start - exceptions[0].End) : tokens.AsSpan(exceptions[0].End);
            if (!words.Cause.IsIn(excepted) || words.Notice.IsIn(excepted))
                return false;
            tokens = before ? tokens[at.Start..] : tokens[..exceptions[0].Start];
        }
        // A ban on ending for one cause, or without notice, leaves other ways open.
        return !words.Cause.IsIn(tokens) && (words.Convenience.IsIn(tokens) || !words.Without.IsIn(tokens));
    }
}
