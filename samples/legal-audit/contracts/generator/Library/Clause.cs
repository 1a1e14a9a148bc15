namespace ContractGenerator.Library;

/// <summary>One wording of one topic, with the answers that it brings into a contract that contains it.</summary>
/// <param name="Id">Unique in its language.</param>
/// <param name="Topic">Name of the library file it stands in.</param>
/// <param name="Headings">Headings it may carry; the heading never decides the answer.</param>
/// <param name="Paragraphs">Numbered sub-clauses in the order of the contract, before <see cref="Text.Wording"/>.</param>
/// <param name="Truth">What a reader must find.</param>
/// <param name="Types">Contract types it fits; empty for all.</param>
/// <param name="Tags">Hard-case tags that it brings.</param>
internal sealed record Clause(
    string Id,
    string Topic,
    IReadOnlyList<string> Headings,
    IReadOnlyList<string> Paragraphs,
    Truth Truth,
    IReadOnlyList<string> Types,
    IReadOnlyList<string> Tags)
{
    public bool Fits(string type) => Types.Count == 0 || Types.Contains(type);
}
