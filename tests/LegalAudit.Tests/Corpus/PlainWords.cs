using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using UglyToad.PdfPig;

namespace LegalAudit.Tests.Corpus;

/// <summary>Counts words with the libraries alone, without the pack's own readers.</summary>
internal static class PlainWords
{
    public static int Count(string name, byte[] content) => Path.GetExtension(name) switch
    {
        ".docx" => Docx(content),
        ".pdf" => Pdf(content),
        _ => Split(Encoding.UTF8.GetString(content)),
    };

    private static int Docx(byte[] content)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(content), isEditable: false);
        return document.MainDocumentPart!.Document!.Descendants<Paragraph>().Sum(p => Split(p.InnerText));
    }

    private static int Pdf(byte[] content)
    {
        using var document = PdfDocument.Open(content);
        return document.GetPages().Sum(p => p.GetWords().Count());
    }

    private static int Split(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
