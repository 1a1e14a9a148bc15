using LegalAudit.Documents;
using LegalAudit.Language;
using LegalAudit.Reviews;

namespace LegalAudit.Termination;

/// <summary>Finds what a contract says about ending it before its term.</summary>
public static class TerminationAnalyzer
{
    private const int MaxQuotes = 6;

    /// <summary>Analyses a contract. A pure function of its text: neither names nor headings count.</summary>
    /// <param name="document">The contract.</param>
    public static TerminationFinding Analyze(ContractDocument document)
    {
        var contract = ContractText.Of(document);
        var vocabulary = TerminationVocabulary.Of(contract.Language);
        var grants = new List<Grant>();
        for (var i = 0; i < contract.Sentences.Count; i++)
        {
            if (GrantFinder.Find(contract.Sentences, i, vocabulary) is { } grant)
                grants.Add(grant);
        }
        var notices = NoticeFinder.Find(contract.Sentences, grants, vocabulary);
        int[] days = [.. notices.Select(n => n.Days).Distinct()];
        var present = grants.Count > 0;
        var banned = Banned(contract, grants, notices, vocabulary);
        return new TerminationFinding(
            present,
            present && days.Length == 1 && banned.Count == 0 ? days[0] : null,
            Contradictory: present && (days.Length > 1 || banned.Count > 0),
            present ? Quotes(contract, grants.Select(g => g.Sentence).Concat(notices.Select(n => n.Sentence)).Concat(banned)) : []);
    }

    // A right without cause only counts as one that a ban contradicts where it says so or has a notice:
    // "may terminate under this clause" may well go on to list causes.
    private static List<Sentence> Banned(ContractText contract, List<Grant> grants, List<NoticePeriod> notices, TerminationVocabulary vocabulary)
    {
        var rights = grants.FindAll(g => g.AtWill && g.WithoutCause || notices.Exists(n => n.Sentence.Start == g.Sentence.Start));
        return [.. BanFinder.Find(contract.Sentences, vocabulary).Where(b => rights.Exists(g => BanFinder.Contradicts(b, g, vocabulary))).Select(b => b.Sentence)];
    }

    private static List<Evidence> Quotes(ContractText contract, IEnumerable<Sentence> sentences) =>
    [
        .. sentences.DistinctBy(s => s.Start).OrderBy(s => s.Start).Take(MaxQuotes).Select(s => new Evidence(s.Quote(contract.Text), s.Start)),
    ];
}
