using System.Globalization;
using System.Text;
using ContractGenerator.Library;

namespace ContractGenerator.Output;

/// <summary>The counts that the corpus' README quotes.</summary>
internal static class Summary
{
    public static string Of(Corpus corpus)
    {
        var text = new StringBuilder();
        var entries = corpus.Files.Select(f => f.Entry).ToList();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"files {entries.Count}, readable {entries.Count(e => e.Readable)}, words {entries.Sum(e => e.Words)}");
        foreach (var g in entries.GroupBy(e => e.Language, StringComparer.Ordinal)) Line($"language {g.Key}: {g.Count()}");
        foreach (var g in entries.GroupBy(e => Path.GetExtension(e.File), StringComparer.Ordinal)) Line($"format {g.Key}: {g.Count()}");
        foreach (var g in corpus.Files.Where(f => f.Contract is not null).GroupBy(f => f.Contract!.Spec.Type, StringComparer.Ordinal))
            Line($"type {g.Key}: {g.Count()}");
        var readable = entries.Where(e => e.Readable).ToList();
        Line($"words: shortest {readable.Min(e => e.Words)}, longest {readable.Max(e => e.Words)}");
        Line($"termination: present {readable.Count(e => e.Termination.Present)}, with one notice period {readable.Count(e => e.Termination.NoticeDays is not null)}, contradictory {readable.Count(e => e.Termination.Contradictory)}");
        foreach (var item in LgpdItems.All) Line($"lgpd {item}: {readable.Count(e => e.Lgpd[item])}");
        foreach (var g in entries.SelectMany(e => e.Hard).GroupBy(t => t, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            Line($"hard {g.Key}: {g.Count()}");
        var overlaps = Checks.Overlaps(corpus).Select(o => o.Share).ToList();
        if (overlaps.Count > 0) Line($"shared sentences of two contracts: mean {overlaps.Average():P1}, most {overlaps.Max():P1}");
        return text.ToString();
    }
}
