using System.Text;
using AgentFunctions;
using LegalAudit.Documents;

namespace LegalAudit.Tests.Documents;

public class HostileDocumentTests
{
    private const string W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    [Fact]
    public void An_archive_that_inflates_to_gigabytes_is_refused()
    {
        var bomb = DocumentSamples.Zip(("word/document.xml", new byte[100 * 1024 * 1024]));
        Assert.Contains("inflates", Refused(bomb), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_of_very_many_entries_is_refused()
    {
        var many = DocumentSamples.Zip([.. Enumerable.Range(0, 5000).Select(i => ($"e{i}", Array.Empty<byte>()))]);
        Assert.Contains("too many entries", Refused(many), StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_document_with_a_document_type_is_refused()
    {
        var xml = $"<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]><w:document xmlns:w=\"{W}\"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>";
        Assert.Contains("damaged", Refused(DocumentSamples.DocxWith(xml)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_deeply_nested_word_document_does_not_overflow_the_stack()
    {
        const int depth = 50_000;
        var xml = new StringBuilder($"<w:document xmlns:w=\"{W}\"><w:body>");
        for (var i = 0; i < depth; i++)
            xml.Append("<w:sdt><w:sdtContent>");
        xml.Append("<w:p><w:r><w:t>deep text</w:t></w:r></w:p>");
        for (var i = 0; i < depth; i++)
            xml.Append("</w:sdtContent></w:sdt>");
        xml.Append("</w:body></w:document>");
        Assert.Contains("deep text", DocumentReader.Read(DocumentSamples.DocxWith(xml.ToString()), "a.docx").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pdf_stream_that_inflates_to_hundreds_of_megabytes_is_refused()
    {
        Assert.Contains("inflates", Refused(PdfBomb.Create(200 * 1024 * 1024)), StringComparison.Ordinal);
    }

    private static string Refused(byte[] content)
    {
        var failure = Assert.Throws<ToolFailureException>(() => DocumentReader.Read(content, "a.docx"));
        Assert.Equal(ToolFailureKind.Unreadable, failure.Kind);
        return failure.Message;
    }
}
