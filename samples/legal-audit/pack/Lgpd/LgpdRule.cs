using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>How a statement that covers an item is built.</summary>
/// <param name="Item">The item it covers.</param>
/// <param name="Act">The words the rule starts from: what is done, or forbidden.</param>
internal sealed record LgpdRule(string Item, Concept Act)
{
    /// <summary>Other things that the same sentence says within <see cref="Within"/> words of the act.</summary>
    public IReadOnlyList<Concept> Near { get; init; } = [];

    /// <summary>Whether the sentence, or what leads into it, must speak of personal data.</summary>
    public bool AboutPersonalData { get; init; } = true;

    /// <summary>Whether the act must be owed or done; otherwise naming it is enough.</summary>
    public bool Owed { get; init; } = true;

    /// <summary>Whether forbidding the act covers the item as well as ordering it: "shall not transfer data abroad".</summary>
    public bool MayBeForbidden { get; init; }

    /// <summary>Words that give the sentence another meaning.</summary>
    public Concept? Unless { get; init; }

    /// <summary>How many words may lie between the act and each of <see cref="Near"/>.</summary>
    public int Within { get; init; } = 25;
}
