using LegalAudit.Documents;
using LegalAudit.Language;
using LegalAudit.Reviews;

namespace LegalAudit.Lgpd;

/// <summary>Finds which items of the data-protection checklist a contract covers.</summary>
public static class LgpdAnalyzer
{
    private const int MaxQuote = 600;

    /// <summary>Checks a contract. A pure function of its text: neither names nor headings count.</summary>
    /// <param name="document">The contract.</param>
    public static LgpdFinding Analyze(ContractDocument document)
    {
        var contract = ContractText.Of(document);
        var words = LgpdVocabulary.Of(contract.Language);
        var evidence = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var statement in Statement.All(contract.Text, contract.Sentences, words).Where(s => LgpdMatcher.IsOperative(s, words)))
        {
            foreach (var rule in words.Rules)
            {
                if (!evidence.ContainsKey(rule.Item) && LgpdMatcher.Covers(statement, rule, words))
                    evidence[rule.Item] = Quote(contract.Text, statement.Sentence);
            }
        }
        return new LgpdFinding(LgpdItems.All.ToDictionary(
            item => item,
            item => new LgpdItemFinding(evidence.ContainsKey(item), evidence.GetValueOrDefault(item)),
            StringComparer.Ordinal));
    }

    private static string Quote(string text, Sentence sentence)
    {
        var quote = sentence.Quote(text);
        if (quote.Length <= MaxQuote)
            return quote;
        return quote[..(char.IsHighSurrogate(quote[MaxQuote - 1]) ? MaxQuote - 1 : MaxQuote)];
    }
}
