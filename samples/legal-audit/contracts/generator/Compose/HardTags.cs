namespace ContractGenerator.Compose;

/// <summary>What makes a contract hard to read, from its specification and its clauses.</summary>
internal static class HardTags
{
    public static List<string> Of(Contract contract)
    {
        var spec = contract.Spec;
        var answers = Answers.Of(contract);
        IEnumerable<(bool When, string Tag)> rules =
        [
            (spec.Hidden.Count > 0 && answers.Termination, "termination-hidden"),
            (answers.Contradictory, "termination-contradictory"),
            (answers is { Termination: true, NoticeDays: null, Contradictory: false }, "termination-without-notice"),
            (spec.Negated.Count > 0, "lgpd-negated"),
            (spec.Mentions > 0, "lgpd-mention"),
            (answers.Items.Count > 0 && spec.Place is "scattered" or "split", "lgpd-scattered"),
            (spec.Noise.Any(n => n != "wrap"), "scan-noise"),
            (spec.Style is "bare" or "flow", "no-headings"),
            (answers.NoticeDays is not null && spec.Notice?.Split(' ')[1] is "w" or "m" or "dm", "notice-in-words-or-months"),
        ];
        return rules.Where(r => r.When).Select(r => r.Tag)
            .Concat(contract.Clauses.SelectMany(c => c.Tags.Where(t => !Library.LgpdItems.All.Contains(t))))
            .Concat(spec.Hard).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
    }
}
