using System.Text.Json.Serialization;

namespace LegalAudit.Reviews;

/// <summary>A passage that a finding rests on.</summary>
/// <param name="Quote">The passage as it stands in the document.</param>
/// <param name="Offset">Where it starts, in characters of the document's text.</param>
public sealed record Evidence(string Quote, int Offset);

/// <summary>What a contract says about ending it early.</summary>
/// <param name="Present">Whether it gives a party a right to end it before its term.</param>
/// <param name="NoticeDays">
/// The notice for ending it without cause, in days (a month is 30, a year 365);
/// <see langword="null"/> where none is stated or where two statements contradict each other.
/// </param>
/// <param name="Contradictory">Whether it states two different notices for the same right.</param>
/// <param name="Evidence">The passages this rests on, in the order of the document.</param>
public sealed record TerminationFinding(
    bool Present,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? NoticeDays,
    bool Contradictory,
    IReadOnlyList<Evidence> Evidence);

/// <summary>What a contract says about the protection of personal data.</summary>
/// <param name="Items">One finding for each item of the checklist, by its name.</param>
public sealed record LgpdFinding(IReadOnlyDictionary<string, LgpdItemFinding> Items);

/// <summary>Whether a contract covers one item of the data-protection checklist.</summary>
/// <param name="Present">Whether a statement with effect covers it.</param>
/// <param name="Evidence">The passage, where there is one.</param>
public sealed record LgpdItemFinding(
    bool Present,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Evidence);
