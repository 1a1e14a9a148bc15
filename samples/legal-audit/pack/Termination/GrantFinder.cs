using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Termination;

/// <summary>Tells statements that let a party end the contract from all others that speak of ends.</summary>
internal static class GrantFinder
{
    private const int PermissionToVerb = 16;
    private const int VerbToContract = 14;
    private const int WordsOfCondition = 10;

    /// <summary>The grant that a sentence makes, if it makes one.</summary>
    public static Grant? Find(IReadOnlyList<Sentence> sentences, int index, TerminationVocabulary words)
    {
        var sentence = sentences[index];
        // A list item borrows the words that lead into its list: "Either party may terminate: (a) ...".
        var leadIn = sentence.LeadIn?.Tokens ?? [];
        Token[] tokens = [.. leadIn, .. sentence.Tokens];
        var own = leadIn.Length;
        var endings = Endings(tokens, words).Select(e => (At: e, Denied: IsDenied(tokens, e, words)))
            .Concat(Announced(tokens, words).Select(e => (At: e, Denied: false)));
        foreach (var (ending, denied) in endings)
        {
            if (denied || IsOtherObject(tokens, ending, words))
                continue;
            var hasCause = words.Cause.IsIn(tokens.AsSpan(own)) || words.Cure.IsIn(tokens.AsSpan(own)) || IsConditional(tokens, words);
            var atWill = words.Convenience.IsIn(tokens.AsSpan(own)) || words.Convenience.IsIn(tokens);
            if (words.Renewal.IsIn(tokens) && !atWill && !hasCause)
                continue;
            return new Grant(sentence, index, ending with { Start = Math.Max(0, ending.Start - own), End = Math.Max(1, ending.End - own) }, atWill || !hasCause, atWill);
        }
        return NoticeFinder.IsNominal(sentence, words) ? new Grant(sentence, index, new Span(0, 1), WithoutCause: true, AtWill: true) : null;
    }

    private static IEnumerable<Span> Endings(Token[] tokens, TerminationVocabulary words)
    {
        var permissions = words.Permission.Find(tokens);
        var contracts = words.Contract.Find(tokens);
        var certain = words.EndsContract.Find(tokens);
        // Who gives so many days' notice of free will leaves the contract, even where the sentence does not name it.
        var announced = IsAnnounced(tokens, words);
        var leaves = announced && (words.Wish.IsIn(tokens) || words.Convenience.IsIn(tokens));
        foreach (var verb in words.End.Find(tokens))
        {
            var permission = permissions.FindLast(p => p.End <= verb.Start + 1 && p.DistanceTo(verb) <= PermissionToVerb);
            if (permission == default)
                continue;
            if (leaves || contracts.Exists(c => c.DistanceTo(verb) <= VerbToContract) || certain.Exists(c => c.DistanceTo(verb) == 0))
                yield return new Span(permission.Start, verb.End);
        }
        // "The deal is over thirty days after one side writes to the other": the notice itself is what ends it.
        if (announced && words.Tell.IsIn(tokens) && words.Party.IsIn(tokens))
        {
            foreach (var verb in words.End.Find(tokens).Where(v => contracts.Exists(c => c.DistanceTo(v) <= VerbToContract)))
                yield return verb;
        }
        foreach (var nominal in words.NominalGrant.Find(tokens))
            yield return nominal;
        if (words.Cause.IsIn(tokens))
        {
            foreach (var end in words.EndsOnBreach.Find(tokens))
                yield return end;
        }
    }

    // "If the roof leaks for a month, the tenant may leave": whatever must happen first is a cause, unless it is the wish or the notice itself.
    private static bool IsConditional(Token[] tokens, TerminationVocabulary words) =>
        words.Condition.Find(tokens).Exists(c =>
        {
            var condition = tokens.AsSpan(c.Start, Math.Min(WordsOfCondition, tokens.Length - c.Start));
            return !words.Wish.IsIn(condition) && !words.Tired.IsIn(condition) && !words.Notice.IsIn(condition) && !words.Tell.IsIn(condition);
        });

    private static IEnumerable<Span> Announced(Token[] tokens, TerminationVocabulary words) =>
        IsAnnounced(tokens, words) ? words.Tired.Find(tokens) : [];

    private static bool IsAnnounced(Token[] tokens, TerminationVocabulary words) => words.Notice.IsIn(tokens) && Durations.In(tokens).Count > 0;

    // "employment contracts", "the previous agreement": the nearest thing that can end is not this contract.
    public static bool IsOtherObject(Token[] tokens, Span ending, TerminationVocabulary words)
    {
        var others = words.OtherObject.Find(tokens);
        if (others.Count == 0)
            return false;
        var other = others.Min(o => o.DistanceTo(ending));
        var own = words.Contract.Find(tokens)
            .Where(c => !others.Exists(o => o.DistanceTo(c) == 0))
            .Select(c => c.DistanceTo(ending))
            .DefaultIfEmpty(int.MaxValue)
            .Min();
        return other <= 6 && other <= own;
    }

    private static bool IsDenied(Token[] tokens, Span ending, TerminationVocabulary words)
    {
        var clause = Clause.Around(tokens, ending, words.Contrast);
        var before = tokens.AsSpan(clause.Start, ending.Start - clause.Start);
        var inside = tokens.AsSpan(ending.Start, ending.End - ending.Start);
        var whole = tokens.AsSpan(clause.Start, clause.End - clause.Start);
        var denied = words.Negation.IsIn(before[Math.Max(0, before.Length - 3)..])
            || words.Negation.IsIn(inside)
            || words.NegatedSubject.IsIn(before[Math.Max(0, before.Length - 9)..])
            || words.Denial.IsIn(whole);
        if (!denied)
            return false;
        var after = tokens.AsSpan(ending.End);
        var exceptions = words.Exception.Find(after);
        if (exceptions.Count > 0)
        {
            var excepted = after[exceptions[0].End..];
            return !(words.Cause.IsIn(excepted) || words.Notice.IsIn(excepted));
        }
        // "may not end it without notice" lets the party end it with notice.
        return !words.Without.Find(after).Exists(w => words.Notice.IsIn(tokens.AsSpan(ending.End + w.End, Math.Min(12, tokens.Length - ending.End - w.End))));
    }
}
