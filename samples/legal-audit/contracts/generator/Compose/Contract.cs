using ContractGenerator.Library;

namespace ContractGenerator.Compose;

/// <summary>A contract before it is laid out.</summary>
internal sealed record Contract(
    ContractSpec Spec,
    string Title,
    IReadOnlyList<string> Opening,
    IReadOnlyList<Section> Sections,
    IReadOnlyList<Section> Annexes,
    IReadOnlyList<string> Closing,
    IReadOnlyList<Clause> Clauses)
{
    public IEnumerable<string> Paragraphs => Opening
        .Concat(Sections.SelectMany(s => s.Paragraphs))
        .Concat(Annexes.SelectMany(s => s.Paragraphs))
        .Concat(Closing);
}

/// <summary>A heading and its sub-clauses.</summary>
internal sealed record Section(string Topic, string Heading, List<string> Paragraphs);
