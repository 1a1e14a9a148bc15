using System.ComponentModel;
using AgentFunctions;
using LegalAudit.Documents;

namespace LegalAudit.Tools;

/// <summary>Tools that list and read the contracts of a thread.</summary>
public sealed class DocumentTools
{
    private const int PageCharacters = 6000;

    /// <summary>Lists the uploaded contracts.</summary>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Description("Lists the uploaded contracts (.txt, .md, .pdf, .docx), ordered by path, and the files that are ignored.")]
    public async Task<DocumentList> ListDocumentsAsync(ToolContext context, CancellationToken cancellationToken)
    {
        var files = await context.Files.ListAsync(cancellationToken);
        var uploaded = files
            .Where(f => f.Origin == FileOrigin.Uploaded)
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .ToLookup(f => DocumentReader.IsDocumentPath(f.Path));
        return new DocumentList(
            [.. uploaded[true].Select(f => new DocumentListItem(f.Path, f.Bytes, f.Sha256))],
            [.. uploaded[false].Select(f => f.Path)]);
    }

    /// <summary>Reads one page of a contract.</summary>
    /// <param name="path">The document.</param>
    /// <param name="context">The call.</param>
    /// <param name="offset">Where the page starts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">Nothing is there, it cannot be read, or the offset lies outside it.</exception>
    [Description("Reads a contract as text, at most 6000 characters from the offset. A nextOffset in the result means there is more.")]
    public async Task<DocumentPage> ReadDocumentAsync(
        [Description("The document's path as list_documents gives it.")] string path,
        ToolContext context,
        [Description("The character to start at; 0 for the beginning.")] int offset = 0,
        CancellationToken cancellationToken = default)
    {
        var document = await context.ReadDocumentAsync(path, cancellationToken);
        if (offset < 0 || offset > document.Text.Length)
        {
            throw new ToolFailureException(
                ToolFailureKind.InvalidArguments, $"The offset must lie between 0 and {document.Text.Length}.");
        }
        var end = PageEnd(document.Text, offset);
        return new DocumentPage(
            document.Path,
            FormatName(document.Format),
            document.Language == ContractLanguage.Pt ? "pt" : "en",
            document.Words,
            document.Text.Length,
            document.Text[offset..end],
            end < document.Text.Length ? end : null);
    }

    // A page never ends inside a surrogate pair: half a character cannot be written as JSON.
    private static int PageEnd(string text, int offset)
    {
        var end = Math.Min(text.Length, offset + PageCharacters);
        return end < text.Length && char.IsLowSurrogate(text[end]) ? end - 1 : end;
    }

    private static string FormatName(ContractFormat format) => format switch
    {
        ContractFormat.Text => "txt",
        ContractFormat.Markdown => "md",
        ContractFormat.Pdf => "pdf",
        ContractFormat.Docx => "docx",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
    };
}
