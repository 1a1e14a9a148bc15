namespace LegalAudit.Language;

/// <summary>One sentence, list item or clause between semicolons of a contract.</summary>
/// <param name="Tokens">Its words.</param>
/// <param name="Start">Where it starts in the document's text.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Paragraph">The number of the paragraph it stands in.</param>
/// <param name="LeadIn">The sentence with a colon that it is a list item of.</param>
internal sealed record Sentence(Token[] Tokens, int Start, int End, int Paragraph, Sentence? LeadIn)
{
    /// <summary>The sentence as it stands in the document.</summary>
    public string Quote(string text) => text[Start..End];
}
