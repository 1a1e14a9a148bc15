using System.Text.RegularExpressions;
using ContractGenerator.Library;
using ContractGenerator.Text;

namespace ContractGenerator.Output;

/// <summary>What must hold for the corpus before it is written.</summary>
internal static partial class Checks
{
    /// <summary>No two contracts may share more than this part of the shorter one's sentences.</summary>
    public const double MaxOverlap = 0.5;

    public static List<string> Problems(Corpus corpus)
    {
        var problems = new List<string>();
        foreach (var (entry, _, contract, _) in corpus.Files)
        {
            if (contract is null) continue;
            if (entry.Words is < 1500 or > 6000) problems.Add($"{entry.File}: {entry.Words} words.");
            var items = LgpdItems.All.Where(i => entry.Lgpd[i]).ToHashSet(StringComparer.Ordinal);
            if (!items.SetEquals(contract.Spec.Lgpd)) problems.Add($"{entry.File}: items are {string.Join(",", items)}.");
            if (contract.Spec.Negated.Any(items.Contains)) problems.Add($"{entry.File}: an item is present and negated.");
            if (entry.Termination is { Present: false, NoticeDays: not null }) problems.Add($"{entry.File}: notice without a right.");
            if (contract.Spec.Notice2 is not null && !entry.Termination.Contradictory) problems.Add($"{entry.File}: no contradiction.");
        }

        problems.AddRange(Overlaps(corpus).Where(o => o.Share > MaxOverlap).Select(o => $"{o.A} and {o.B} share {o.Share:P0} of their sentences."));
        problems.AddRange(corpus.Files.GroupBy(f => f.Entry.File, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"{g.Key} twice."));
        return problems;
    }

    public static IEnumerable<(string A, string B, double Share)> Overlaps(Corpus corpus)
    {
        var sets = corpus.Files.Where(f => f.Contract is not null)
            .Select(f => (f.Entry.File, Sentences: f.Contract!.Paragraphs.SelectMany(Sentences).ToHashSet(StringComparer.Ordinal))).ToList();
        for (var i = 0; i < sets.Count; i++)
            for (var j = i + 1; j < sets.Count; j++)
            {
                var shared = sets[i].Sentences.Count(sets[j].Sentences.Contains);
                yield return (sets[i].File, sets[j].File, shared / (double)Math.Min(sets[i].Sentences.Count, sets[j].Sentences.Count));
            }
    }

    private static IEnumerable<string> Sentences(string paragraph) =>
        SentenceEnd().Split(paragraph).Select(s => s.Trim().ToLowerInvariant()).Where(s => Words.Count(s) >= 4);

    [GeneratedRegex(@"(?<=[.;:])\s+")]
    private static partial Regex SentenceEnd();
}
