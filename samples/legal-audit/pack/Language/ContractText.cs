using LegalAudit.Documents;

namespace LegalAudit.Language;

/// <summary>A contract as the checks see it.</summary>
/// <param name="Text">The document's text, which quotes are taken from.</param>
/// <param name="Language">Its language.</param>
/// <param name="Sentences">What it says, in order, without what is no statement of the contract.</param>
internal sealed record ContractText(string Text, ContractLanguage Language, IReadOnlyList<Sentence> Sentences)
{
    public static ContractText Of(ContractDocument document)
    {
        var sentences = Segmenter.Split(document.Text);
        return new ContractText(document.Text, document.Language, NonOperative.Remove(sentences));
    }
}
