using System.Text;
using AgentFunctions;
using LegalAudit.Documents;

namespace LegalAudit.Tests.Documents;

public class ReadingTests
{
    private const string Sentence = "A locação terá início em março; à vista disso, não há fiança.";

    [Fact]
    public void Utf8_with_and_without_a_mark_reads_the_same()
    {
        Assert.Equal(Sentence, Read(Encoding.UTF8.GetBytes(Sentence)).Text);
        Assert.Equal(Sentence, Read([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Sentence)]).Text);
    }

    [Fact]
    public void Utf16_reads_with_and_without_a_mark()
    {
        Assert.Equal(Sentence, Read([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Sentence)]).Text);
        Assert.Equal(Sentence, Read([.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Sentence)]).Text);
        Assert.Equal(Sentence, Read(Encoding.Unicode.GetBytes(Sentence)).Text);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_read_as_windows_1252()
    {
        var bytes = Sentence.Select(c => (byte)c).ToArray();
        Assert.Equal(Sentence, Read(bytes).Text);
        Assert.Equal("“aspas”", Read([0x93, .. "aspas"u8, 0x94]).Text);
    }

    [Fact]
    public void Line_breaks_are_unified_and_hidden_characters_dropped() =>
        Assert.Equal("um dois\ntres\nquatro", Read(Encoding.UTF8.GetBytes("um\u00A0do\u200Bis\r\ntr\u00ADes\fquatro")).Text);

    [Fact]
    public void A_word_document_reads_paragraph_by_paragraph()
    {
        var document = DocumentReader.Read(DocumentSamples.Docx("The parties agree.", "Either party may leave."), "a.docx");
        Assert.Equal("The parties agree.\nEither party may leave.\n", document.Text);
        Assert.Equal((ContractFormat.Docx, 7, ContractLanguage.En), (document.Format, document.Words, document.Language));
    }

    [Fact]
    public void A_pdf_reads_line_by_line()
    {
        var document = DocumentReader.Read(DocumentSamples.Pdf("The first line of the agreement", "and the second line of it."), "a.pdf");
        Assert.Contains("The first line of the agreement\nand the second line of it.", document.Text, StringComparison.Ordinal);
        Assert.Equal(ContractFormat.Pdf, document.Format);
    }

    [Fact]
    public void Content_decides_the_format_before_the_name_does()
    {
        Assert.Equal(ContractFormat.Pdf, DocumentReader.Read(DocumentSamples.Pdf("The text"), "a.txt").Format);
        Assert.Equal(ContractFormat.Docx, DocumentReader.Read(DocumentSamples.Docx("The text"), "a.pdf").Format);
        Assert.Equal(ContractFormat.Text, DocumentReader.Read("The text"u8.ToArray(), "a.docx").Format);
        Assert.Equal(ContractFormat.Markdown, DocumentReader.Read("# The text"u8.ToArray(), "a.md").Format);
    }

    [Fact]
    public void Language_is_told_by_the_words()
    {
        Assert.Equal(ContractLanguage.Pt, Read(Encoding.UTF8.GetBytes("As partes firmam o presente contrato de locação, que se rege por lei.")).Language);
        Assert.Equal(ContractLanguage.En, Read("This agreement is made by the parties and shall be governed by law."u8.ToArray()).Language);
    }

    public static TheoryData<string, byte[]> Unreadable() => new()
    {
        { "empty", [] },
        { "holds no text", " \r\n\t \n"u8.ToArray() },
        { "binary", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 1, 2, 3, 4] },
        { "binary", [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7919 >> 3))] },
        { "PDF is damaged", "%PDF-1.7\n1 0 obj << garbage"u8.ToArray() },
        { "PDF is damaged", DocumentSamples.Pdf("The text")[..200] },
        { "Word document is damaged", DocumentSamples.Docx("The text")[..300] },
        { "no Word document", DocumentSamples.Zip(("readme.txt", "text"u8.ToArray())) },
        { "encrypted or pre-2007", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0] },
        { "holds no text", DocumentSamples.Docx() },
        { "RTF", "{\\rtf1\\ansi text}"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_says_why(string reason, byte[] content)
    {
        var failure = Assert.Throws<ToolFailureException>(() => DocumentReader.Read(content, "a.pdf"));
        Assert.Equal(ToolFailureKind.Unreadable, failure.Kind);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private static ContractDocument Read(byte[] bytes) => DocumentReader.Read(bytes, "a.txt");
}
