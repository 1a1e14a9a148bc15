using LegalAudit.Language;

namespace LegalAudit.Termination;

/// <summary>A notice for ending the contract without cause.</summary>
/// <param name="Days">Its length.</param>
/// <param name="Sentence">Where it is stated.</param>
internal sealed record NoticePeriod(int Days, Sentence Sentence);

/// <summary>Finds the notice for ending the contract without cause among all the deadlines of a contract.</summary>
internal static class NoticeFinder
{
    private const int DurationToNotice = 9;
    private const int FollowUps = 2;

    public static List<NoticePeriod> Find(IReadOnlyList<Sentence> sentences, List<Grant> grants, TerminationVocabulary words)
    {
        var notices = new List<NoticePeriod>();
        var withoutCause = grants.Where(g => g.WithoutCause).ToDictionary(g => g.Index);
        for (var i = 0; i < sentences.Count; i++)
        {
            if (withoutCause.TryGetValue(i, out var grant))
                notices.AddRange(Stated(sentences[i], words) is { } days ? [new NoticePeriod(days, grant.Sentence)] : FollowUp(sentences, i, words));
            else if (IsNominal(sentences[i], words) && Stated(sentences[i], words) is { } stated)
                notices.Add(new NoticePeriod(stated, sentences[i]));
        }
        return notices;
    }

    // "Either party may leave at any time. The notice is sixty days."
    private static IEnumerable<NoticePeriod> FollowUp(IReadOnlyList<Sentence> sentences, int grant, TerminationVocabulary words)
    {
        for (var i = grant + 1; i <= Math.Min(sentences.Count - 1, grant + FollowUps); i++)
        {
            var tokens = sentences[i].Tokens;
            var sameParagraph = sentences[i].Paragraph == sentences[grant].Paragraph;
            if ((sameParagraph || words.ThatNotice.IsIn(tokens)) && !IsAboutSomethingElse(tokens, words) && Stated(sentences[i], words) is { } days)
                return [new NoticePeriod(days, sentences[i])];
        }
        return [];
    }

    /// <summary>"The notice for termination without cause is sixty days": no permission, and still the right and its notice.</summary>
    public static bool IsNominal(Sentence sentence, TerminationVocabulary words) =>
        words.Ending.IsIn(sentence.Tokens) && words.Notice.IsIn(sentence.Tokens) && words.Convenience.IsIn(sentence.Tokens)
        && Durations.In(sentence.Tokens).Count > 0
        && !IsAboutSomethingElse(sentence.Tokens, words) && !words.OtherObject.IsIn(sentence.Tokens)
        && !words.Denial.IsIn(sentence.Tokens) && !words.NegatedSubject.IsIn(sentence.Tokens);

    private static bool IsAboutSomethingElse(Token[] tokens, TerminationVocabulary words) =>
        words.Cause.IsIn(tokens) || words.Cure.IsIn(tokens) || words.Renewal.IsIn(tokens);

    /// <summary>The duration in a sentence that is a notice: nearest to the word, and no time to cure, to pay or to wait.</summary>
    private static int? Stated(Sentence sentence, TerminationVocabulary words)
    {
        var tokens = sentence.Tokens;
        var notices = words.Notice.Find(tokens);
        if (notices.Count == 0)
            return null;
        var cures = words.Cure.Find(tokens);
        var others = words.OtherDeadline.Find(tokens);
        return Durations.In(tokens)
            .Select(d => (d.Days, Distance: notices.Min(n => n.DistanceTo(d.At)), d.At))
            .Where(d => d.Distance <= DurationToNotice
                && !cures.Exists(c => c.DistanceTo(d.At) <= Math.Max(d.Distance, 4))
                && !others.Exists(o => o.DistanceTo(d.At) < d.Distance)
                && !words.Lapse.IsIn(tokens.AsSpan(Math.Max(0, d.At.Start - 2), d.At.Start - Math.Max(0, d.At.Start - 2))))
            .OrderBy(d => d.Distance)
            .Select(d => (int?)d.Days)
            .FirstOrDefault();
    }
}
