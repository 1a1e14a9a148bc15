using ContractGenerator.Library;
using ContractGenerator.Text;

namespace ContractGenerator.Compose;

/// <summary>Puts a contract together from the library, as its specification asks.</summary>
internal sealed class ContractComposer(ClauseLibrary library)
{
    private static readonly string[] FixedTopics = ["preamble", "closing", "law"];
    private readonly ClauseChoice _choice = new();

    public Contract Compose(ContractSpec spec)
    {
        var dice = new Dice(Seed(spec.File));
        var wording = new Wording(spec.Lang, Facts.For(spec, dice), dice);
        var used = new List<Clause>();
        Section Take(Clause clause)
        {
            used.Add(clause);
            return Lay(clause, wording, dice);
        }

        var opening = Take(Choose("preamble", spec, dice));
        var body = TypeSections(spec, dice).Select(Take).ToList();
        var special = spec.Termination.Concat(spec.Extra).Select(library.ById).Select(Take).ToList();
        var protection = new DataProtection(library, _choice).Choose(spec, dice).ToList();
        var protectionParagraphs = protection.Select(Take).SelectMany(s => s.Paragraphs).ToList();
        var law = Take(Choose("law", spec, dice));
        var closing = Take(Choose("closing", spec, dice));

        var words = Count(opening) + Count(law) + Count(closing) + body.Sum(Count) + special.Sum(Count)
                    + protectionParagraphs.Sum(p => Words.Count(p));
        var general = new List<Section>();
        var topics = Topics(spec, dice);
        foreach (var topic in topics)
        {
            if (words >= spec.Words && !spec.Hidden.ContainsKey(topic)) continue;
            var section = Take(Choose(topic, spec, dice));
            words += Count(section);
            general.Add(section);
        }

        // Long contracts bring general conditions of purchase or sale along, which treat the same topics in other words.
        var conditions = new List<string>();
        foreach (var topic in dice.Shuffle(topics.Where(t => t is not ("price" or "term" or "definitions"))))
        {
            if (words >= spec.Words) break;
            if (Eligible(topic, spec).Except(used).ToList() is not { Count: > 0 } others) continue;
            var section = Take(_choice.LeastUsed(others, dice)!);
            words += Count(section);
            conditions.AddRange(section.Paragraphs.Select((p, i) => i == 0 && section.Heading.Length > 0 ? $"{section.Heading}. {p}" : p));
        }

        foreach (var (topic, id) in spec.Hidden)
            Host(general, body, topic).Paragraphs.AddRange(Take(library.ById(id)).Paragraphs);

        var annexes = new List<Section>();
        if (conditions.Count > 0)
            annexes.Add(new Section("conditions", spec.Lang == "pt" ? "Condições Gerais de Contratação" : "General Terms and Conditions", conditions));
        Place(spec, protectionParagraphs, general, annexes, dice, wording);
        var sections = body.Concat(dice.Shuffle(general.Concat(special))).Append(law).ToList();
        return new Contract(
            spec, opening.Heading, opening.Paragraphs, sections, annexes, closing.Paragraphs,
            used);
    }

    private static void Place(
        ContractSpec spec, List<string> paragraphs, List<Section> general, List<Section> annexes, Dice dice, Wording wording)
    {
        if (paragraphs.Count == 0) return;
        var inSection = spec.Place switch
        {
            "section" or "annex" => paragraphs.Count,
            "split" => paragraphs.Count / 2,
            "scattered" => 0,
            _ => throw new InvalidDataException($"Unknown place '{spec.Place}' in {spec.File}."),
        };
        if (inSection > 0)
        {
            var heading = dice.Pick(DataProtection.Headings(spec.Lang, annex: spec.Place == "annex"));
            var section = new Section("dataprotection", wording.Expand(heading), paragraphs.Take(inSection).ToList());
            (spec.Place == "annex" ? annexes : general).Add(section);
        }

        foreach (var paragraph in paragraphs.Skip(inSection))
            dice.Pick(general.Where(s => s.Topic != "dataprotection").ToList()).Paragraphs.Add(paragraph);
    }

    private IEnumerable<Clause> TypeSections(ContractSpec spec, Dice dice)
    {
        var clauses = library.Topic("type-" + spec.Type);
        if (clauses.Count == 0) throw new InvalidDataException($"No clauses for the type '{spec.Type}' in '{spec.Lang}'.");
        // A topic of a type file is the id up to its last dash: saas-object-1 and saas-object-2 are two wordings of one.
        return clauses.GroupBy(c => c.Id[..c.Id.LastIndexOf('-')], StringComparer.Ordinal)
            .Select(g => _choice.LeastUsed(g, dice)!).ToList();
    }

    private List<string> Topics(ContractSpec spec, Dice dice)
    {
        var topics = library.Clauses.Select(c => c.Topic).Distinct(StringComparer.Ordinal)
            .Where(t => !FixedTopics.Contains(t) && !t.StartsWith("type-", StringComparison.Ordinal)
                        && !t.StartsWith("x-", StringComparison.Ordinal))
            .Where(t => ContractTypes.Allows(spec.Type, t) && Eligible(t, spec).Any())
            .ToList();
        return dice.Shuffle(topics).OrderBy(t => t is "price" or "term" or "general" ? 0 : 1).ToList();
    }

    private Clause Choose(string topic, ContractSpec spec, Dice dice) =>
        _choice.LeastUsed(Eligible(topic, spec), dice)
        ?? throw new InvalidDataException($"No clause of topic '{topic}' fits '{spec.Type}' in '{spec.Lang}'.");

    private IEnumerable<Clause> Eligible(string topic, ContractSpec spec) =>
        library.Topic(topic).Where(c => c.Truth.Neutral && c.Tags.Count == 0 && c.Fits(spec.Type));

    private static Section Host(List<Section> general, List<Section> body, string topic) =>
        general.Concat(body).FirstOrDefault(s => s.Topic == topic)
        ?? throw new InvalidDataException($"No section of topic '{topic}' to hide a clause in.");

    /// <summary>A paragraph that starts with <c>? </c> is left out of some contracts.</summary>
    private static Section Lay(Clause clause, Wording wording, Dice dice)
    {
        var heading = clause.Headings.Count == 0 ? "" : wording.Expand(dice.Pick(clause.Headings));
        var paragraphs = new List<string>();
        foreach (var paragraph in clause.Paragraphs)
        {
            var optional = paragraph.StartsWith("? ", StringComparison.Ordinal);
            if (optional && dice.Chance(40)) continue;
            paragraphs.Add(wording.Expand(optional ? paragraph[2..] : paragraph));
        }

        return new Section(clause.Topic, heading, paragraphs);
    }

    private static int Count(Section section) => section.Paragraphs.Sum(p => Words.Count(p)) + Words.Count(section.Heading);

    private static ulong Seed(string file) => file.Aggregate(1469598103934665603UL, (h, c) => (h ^ c) * 1099511628211UL);
}
