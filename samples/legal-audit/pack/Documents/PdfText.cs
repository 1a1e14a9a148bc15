using System.Text;
using AgentFunctions;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Filters;

namespace LegalAudit.Documents;

/// <summary>Reads the text layer of a PDF, page by page.</summary>
internal static class PdfText
{
    /// <exception cref="ToolFailureException">The PDF is damaged, encrypted or too long.</exception>
    public static string Extract(byte[] bytes)
    {
        try
        {
            using var document = PdfDocument.Open(bytes, new ParsingOptions
            {
                SkipMissingFonts = true,
                FilterProvider = new BoundedFilters(DefaultFilterProvider.Instance),
            });
            if (document.NumberOfPages > DocumentLimits.MaxPdfPages)
                throw DocumentReader.Unreadable($"the PDF has more than {DocumentLimits.MaxPdfPages} pages");
            var text = new StringBuilder();
            foreach (var page in document.GetPages())
            {
                text.Append(ContentOrderTextExtractor.GetText(page, addDoubleNewline: false)).Append("\n\n");
                if (text.Length > DocumentLimits.MaxCharacters)
                    throw DocumentReader.Unreadable($"the document holds more than {DocumentLimits.MaxCharacters} characters");
            }
            return text.ToString();
        }
        catch (PdfDocumentEncryptedException e)
        {
            throw DocumentReader.Unreadable("the PDF is encrypted", e);
        }
        // The parser meets damage with exceptions of many kinds, none of them documented.
        catch (Exception e) when (e is not (ToolFailureException or OutOfMemoryException))
        {
            throw DocumentReader.Unreadable("the PDF is damaged", e);
        }
    }
}
