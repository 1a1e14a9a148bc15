using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>How a statement that covers an item is built: an act, and what stands near it in the same sentence.</summary>
/// <param name="Item">The item it covers.</param>
/// <param name="Act">The words the rule starts from: what is done, owed or forbidden.</param>
internal sealed record LgpdRule(string Item, Concept Act)
{
    /// <summary>What the sentence must say as well, each within <see cref="Within"/> words of the act.</summary>
    public IReadOnlyList<Concept> Near { get; init; } = [];

    /// <summary>How many words may lie between the act and each of <see cref="Near"/>.</summary>
    public int Within { get; init; } = 25;

    /// <summary>How the sentence must be tied to personal data.</summary>
    public Scope Scope { get; init; } = Scope.Section;

    /// <summary>Whether forbidding the act covers the item as well as ordering it: "shall not transfer data abroad".</summary>
    public bool MayBeForbidden { get; init; }

    /// <summary>Words that give the sentence another meaning.</summary>
    public Concept? Unless { get; init; }
}

/// <summary>How a sentence is tied to personal data.</summary>
internal enum Scope
{
    /// <summary>Its words alone say so.</summary>
    Own,

    /// <summary>The sentence speaks of personal data.</summary>
    Sentence,

    /// <summary>The sentence, or one before it in the same paragraph, does, or the section's heading.</summary>
    Paragraph,

    /// <summary>It may also stand in a section, or right after a sentence, that speaks of personal data.</summary>
    Section,
}
