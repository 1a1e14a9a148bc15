using LegalAudit.Language;
using LegalAudit.Rules;

namespace LegalAudit.Termination;

/// <summary>A statement that lets a party end the contract early.</summary>
/// <param name="Sentence">The statement.</param>
/// <param name="Index">Its place among the contract's sentences.</param>
/// <param name="At">Where the ending stands in it.</param>
/// <param name="WithoutCause">Whether it needs no breach or other cause.</param>
/// <param name="AtWill">Whether it says so: "at any time", "without cause".</param>
internal sealed record Grant(Sentence Sentence, int Index, Span At, bool WithoutCause, bool AtWill);
